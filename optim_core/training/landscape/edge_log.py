"""EdgeLog: what was seen of a recording, look by look, as pages and files read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim_core.jobs.runs import REWOUND, RunEvent
from optim_core.training.events import Floats, Integers

SEEN = "seen"
"""The kind of its events."""

ARTIFACT = "edge"
"""Name of the file that a finished recording is kept in."""

TABLES = ("sharpness", "bounds", "curvature")


class EdgeLog:
    """Looks of R rows put together."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._losses: list[Floats] = []
        self._tables: dict[str, list[Floats]] = {name: [] for name in TABLES}
        self.stopped_at: Integers = np.zeros(0, dtype=np.int64)

    def add(self, step: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """One look more: the arrays of an ``EdgeSeen``."""
        self._steps.append(step)
        self._losses.append(arrays["losses"])
        for name in TABLES:
            self._tables[name].append(arrays[name])
        self.stopped_at = arrays["stopped_at"]

    def read(self, events: Iterable[RunEvent]) -> None:
        """What a run has written down."""
        for event in events:
            if event.kind == SEEN:
                self.add(event.body["step"], event.arrays)
            elif event.kind == REWOUND:
                # Such a recording keeps no checkpoints: it has begun anew.
                self.__init__()  # type: ignore[misc]

    @property
    def steps(self) -> Integers:
        """(L,) of the looks."""
        return np.array(self._steps, dtype=np.int64)

    @property
    def losses(self) -> Floats:
        """(T, R) before each step, the last one where it ended."""
        return np.concatenate(self._losses) if self._losses else np.zeros((0, 0))

    @property
    def sharpness(self) -> Floats:
        """(L, R) the largest eigenvalue as the rule feels it."""
        return np.stack(self._tables["sharpness"])

    @property
    def bounds(self) -> Floats:
        """(L, R) on the error of ``sharpness``."""
        return np.stack(self._tables["bounds"])

    @property
    def curvature(self) -> Floats:
        """(L, R) the largest eigenvalue of the Hessian itself."""
        return np.stack(self._tables["curvature"])

    def __len__(self) -> int:
        return len(self._steps)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays, as they are kept."""
        tables = {name: np.stack(values) for name, values in self._tables.items()}
        return {
            "steps": self.steps,
            "losses": self.losses,
            "stopped_at": self.stopped_at,
            **tables,
        }

    def to_npz(self) -> bytes:
        """The arrays as a file for numpy."""
        file, arrays = io.BytesIO(), dict[str, Any](self.to_arrays())
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    def to_csv(self, names: Sequence[str], limits: Sequence[float]) -> str:
        """One line a look and row; ``names`` must be safe for spreadsheets."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["network", "step", "loss", "sharpness", "bound", "limit", "curvature"])
        losses = self.losses
        for row, (name, limit) in enumerate(zip(names, limits, strict=True)):
            for look, step in enumerate(self._steps):
                values = (
                    losses[step, row],
                    self.sharpness[look, row],
                    self.bounds[look, row],
                    limit,
                    self.curvature[look, row],
                )
                cells = [f"{value:.7g}" if np.isfinite(value) else "" for value in values]
                writer.writerow([name, step, *cells])
        return text.getvalue()
