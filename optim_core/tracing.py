"""trace(): THE loop. Every map, picture and table in Downhill comes from here."""

from __future__ import annotations

import dataclasses
import time
from typing import Literal

import numpy as np

from landscapes import Phrase, Refusal, Surface, unknown
from optim_core.ending import Ends, by_parameter, run_to_end
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
"""Rows times steps that may be kept: 32 bytes each in the result (256 MB), twice that meanwhile."""

MAX_STEPPED = 1_000_000_000
"""Rows times steps that may be computed at all: some tens of seconds."""

CHUNK_ROWS = 16_384
"""Rows stepped together when only the ends are kept: their arrays stay in the cache."""

Keep = Literal["path", "ends"]


class OverBudgetError(Refusal):
    """The request would take more memory or time than allowed; nothing was computed."""


def check_budget(rows: int, steps: int, keep: Keep) -> None:
    """Refuse what would take too long or too much memory.

    Raises:
        OverBudgetError: with the cost and the limit in words.
    """
    limit = MAX_TRACED if keep == "path" else MAX_STEPPED
    if rows * steps > limit:
        kept = Phrase(
            "at most {limit:,} can be kept: take fewer steps, starts or noise seeds", limit=limit
        )
        computed = Phrase(
            "at most {limit:,} can be computed: take fewer steps, starts or noise seeds",
            limit=limit,
        )
        raise OverBudgetError(
            "{rows:,} runs of {steps:,} steps are {points:,} points; {advice}",
            rows=rows,
            steps=steps,
            points=rows * steps,
            advice=kept if keep == "path" else computed,
        )


def trace(
    scenario: Scenario, surface: Surface | None = None, *, keep: Keep = "path"
) -> Trajectories:
    """Run every entry of ``scenario`` from every start with every noise stream.

    Args:
        scenario: what to run.
        surface: minimise this in place of the scenario's surface (own formulas, slices). The
            starts stay the scenario's: give them, or they are those of its named surface.
        keep: "path" for every step; "ends" for the start and the last point only, which takes a
            million rows.

    Returns:
        The trajectories; with ``keep="ends"`` the first axis of their arrays has length 2.

    Raises:
        OverBudgetError: (a ValueError) before anything is computed.
        ValueError: for a surface that does not give one value a point, or an unknown ``keep``.
    """
    began = time.perf_counter()
    config = scenario.config
    if keep not in ("path", "ends"):
        raise unknown("keep", keep, ("path", "ends"))
    check_budget(scenario.rows, config.steps, keep)
    if surface is not None and not isinstance(surface, Surface):
        raise ValueError("surface must be a Surface object, or left out")
    landscape = scenario.landscape() if surface is None else surface
    far = FAR_IN_VIEWS * landscape.bounds.size
    if keep == "path":
        path = _whole_paths(scenario, landscape)
        losses, norms = measure(landscape.value, path)
        endings = endings_of(path, losses, norms, far, config.tolerance)
    else:
        path, ends = _ends_only(scenario, landscape, far)
        losses, norms = measure(landscape.value, path)
        endings = ends.endings(losses, norms, config)
    stopped = endings.stopped_at < config.steps
    index = np.minimum(endings.stopped_at, len(path) - 1)
    columns = np.arange(scenario.rows)
    reached = landscape.reached_minimum(path[index, :, columns], losses[index, columns])
    gone = ~endings.alive
    losses[gone], norms[gone] = np.nan, np.nan
    gone[0] = False
    positions = np.ascontiguousarray(path.transpose(0, 2, 1))
    positions[gone] = np.nan
    arrays = {
        "positions": positions,
        "losses": losses,
        "gradient_norms": norms,
        "stopped_at": endings.stopped_at,
        "settled_at": endings.settled_at,
        "reached": np.where(stopped, -1, reached),
    }
    for array in arrays.values():
        array.flags.writeable = False
    return Trajectories(
        **arrays,
        outcomes=outcomes_of(stopped, endings.undefined, endings.settled_at),
        labels=RowLabels(len(scenario.entries), len(scenario.starts), config.noise_seeds),
        steps=config.steps,
        seconds=time.perf_counter() - began,
    )


def _whole_paths(scenario: Scenario, landscape: Surface) -> Floats:
    """Every point of every run: (T+1, 2, N)."""
    stepper, steps = stepper_of(scenario, landscape), scenario.config.steps
    points = stepper.points
    path = np.empty((steps + 1, *points.shape))
    path[0] = points
    stepper.run(steps, lambda step: np.copyto(path[step], points))
    return path


def stepper_of(scenario: Scenario, landscape: Surface) -> Stepper:
    """All the runs of ``scenario`` at their starts on ``landscape``, ready to step."""
    config, streams = scenario.config, _noise_of(scenario)
    return Stepper(
        landscape.value,
        groups_of(scenario),
        _columns(scenario),
        shifts=by_parameter(streams.shift),
        noise=by_parameter(streams.gradient),
        clip_norm=config.clip_norm,
        clip_value=config.clip_value,
    )


def _ends_only(scenario: Scenario, landscape: Surface, far: float) -> tuple[Floats, Ends]:
    """Start and last point of every run, (2, 2, N), and how they ended."""
    streams, starts = _noise_of(scenario), _columns(scenario)
    ends, config = Ends.of(starts), scenario.config
    for group in groups_of(scenario):
        for part in parts_of(group, CHUNK_ROWS):
            alone = dataclasses.replace(part, rows=np.arange(len(part.rows)))
            own, stream = starts[:, part.rows], part.rows % config.noise_seeds
            found = run_to_end(landscape.value, [alone], own, config, streams, far, stream)
            ends.take(part.rows, found)
    return np.stack([starts, ends.last]), ends


def _noise_of(scenario: Scenario) -> NoiseStreams:
    """The noise that every entry and start of ``scenario`` meets, for D = 2."""
    config = scenario.config
    spec = NOISES[config.noise.key]
    settings = dict(config.noise.settings)
    return spec.streams(config.steps, config.noise_seeds, 2, settings, config.seed)


def _columns(scenario: Scenario) -> Floats:
    """The start of each row, (2, N): entries slowest, then starts, then noise seeds."""
    starts = np.array(scenario.starts, dtype=np.float64).T
    repeated = np.repeat(starts, scenario.config.noise_seeds, axis=1)
    return np.tile(repeated, len(scenario.entries))
