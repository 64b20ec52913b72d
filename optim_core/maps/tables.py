"""Maps as tables: a line a run, CSV, whose columns are called the same in any language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from landscapes import CriticalPoint
from optim_core.maps.axes import Axis
from optim_core.maps.basins import BasinMap
from optim_core.maps.cells import DIVERGED, ELSEWHERE, LEFT, NOT_YET, UNKNOWN, Cells
from optim_core.maps.phase import PhaseMap

NAMES = {
    NOT_YET: "not_yet",
    ELSEWHERE: "settled_at_no_minimum",
    DIVERGED: "diverged",
    LEFT: "left_the_domain",
    UNKNOWN: "not_computed",
}
COLUMNS = ("ending", "minimum_x", "minimum_y", "settled_at", "stopped_at", "loss")


def basin_table(found: BasinMap, titles: Sequence[str]) -> str:
    """Entry, start and ending of every run; ``titles`` are those of the entries."""
    lines: list[Sequence[object]] = [("entry", "start_x", "start_y", *COLUMNS)]
    for entry, title in enumerate(titles):
        for place, line in _lines(found.cells, entry, found.x, found.y, found.minima):
            lines.append((safe(title), *place, *line))
    return written(lines)


def phase_table(found: PhaseMap) -> str:
    """The two settings and the ending of every run."""
    lines: list[Sequence[object]] = [(found.x.key, found.y.key, *COLUMNS, "turns")]
    turns = found.cells.turns[0][found.cells.computed[0]].tolist()
    endings = _lines(found.cells, 0, found.x, found.y, found.minima)
    for (place, line), share in zip(endings, turns, strict=True):
        lines.append((*place, *line, share))
    return written(lines)


def written(lines: Sequence[Sequence[object]]) -> str:
    """Lines of values as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def safe(title: str) -> str:
    """A title that no spreadsheet takes for a formula."""
    return f"'{title}" if title[:1] in ("=", "+", "-", "@") else title


def _lines(
    cells: Cells, panel: int, x: Axis, y: Axis, minima: Sequence[CriticalPoint]
) -> Iterator[tuple[tuple[float, float], tuple[object, ...]]]:
    """The place and the ending of every run of one panel that has been computed."""
    where, settled = cells.where[panel].tolist(), cells.settled_at[panel].tolist()
    stopped, losses = cells.stopped_at[panel].tolist(), cells.losses[panel].tolist()
    computed = cells.computed[panel].tolist()
    for row, up in enumerate(y.values):
        for column, across in enumerate(x.values):
            if not computed[row][column]:
                continue
            code = where[row][column]
            ending: tuple[object, ...] = (NAMES.get(code, "minimum"), "", "")
            if code >= 0:
                ending = ("minimum", minima[code].x, minima[code].y)
            step = settled[row][column]
            yield (
                (across, up),
                (*ending, step if step >= 0 else "", stopped[row][column], losses[row][column]),
            )
