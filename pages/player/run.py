"""The run message: the paths of all the rows, how each ended, and how each entry is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes import Surface
from optim_core import Outcome, Trajectories
from pages.player.decimation import kept_steps, vertex_budget
from pages.player.packing import drawable, pack
from pages.player.present import Present
from pages.player.stage import surface_scale
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

    ``paths`` is (R, V, 3): x, y and the loss above ``floor``, which keeps its relative precision in
    float32 however far from zero the losses lie. ``steps`` (R, V) holds the true step of each
    vertex, and is left out when every step is there. ``rows`` is (R, 7): entry, start, noise seed,
    outcome, stopped_at, settled_at, and the number of vertices.

    ``starts`` are the points (x, y) in full: in ``paths`` they have lost digits that a link keeps.
    ``starting`` says how they can be arranged on the contour, if they can. ``sweep`` is the digest
    of the sweep message that goes with the run, and which of its values the run has, if one is
    swept. ``present`` is how the run is to be shown.

    Raises:
        ValueError: for more than ``MOST_ROWS`` rows, or a row whose entry has no style.
    """
    count = trajectories.rows
    if count > MOST_ROWS:
        raise ValueError(f"the player draws at most {MOST_ROWS} rows, not {count}")
    if any(label.entry >= len(styles) for label in trajectories.labels):
        raise ValueError("every entry needs a style")
    floor = lowest_loss(surface, trajectories)
    above = trajectories.losses - floor
    chosen = [drawn_steps(surface, trajectories, row, vertex_budget(count)) for row in range(count)]
    width = max((len(steps) for steps in chosen), default=0)
    paths = np.full((count, width, 3), np.nan, dtype=np.float32)
    numbers = np.zeros((count, width), dtype=np.uint16)
    rows = np.zeros((count, 7), dtype=np.int32)
    for row, steps in enumerate(chosen):
        kept = len(steps)
        paths[row, :kept, :2] = drawable(trajectories.positions[steps, row])
        paths[row, :kept, 2] = drawable(above[steps, row])
        numbers[row, :kept] = steps
        label = trajectories.labels[row]
        rows[row] = (
            label.entry,
            label.start,
            label.noise_seed,
            OUTCOMES.index(trajectories.outcomes[row]),
            trajectories.stopped_at[row],
            trajectories.settled_at[row],
            kept,
        )
    arrays: dict[str, NDArray[Any]] = {"paths": paths, "rows": rows}
    if any(len(steps) != steps[-1] + 1 for steps in chosen):
        arrays["steps"] = numbers
    header = {
        "stage": stage_digest,
        "steps": trajectories.steps,
        "floor": floor,
        "starts": _starts(trajectories),
        "starting": None if starting is None else starting.header(),
        "present": (present or Present()).header(),
        "sweep": None if sweep is None else {"digest": sweep[0], "present": sweep[1]},
        "log_losses": not surface.unbounded_below,
        "outcomes": [outcome.name.lower() for outcome in OUTCOMES],
        "entries": [asdict(style) for style in styles],
    }
    body = pack(header, arrays)
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return pack({**header, "digest": digest}, arrays)


def _starts(trajectories: Trajectories) -> list[list[float]]:
    """The starts in order, as the rows have them."""
    first = {label.start: row for row, label in reversed(list(enumerate(trajectories.labels)))}
    return [[float(value) for value in trajectories.positions[0, first[n]]] for n in sorted(first)]


def lowest_loss(surface: Surface, trajectories: Trajectories) -> float:
    """What losses are measured from: the lowest declared minimum, or lower if a run got lower.

    A surface without a floor is measured from 0: one run on its way to minus infinity would take
    the digits of all the others.
    """
    if surface.unbounded_below:
        return 0.0
    losses = np.asarray(trajectories.losses, dtype=np.float64)
    sound = losses[np.isfinite(drawable(losses))]
    lows = [float(point.value) for point in surface.declared(surface.minima)]
    if sound.size:
        lows.append(float(sound.min()))
    return min((low for low in lows if np.isfinite(low)), default=0.0)


def drawn_steps(
    surface: Surface, trajectories: Trajectories, row: int, budget: int
) -> NDArray[np.int64]:
    """The steps of ``row`` to draw, up to where it stopped."""
    last = int(np.clip(trajectories.stopped_at[row], 0, trajectories.steps))
    if last + 1 <= budget:
        return np.arange(last + 1)
    bounds = surface.bounds
    x, y = trajectories.positions[: last + 1, row].T
    width, depth = bounds.x_high - bounds.x_low, bounds.y_high - bounds.y_low
    height = surface_scale(surface).drawn(trajectories.losses[: last + 1, row])
    tallest = np.ptp(height[np.isfinite(height)]) if np.isfinite(height).any() else 0.0
    points = np.stack([x / width, y / depth, height / (tallest or 1.0)], axis=1)
    inside = (x >= bounds.x_low) & (x <= bounds.x_high) & (y >= bounds.y_low) & (y <= bounds.y_high)
    return kept_steps(np.nan_to_num(points, posinf=0.0, neginf=0.0), inside, budget)
