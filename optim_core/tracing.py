"""trace(): THE loop. Every map, picture and table in Downhill comes from here."""

from __future__ import annotations

import time
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from landscapes import Surface
from optim_core.ending import run_to_end
from optim_core.grouping import groups_of, parts_of
from optim_core.measuring import endings_of, measure, outcomes_of
from optim_core.noise import NOISES, NoiseStreams
from optim_core.scenario import Scenario
from optim_core.settings import Floats
from optim_core.stepping import Stepper
from optim_core.trajectories import RowLabels, Trajectories

FAR_IN_VIEWS = 1e6
"""A point further out than this many times the view has run away."""

MAX_TRACED = 8_000_000
"""Rows times steps that may be kept: about 32 bytes each, 256 MB."""

MAX_STEPPED = 1_000_000_000
"""Rows times steps that may be computed at all: some tens of seconds."""

CHUNK_ROWS = 16_384
"""Rows stepped together when only the ends are kept: their arrays stay in the cache."""

Keep = Literal["path", "ends"]


class OverBudgetError(ValueError):
    """The request would take more memory or time than allowed; nothing was computed."""


def check_budget(rows: int, steps: int, keep: Keep) -> None:
    """Refuse what would take too long or too much memory.

    Raises:
        OverBudgetError: with the cost and the limit in words.
    """
    limit = MAX_TRACED if keep == "path" else MAX_STEPPED
    if rows * steps > limit:
        what = "kept" if keep == "path" else "computed"
        raise OverBudgetError(
            f"{rows:,} runs of {steps:,} steps are {rows * steps:,} points; "
            f"at most {limit:,} can be {what}: take fewer steps, starts or noise seeds"
        )


def trace(
    scenario: Scenario, surface: Surface | None = None, *, keep: Keep = "path"
) -> Trajectories:
    """Run every entry of ``scenario`` from every start with every noise stream.

    Args:
        scenario: what to run.
        surface: minimise this in place of the scenario's surface (own formulas, slices).
        keep: "path" for every step; "ends" for the start and the last point only, which takes a
            million rows.

    Returns:
        The trajectories; with ``keep="ends"`` the first axis of their arrays has length 2.

    Raises:
        OverBudgetError: (a ValueError) before anything is computed.
    """
    began = time.perf_counter()
    config = scenario.config
    check_budget(scenario.rows, config.steps, keep)
    landscape = scenario.landscape() if surface is None else surface
    far = FAR_IN_VIEWS * landscape.bounds.size
    run = _whole_paths if keep == "path" else _ends_only
    path, ended = run(scenario, landscape, far)
    losses, norms = measure(landscape.value, path)
    if ended is None:
        endings = endings_of(path, losses, norms, far, config.tolerance)
        stopped_at, settled_at = endings.stopped_at, endings.settled_at
    else:
        stopped_at, settled_at = ended
        endings = endings_of(path, losses, norms, far, config.tolerance)
        settled_at = np.where(endings.settled_at >= 0, settled_at, -1)
    stopped = (stopped_at < config.steps) | ~endings.alive[-1]
    nan = np.where(endings.alive, 0.0, np.nan)
    points = path.transpose(0, 2, 1) + nan[:, :, None]
    points[0] = path[0].T
    index = np.minimum(stopped_at, len(path) - 1)
    columns = np.arange(len(index))
    reached = landscape.reached_minimum(points[index, columns], losses[index, columns])
    arrays = {
        "positions": points,
        "losses": losses + nan,
        "gradient_norms": norms + nan,
        "stopped_at": stopped_at,
        "settled_at": settled_at,
        "reached": np.where(stopped, -1, reached),
    }
    for array in arrays.values():
        array.flags.writeable = False
    return Trajectories(
        **arrays,
        outcomes=outcomes_of(stopped, endings.undefined, settled_at),
        labels=RowLabels(len(scenario.entries), len(scenario.starts), config.noise_seeds),
        steps=config.steps,
        seconds=time.perf_counter() - began,
    )


Ended = tuple[NDArray[np.int64], NDArray[np.int64]]


def _whole_paths(scenario: Scenario, landscape: Surface, far: float) -> tuple[Floats, Ended | None]:
    """Every point of every run: (T+1, 2, N)."""
    del far
    config, streams, starts = scenario.config, _noise_of(scenario), _columns(scenario)
    stepper = Stepper(
        landscape.value,
        groups_of(scenario),
        starts,
        shifts=_by_parameter(streams.shift),
        noise=_by_parameter(streams.gradient),
        clip_norm=config.clip_norm,
        clip_value=config.clip_value,
    )
    path = np.empty((config.steps + 1, *starts.shape))
    path[0] = starts
    points = stepper.points
    stepper.run(config.steps, lambda step: np.copyto(path[step], points))
    return path, None


def _ends_only(scenario: Scenario, landscape: Surface, far: float) -> tuple[Floats, Ended | None]:
    """Start and last point of every run, (2, 2, N), with the steps at which they ended."""
    streams, starts = _noise_of(scenario), _columns(scenario)
    path = np.stack([starts, starts])
    stopped_at = np.zeros(scenario.rows, dtype=np.int64)
    settled_at = np.zeros(scenario.rows, dtype=np.int64)
    for group in groups_of(scenario):
        for part in parts_of(group, CHUNK_ROWS):
            last, stopped, settled = run_to_end(
                landscape.value, part, starts, scenario.config, streams, far
            )
            path[1][:, part.rows] = last
            stopped_at[part.rows], settled_at[part.rows] = stopped, settled
    return path, (stopped_at, settled_at)


def _noise_of(scenario: Scenario) -> NoiseStreams:
    """The noise that every entry and start of ``scenario`` meets, for D = 2."""
    config = scenario.config
    spec = NOISES[config.noise.key]
    settings = dict(config.noise.settings)
    return spec.streams(config.steps, config.noise_seeds, 2, settings, config.seed)


def _by_parameter(streams: Floats | None) -> Floats | None:
    """(T, S, D) noise as (T, D, S), so that each step's is laid out like the columns."""
    return None if streams is None else np.ascontiguousarray(streams.transpose(0, 2, 1))


def _columns(scenario: Scenario) -> Floats:
    """The start of each row, (2, N): entries slowest, then starts, then noise seeds."""
    starts = np.array(scenario.starts, dtype=np.float64).T
    repeated = np.repeat(starts, scenario.config.noise_seeds, axis=1)
    return np.tile(repeated, len(scenario.entries))
