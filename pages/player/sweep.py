"""The sweep message: the paths of one entry for every value of one knob, and how each ended.

The browser draws any of them without asking, so all must be there and small: positions and losses
are whole numbers of 16 bits, the ones over a box around the view, the others over a scale of powers
of ten; gradient norms, step lengths and effective step sizes have three digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Refusal, Surface
from optim_core import Sweep
from pages.player.digits import quotients
from pages.player.packing import Array, Squeezed, drawable, pack, pack_named
from pages.player.paths import lowest_loss, pace_of, vertices_of
from pages.player.run import OUTCOMES

MOST_BYTES = 150_000
"""Of one message: what a class of sixty can load at once."""

FOR_WORDS = 14_000
"""Of those, what the titles and the row table are given."""

MOST_VERTICES = 301
"""Of one path. While it is being dragged, nobody counts steps."""

FEWEST_VERTICES = 12
"""Fewer than that no longer look like the path."""

MARGIN = 0.5
"""How far the box reaches beyond each side of the view, as a share of the view."""

GAP = 65_535
"""What stands for a position outside the box, a loss that cannot be drawn, and "never"."""

HALF = 32_767
"""Positive losses are 1 to HALF, negative ones HALF more: where there is no floor, both happen."""

MOST_RUNS = 16
"""Runs of one value (starts x noise seeds): with more, nobody sees what a value does."""

ROW_BYTES = 4 * 2 + 2
"""Of one path besides its vertices."""

VERTEX_BYTES = 6 * 2
"""Of one vertex before deflating, without the number of its step."""

USUAL_SHARE = 0.55
"""What deflating leaves of the paths at most, but for strange ones: see :func:`swept_paths`."""


@dataclass(frozen=True)
class SweptPaths:
    """What a sweep's message holds besides words."""

    header: dict[str, object]
    arrays: dict[str, Array | Squeezed]


@dataclass(frozen=True)
class End:
    """A way for a run to end: ``kind`` is its look, one of :data:`KINDS`."""

    kind: str
    title: str


KINDS = ("deepest", "local", "moving", "elsewhere", "diverged", "left")
"""The looks of an end in the strip; several local minima are shades of one look."""


@dataclass(frozen=True)
class ShownSweep:
    """A sweep in words of the visitor.

    Attributes:
        entry: which entry is swept.
        paths: of all its values.
        present: index of the value that the entry has now.
        texts: each value as people write it.
        ends: the ways in which its runs ended.
        ended: (V, runs) index into ``ends`` of each value's runs.
        told: the strip as a sentence.
    """

    entry: int
    paths: SweptPaths
    present: int
    texts: Sequence[str]
    ends: Sequence[End]
    ended: NDArray[np.int64]
    told: str


@dataclass(frozen=True)
class Sweeping:
    """What can be swept, what is being swept, and whom to tell.

    Attributes:
        knobs: for each entry, the key and the title of each of its numeric knobs.
        shown: the sweep in the player, if one is chosen.
        choose: called with the entry and the knob that somebody chose, ``(-1, "")`` for none.
        release: called with entry, knob and the value that somebody let the slider go at.
    """

    knobs: Sequence[Sequence[tuple[str, str]]]
    shown: ShownSweep | None
    choose: Callable[[int, str], None]
    release: Callable[[int, str, float], None]


@dataclass(frozen=True)
class SweepMessage:
    """A packed sweep: ``message`` for the browser and ``digest``, by which runs refer to it."""

    message: bytes
    digest: str


def vertex_budget(rows: int, steps: int, share: float = 1.0) -> int:
    """How many vertices each of ``rows`` paths of ``steps`` steps may have.

    ``share`` is what deflating leaves of a byte.

    Raises:
        ValueError: when so many paths do not fit into a message.
    """
    room = ((MOST_BYTES - FOR_WORDS) / max(rows, 1) - ROW_BYTES) / share
    if steps < MOST_VERTICES and VERTEX_BYTES * (steps + 1) <= room:
        return steps + 1
    # Thinned paths also carry the number of each step.
    kept = min(int(room / (VERTEX_BYTES + 2)), MOST_VERTICES)
    if kept < FEWEST_VERTICES:
        raise Refusal("{rows} paths are too many for a sweep", rows=rows)
    return kept


def swept_paths(surface: Surface, sweep: Sweep) -> SweptPaths:
    """The paths of a sweep over ``surface``, packed.

    ``x``, ``y`` and ``losses`` (R, W) are uint16, :data:`GAP` where there is nothing to draw:
    positions over the box ``box``, losses above ``floor`` over the powers of ten ``loss_range``, 0
    for the floor itself. ``norms``, ``lengths`` and ``sizes`` are those of a run. ``rows`` (R, 4)
    is outcome, stopped_at, settled_at and the number of vertices, in the order of the sweep's rows.
    ``steps`` (R, W) is left out when every step is there.

    Raises:
        ValueError: for more paths than a message holds.
    """
    runs = sweep.trajectories
    surely = vertex_budget(runs.rows, runs.steps)
    likely = vertex_budget(runs.rows, runs.steps, USUAL_SHARE)
    arrays, header = _swept(surface, sweep, likely)
    if likely > surely and len(pack({}, arrays)) > MOST_BYTES - FOR_WORDS:
        arrays, header = _swept(surface, sweep, surely)
    return SweptPaths(header, arrays)


