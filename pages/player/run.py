"""The run message: the paths of all the rows, how each ended, and how each entry is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from landscapes import Surface
from optim_core import Outcome, Trajectories
from pages.player.decimation import vertex_budget
from pages.player.digits import distances, quotients
from pages.player.packing import Array, Packed, Squeezed, drawable, pack_arrays, pack_named
from pages.player.paths import Vertices, lowest_loss, pace_of, short_losses, vertices_of
from pages.player.present import Present
from pages.player.starting import Starting

MOST_ROWS = 128
"""Eight entries from sixteen starts: more paths than that are a smear, not a picture."""

OUTCOMES = tuple(Outcome)
"""The order in which the browser numbers the outcomes."""


@dataclass(frozen=True)
class EntryStyle:
    """How one entry is drawn: ``dash`` and ``marker`` are Plotly's names (``dashdot``, ``x``)."""

    title: str
    colour: str
    dash: str
    marker: str


def pack_run(
    surface: Surface,
    trajectories: Trajectories,
    styles: Sequence[EntryStyle],
    stage_digest: str,
    starting: Starting | None = None,
    sweep: tuple[str, int | None] | None = None,
    present: Present | None = None,
) -> bytes:
    """The run message of ``trajectories`` over the stage called ``stage_digest``.

    ``x``, ``y`` and ``above`` are (R, V) float32; ``above`` is the loss above ``floor``, which
    keeps its relative precision however far from zero the losses lie. ``norms``, ``lengths`` and
    ``sizes`` are three digits each (see :class:`~pages.player.paths.Pace`); the last two are sent
    as what they are off from a guess that the browser makes too. ``steps`` (R, V) holds the true
    step of each vertex, and is left out when every step is there. ``rows`` is (R, 7): entry, start,
    noise seed, outcome, stopped_at, settled_at, and the number of vertices.

    ``starts`` are the points (x, y) in full: in ``paths`` they have lost digits that a link keeps.
    ``starting`` says how they can be arranged on the contour, if they can. ``sweep`` is the digest
    of the sweep message that goes with the run, and which of its values the run has, if one is
    swept. ``present`` is how the run is to be shown.

    Raises:
        ValueError: for more than ``MOST_ROWS`` rows, a row whose entry has no style, or
            trajectories of which only the ends were kept.
    """
    count = trajectories.rows
    if count > MOST_ROWS:
        raise ValueError(f"the player draws at most {MOST_ROWS} rows, not {count}")
    if any(label.entry >= len(styles) for label in trajectories.labels):
        raise ValueError("every entry needs a style")
    paths = _paths(surface, trajectories)
    header = {
        "stage": stage_digest,
        "steps": trajectories.steps,
        "floor": paths.floor,
        "starts": _starts(trajectories),
        "starting": None if starting is None else starting.header(),
        "present": (present or Present()).header(),
        "sweep": None if sweep is None else {"digest": sweep[0], "present": sweep[1]},
        "log_losses": not surface.unbounded_below,
        "outcomes": [outcome.name.lower() for outcome in OUTCOMES],
        "entries": [asdict(style) for style in styles],
    }
    message, _ = pack_named(header, paths.packed)
    return message


@dataclass(frozen=True)
class _Paths:
    """What of a run message the trajectories alone decide."""

    floor: float
    packed: Packed


_KNOWN: WeakKeyDictionary[Trajectories, _Paths] = WeakKeyDictionary()
"""A class shares its traces, and most reruns change no path: packed once, as long as one lives."""


def _paths(surface: Surface, trajectories: Trajectories) -> _Paths:
    known = _KNOWN.get(trajectories)
    if known is not None:
        return known
    floor = lowest_loss(surface, trajectories)
    vertices = vertices_of(surface, trajectories, vertex_budget(trajectories.rows))
    x, y = drawable(np.moveaxis(vertices.of(trajectories.positions), -1, 0))
    pace = pace_of(trajectories, vertices)
    arrays: dict[str, Array | Squeezed] = {
        "rows": _rows(trajectories, vertices),
        "x": Squeezed(x),
        "y": Squeezed(y),
        "above": Squeezed(short_losses(vertices.of(trajectories.losses), floor)),
        "norms": Squeezed(pace.norms),
        "lengths": Squeezed(pace.lengths - distances(x, y), deltas=False),
        "sizes": Squeezed(pace.sizes - quotients(pace.lengths, pace.norms), deltas=False),
    }
    if vertices.thinned:
        arrays["steps"] = Squeezed(vertices.steps)
    known = _KNOWN[trajectories] = _Paths(floor, pack_arrays(arrays))
    return known


def _starts(trajectories: Trajectories) -> list[list[float]]:
    """The starts in order, as the rows have them."""
    first = {label.start: row for row, label in reversed(list(enumerate(trajectories.labels)))}
    return [[float(value) for value in trajectories.positions[0, first[n]]] for n in sorted(first)]


def _rows(trajectories: Trajectories, vertices: Vertices) -> NDArray[np.int32]:
    rows = [
        (
            label.entry,
            label.start,
            label.noise_seed,
            OUTCOMES.index(trajectories.outcomes[row]),
            int(trajectories.stopped_at[row]),
            int(trajectories.settled_at[row]),
            int(vertices.counts[row]),
        )
        for row, label in enumerate(trajectories.labels)
    ]
    return np.array(rows, dtype=np.int32).reshape(-1, 7)
