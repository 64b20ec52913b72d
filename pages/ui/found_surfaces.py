"""The bridge from the lab to the playground: a finished picture of a network is a surface.

Its key is ``run-`` and the id of the run that measured it, so a link holds it like any other. It
is bicubic between the measured points, its test function is the validation loss, and outside the
measured part it is not defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import SURFACES, Phrase, Surface, UnknownKeyError, sampled_surface
from optim_core.jobs import JobRefusedError, State, UnreadableFileError, open_store
from optim_core.jobs.plain import RUN_ID
from optim_core.jobs.tensor_files import unpack

PREFIX = "run-"
KIND = "landscape"
"""The kind of run whose result is a surface."""

FILE = "landscape"
"""The file that it keeps."""

KEPT_SURFACES = 32

TITLES = {
    "slice": Phrase("Slice of a network"),
    "plane": Phrase("Plane through three networks"),
    "paths": Phrase("Plane of training paths"),
}
"""What surfaces are called, by the kind of picture; pictures with one axis are none."""

STORY = Phrase(
    "The training loss of a real network on a plane through its weights; as unseen data, its"
    " validation loss."
)
SOURCE = "measured on this server; bicubic in between (Keys 1981)"


def declare() -> None:
    """Let links and pickers name such surfaces."""
    SURFACES.find_under(PREFIX, _named)


def key_of(run: str) -> str:
    """The key of the surface that a run has measured."""
    return f"{PREFIX}{run}"


def is_surface(kind: str) -> bool:
    """Whether a kind of picture is a surface."""
    return kind in TITLES


def _named(key: str) -> Surface:
    run = key.removeprefix(PREFIX)
    if RUN_ID.fullmatch(run):
        try:
            return _measured(run)
        except (JobRefusedError, OSError, UnreadableFileError, ValueError, KeyError):
            # Whatever is wrong with it, there is no such surface here.
            pass
    raise UnknownKeyError("The slice of a network that was asked for is not on this server.")


@lru_cache(maxsize=KEPT_SURFACES)
def _measured(run: str) -> Surface:
    """One object for each run, so that what is known of it is found again."""
    store = open_store()
    status = store.status(run)
    if status.kind != KIND or status.state is not State.DONE:
        raise KeyError(run)
    kind = str(status.spec["kind"])
    return surface_of(key_of(run), kind, unpack(store.artifact(run, FILE)))


def surface_of(key: str, kind: str, arrays: Mapping[str, NDArray[Any]]) -> Surface:
    """The surface in the arrays of a picture of some kind.

    Raises:
        ValueError: for arrays that are no even grid.
        KeyError: when one is missing, or the picture has one axis.
    """
    x, y = (np.asarray(arrays[name], dtype=np.float64) for name in ("x", "y"))
    train, unseen = (
        np.asarray(arrays[f"{part}_loss"], dtype=np.float64) for part in ("train", "validation")
    )
    return sampled_surface(
        x,
        y,
        train,
        unseen=unseen,
        key=key,
        title=TITLES[kind].template,
        story=STORY.template,
        source=SOURCE,
    )