def _swept(
    surface: Surface, sweep: Sweep, budget: int
) -> tuple[dict[str, Array | Squeezed], dict[str, object]]:
    runs = sweep.trajectories
    vertices = vertices_of(surface, runs, budget)
    settled = np.where(runs.settled_at < 0, GAP, runs.settled_at)
    outcomes = [OUTCOMES.index(outcome) for outcome in runs.outcomes]
    bounds = surface.bounds
    low = np.array([bounds.x_low, bounds.y_low])
    size = np.array([bounds.x_high, bounds.y_high]) - low
    box = np.stack([low - MARGIN * size, low + (1 + MARGIN) * size])
    x, y = np.moveaxis(_in_box(vertices.of(runs.positions), box), -1, 0)
    floor = lowest_loss(surface, runs)
    above = drawable(vertices.of(runs.losses) - floor).astype(np.float64)
    losses, loss_range = _in_powers(above)
    pace = pace_of(runs, vertices)
    rows = np.stack([outcomes, runs.stopped_at, settled, vertices.counts], axis=1)
    arrays: dict[str, Array | Squeezed] = {
        "rows": rows.astype(np.uint16),
        "x": Squeezed(x),
        "y": Squeezed(y),
        "losses": Squeezed(losses),
        "norms": Squeezed(pace.norms),
        "lengths": Squeezed(pace.lengths),
        "sizes": Squeezed(pace.sizes - quotients(pace.lengths, pace.norms), deltas=False),
    }
    if vertices.thinned:
        arrays["steps"] = Squeezed(vertices.steps)
    header: dict[str, object] = {
        "knob": sweep.knob,
        "values": list(sweep.values),
        "box": box.tolist(),
        "floor": floor,
        "loss_range": loss_range,
        "outcomes": [outcome.name.lower() for outcome in OUTCOMES],
    }
    return arrays, header


def pack_sweep(sweeping: Sweeping) -> SweepMessage:
    """The message of what can be swept and of what is; it does not name the present value.

    So it stays the same, and Streamlit sends a hash in its place, while the value moves along it.
    """
    header: dict[str, object] = {"knobs": [list(knobs) for knobs in sweeping.knobs], "swept": None}
    arrays: dict[str, Array | Squeezed] = {}
    if shown := sweeping.shown:
        header["swept"] = {
            **shown.paths.header,
            "entry": shown.entry,
            "texts": list(shown.texts),
            "ends": [{"kind": end.kind, "title": end.title} for end in shown.ends],
            "told": shown.told,
        }
        arrays = {**shown.paths.arrays, "ended": shown.ended.astype(np.uint16)}
    return SweepMessage(*pack_named(header, arrays))


def _in_box(points: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.uint16]:
    """``points`` (R, W, 2) over ``box`` (2, 2: its low and its high corner).

    The first vertex outside is moved back to where the path crosses the side of the box, so that
    the path still runs off the picture.
    """
    low, high = box
    with np.errstate(invalid="ignore"):
        inside = ((points >= low) & (points <= high)).all(axis=-1)
    leaves = inside[:, :-1] & ~inside[:, 1:] & np.isfinite(points[:, 1:]).all(axis=-1)
    kept = points.copy()
    row, before = np.nonzero(leaves)
    start, moved = points[row, before], points[row, before + 1] - points[row, before]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = np.where(moved > 0, (high - start) / moved, (low - start) / moved)
    share = np.where(moved == 0, np.inf, shares).min(axis=1, keepdims=True)
    kept[row, before + 1] = np.clip(start + share * moved, low, high)
    inside[row, before + 1] = True
    places = np.where(inside[..., None], (kept - low) / (high - low), 0.0)
    whole = np.rint(places * (GAP - 1)).astype(np.uint16)
    whole[~inside] = GAP
    return whole


def _in_powers(above: NDArray[np.float64]) -> tuple[NDArray[np.uint16], list[float]]:
    """Losses as 1 to HALF over a range of powers of ten, HALF more for negative ones, 0 for 0."""
    with np.errstate(invalid="ignore"):
        size, negative = np.abs(above), above < 0
        some = size > 0
    powers = np.log10(size, out=np.full(above.shape, np.nan), where=some)
    if not some.any():
        return np.where(np.isnan(above), GAP, 0).astype(np.uint16), [0.0, 1.0]
    low, high = float(powers[some].min()), float(powers[some].max())
    high = max(high, low + 1e-6)
    places = 1 + np.rint((powers - low) / (high - low) * (HALF - 1)) + HALF * negative
    whole = np.where(some, places, 0)
    return np.where(np.isnan(above), GAP, whole).astype(np.uint16), [low, high]
