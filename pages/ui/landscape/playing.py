"""The paths of trainings in the player, on the surface of their plane."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from landscapes import CriticalPoint, Surface, sampled_surface
from optim_core import Outcome, Trajectories
from optim_core.jobs import Run
from optim_core.training.landscape import MEASURES, Landscape, LandscapeRequest
from optim_core.trajectories import RowLabel
from pages.figures import Named
from pages.player import EntryStyle, player_words, show_player
from pages.ui.found_surfaces import SOURCE, STORY, TITLES
from pages.ui.landscape.networks import Training
from pages.ui.words import _, plain

NO_LOSS = CriticalPoint(float("nan"), float("nan"), 0.0, smooth=False)
"""What losses are measured from: a cross entropy can fall to 0, nowhere in particular."""


def show_paths(
    run: Run,
    request: LandscapeRequest,
    landscape: Landscape,
    networks: Sequence[Named],
    known: Mapping[str, Training],
    measure: str,
    log_scale: bool,
) -> None:
    """The plane in 3D and as a map with the paths on the player's clock."""
    true = st.toggle(
        _("Paths at their true loss"),
        value=True,
        key="landscape.true",
        help=plain(
            _(
                "In 3D and in the curve below, each network is at its true loss, above or below the"
                " surface; otherwise where the plane has it."
            )
        ),
    )
    surface = _surface(run.id, landscape, measure, log_scale)
    labels, styles = _rows(request, networks, known)
    show_player(
        key="landscape.player",
        surface=surface,
        trajectories=trajectories_of(landscape, labels, measure, true=bool(true)),
        styles=styles,
        words={
            **player_words(_),
            "step_of": _("moment {step} of {steps}"),
            "axis_step": _("moment"),
            "ended_at": _("moment {step}"),
            "diverged": _("{title} diverged at moment {step}"),
            "status_diverged": _("diverged at moment {step}"),
            # Nobody knows gradients here, so nobody can tell whether a path has settled.
            "status_ran_out_of_steps": _("trained to its end"),
            "status_some": _("{runs} runs"),
            "status_some_diverged": _("{diverged} of {runs} diverged"),
        },
    )
    told = _("One step of the clock is {steps} steps of the training.")
    assert landscape.paths is not None
    gaps = np.diff(landscape.paths.steps[:, 0])
    st.caption(plain(told.format(steps=int(gaps.max(initial=1)))))


@st.cache_resource(max_entries=32, show_spinner=False)
def _surface(run: str, _landscape: Landscape, measure: str, log_scale: bool) -> Surface:
    """One object for each, so that the player finds again what it knows of it."""
    assert _landscape.y is not None
    made = sampled_surface(
        _landscape.x,
        _landscape.y,
        _landscape.of(measure),
        key=f"paths-{run}",
        title=TITLES["paths"].template,
        story=STORY.template,
        source=SOURCE,
    )
    return dataclasses.replace(made, log_z=log_scale, minima=(NO_LOSS,))


def _rows(
    request: LandscapeRequest, networks: Sequence[Named], known: Mapping[str, Training]
) -> tuple[list[RowLabel], list[EntryStyle]]:
    """Which entry each path belongs to, and how those look: seeds share the look of their entry."""
    entries: dict[tuple[str, int], int] = {}
    labels: list[RowLabel] = []
    styles: list[EntryStyle] = []
    for (run, row), network in zip(request.networks, networks, strict=True):
        training = known.get(run)
        key = (run, training.entry(row) if training else row)
        if key not in entries:
            entries[key] = len(styles)
            look = network.style
            title = look.title if training else network.title
            if training and len({one for one, _row in request.networks}) > 1:
                title = f"{training.name} ({run[:4]}): {title}"
            styles.append(EntryStyle(title, look.colour, look.dash, look.marker))
        seed = row % len(training.experiment.seeds) if training else 0
        labels.append(RowLabel(entries[key], seed, 0))
    return labels, styles


def trajectories_of(
    landscape: Landscape, labels: Sequence[RowLabel], measure: str, *, true: bool
) -> Trajectories:
    """The paths as the player takes them: a moment is a step, and nobody knows gradients.

    Args:
        landscape: a picture of paths.
        labels: the entry and the seed of each.
        measure: "train_loss" or "validation_loss".
        true: whether losses are those of the weights, not of their shadows.
    """
    paths = landscape.paths
    assert paths is not None
    losses = (paths.true if true else paths.plane)[..., MEASURES.index(measure)]
    there = np.isfinite(paths.distances)
    moments, rows = there.shape
    last = moments - 1 - np.argmax(there[::-1], axis=0)
    outcomes = [
        Outcome.RAN_OUT_OF_STEPS if end == moments - 1 else Outcome.DIVERGED for end in last
    ]
    return Trajectories(
        positions=paths.places,
        losses=losses,
        gradient_norms=np.full((moments, rows), np.nan),
        outcomes=tuple(outcomes),
        stopped_at=last.astype(np.int64),
        settled_at=np.full(rows, -1, dtype=np.int64),
        reached=np.full(rows, -1, dtype=np.int64),
        labels=tuple(labels),
        steps=moments - 1,
        seconds=0.0,
    )
