"""Races, ensembles and dimensions as tables, CSV; columns are called the same in any language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optim_core.maps.ensembles import Ensemble
from optim_core.maps.escaping import Escape
from optim_core.maps.leaving import Leaving
from optim_core.maps.racing import Race
from optim_core.maps.settling import Settling
from optim_core.maps.tables import safe, written
from optim_core.sweeping import numeric_knobs, setting_of

Lines = list[Sequence[object]]


def race_table(found: Race, titles: Sequence[str]) -> str:
    """A line a trial: the settings that were tried and the final losses of its runs."""
    bands = found.bands()
    names = list(dict.fromkeys(name for row in found.tried for name in numeric_knobs(row[0])))
    lines: Lines = [
        ("entry", "trial", *names, "loss_10_percent", "loss_median", "loss_90_percent", "diverged")
    ]
    for entry, title in enumerate(titles):
        for trial, tried in enumerate(found.tried[entry]):
            own = numeric_knobs(tried)
            settings = [setting_of(tried, name) if name in own else "" for name in names]
            gone = int(np.isinf(found.losses[entry, trial]).sum())
            lines.append((safe(title), trial + 1, *settings, *bands[entry, trial].tolist(), gone))
    return written(lines)


def ensemble_table(found: Ensemble, titles: Sequence[str]) -> str:
    """A line a run: where it ended and at what loss."""
    lines: Lines = [("entry", "noise_seed", "end_x", "end_y", "loss", "minimum", "diverged")]
    for entry, title in enumerate(titles):
        for seed in range(int(found.seeds[entry])):
            reached = int(found.reached[entry, seed])
            lines.append(
                (
                    safe(title),
                    seed,
                    *found.ends[entry, seed].tolist(),
                    float(found.final[entry, seed]),
                    reached + 1 if reached >= 0 else "",
                    int(found.stopped[entry, seed]),
                )
            )
    return written(lines)


def escape_table(found: Escape, titles: Sequence[str]) -> str:
    """A line an entry and value: how many left the well, with the interval."""
    share, low, high = found.shares()
    lines: Lines = [
        ("entry", found.request.knob, "runs", "left", "share", "low_95", "high_95", "diverged")
    ]
    for entry, title in enumerate(titles):
        for place, value in enumerate(found.request.values):
            if found.left[entry, place] < 0:
                continue
            cell = (entry, place)
            counts = (found.request.seeds, int(found.left[cell]))
            shares = (float(share[cell]), float(low[cell]), float(high[cell]))
            lines.append((safe(title), value, *counts, *shares, int(found.diverged[cell])))
    return written(lines)


def leaving_table(found: Leaving, titles: Sequence[str]) -> str:
    """A line a dimension and entry: who left the critical point, and when."""
    lines: Lines = [
        ("dimension", "entry", "runs", "minima", "left", "still_at_saddle", "still_at_minimum",
         "thrown_out", "median_steps_to_leave")
    ]  # fmt: skip
    recipe = found.request.recipe
    for row, dimension in enumerate(recipe.dimensions):
        for entry, title in enumerate(titles):
            cell = (row, entry)
            if found.left[cell] < 0:
                continue
            counts = (found.left, found.at_saddle, found.at_minimum, found.thrown)
            numbers = (recipe.runs, int(found.minima[row]), *(int(one[cell]) for one in counts))
            lines.append((dimension, safe(title), *numbers, float(found.steps[row, entry, 1])))
    return written(lines)


def settling_table(found: Settling, titles: Sequence[str]) -> str:
    """A line a dimension and entry: how far above the lowest minimum runs came to rest."""
    lines: Lines = [
        ("dimension", "entry", "runs", "at_rest", "in_the_lowest_minimum", "share_in_upper_wells",
         "excess_10_percent", "excess_median", "excess_90_percent")
    ]  # fmt: skip
    recipe = found.request.recipe
    for row, dimension in enumerate(recipe.dimensions):
        for entry, title in enumerate(titles):
            cell = (row, entry)
            if found.settled[cell] < 0:
                continue
            numbers = (recipe.runs, int(found.settled[cell]), int(found.best[cell]))
            shares = (float(found.upper[cell]), *found.excess[cell].tolist())
            lines.append((dimension, safe(title), *numbers, *shares))
    return written(lines)
