"""TrainingLog: what a run has told so far, as arrays for charts, tables and files.

It folds the plain events of :mod:`optim_core.training.events` one by one, as a page reads them from
the store of runs, and needs nothing of the run itself: no weights, no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optim_core.jobs.runs import REWOUND
from optim_core.training.events import (
    BINS,
    Final,
    Floats,
    Gradients,
    Integers,
    RowStopped,
    Started,
)
from optim_core.training.growing import Growing
from optim_core.training.log_parts import MEASURES, Body, Epochs, Pace, Told


class TrainingLog:
    """A mutable fold: give it every event once, in order, and read its properties at any time.

    Readers that share a log must not read while one of them adds: let them share a lock, or copy it
    (``copy.deepcopy``). Adding an event costs what the event holds, however long the run
    is. An event whose number was there already is passed over, one of an unknown kind counts but
    tells nothing, and ``rewound`` takes back what came after the number it names. Arrays that
    properties return are views: use them before the next event is added.

    Attributes:
        number: of the event that was added last.
        fell_back_to: the step that the run fell back to when it was last cut off, 0 for its
            beginning; None for one that never was.
    """

    def __init__(self) -> None:
        self.number = 0
        self.fell_back_to: int | None = None
        self._starts: list[tuple[int, Started]] = []
        self._stopped: list[tuple[int, RowStopped]] = []
        self._notices: list[tuple[int, str, int]] = []
        self._first: list[tuple[int, Gradients]] = []
        self._finals: list[tuple[int, Final]] = []
        self._paces = Growing(6)
        self._clear(0, 0)

    def read(
        self,
        events: Iterable[Told],
        arrays: Callable[[int], Mapping[str, NDArray[Any]]] | None = None,
    ) -> None:
        """Add what ``store.events(run, after=log.number)`` gives.

        Args:
            events: in order.
            arrays: ``number -> arrays`` of those events that keep them in a file. A field that is
                a list of arrays, one a row, is there as ``name.0``, ``name.1``, ...
        """
        for event in events:
            own = event.arrays
            # What was read before, or tells nothing here, is passed over: its file stays closed.
            known = event.kind in _FOLDS and event.number > self.number
            if event.in_file and arrays is not None and known:
                own = arrays(event.number)
            self.add(event.kind, {**event.body, **_joined(own)}, event.number)

    def add(self, kind: str, body: Body, number: int | None = None) -> None:
        """Add one event: its kind, the rest of its plain form, and its number in the run.

        Without a number it is the next one. Numbers that JSON has not (None) are NaN here.
        """
        number = self.number + 1 if number is None else number
        if number <= self.number:
            return
        self.number = number
        if kind == REWOUND:
            self._take_back(int(body["to"]))
        elif kind in _FOLDS:
            _FOLDS[kind](self, number, body)

    @property
    def start(self) -> Started | None:
        """None until the run has begun."""
        return self._starts[-1][1] if self._starts else None

    @property
    def rows(self) -> int:
        """R, 0 until the run has begun."""
        return len(self.start.rows) if self.start else 0

    @property
    def entries(self) -> int:
        """How many entries compete, 0 until the run has begun."""
        return 1 + max((entry for entry, _ in self.start.rows), default=-1) if self.start else 0

    def rows_of(self, entry: int) -> Integers:
        """The rows of one entry, one a seed."""
        rows = self.start.rows if self.start else ()
        return np.array([row for row, (own, _) in enumerate(rows) if own == entry], dtype=np.int64)

    @property
    def steps(self) -> Integers:
        """The number of each step (T,), from 1."""
        return self._steps.values

    @property
    def step_seconds(self) -> Floats:
        """When each step was done (T,), since the start; even between two events."""
        return self._step_seconds.values

    @property
    def losses(self) -> NDArray[np.float32]:
        """The loss on each step's batch (T, R), NaN for rows that have stopped."""
        return self._losses.values

    @property
    def epochs(self) -> Epochs:
        """The epochs that are over."""
        when = self._when.values
        measures = {name: self._measures.values[:, place] for place, name in enumerate(MEASURES)}
        return Epochs(
            epoch=when[:, 0].astype(np.int64),
            step=when[:, 1].astype(np.int64),
            seconds=when[:, 2],
            layer_norms=self._norms.values,
            rates=self._rates.values,
            **measures,
        )

    @property
    def first_gradients(self) -> tuple[Gradients, ...]:
        """Those of the first steps, in order."""
        return tuple(gradients for _, gradients in self._first)

    @property
    def layer_norms(self) -> tuple[int, Floats] | None:
        """The step and the layer norms (R, L) that were told last; None until then."""
        first = self._first[-1] if self._first else None
        if len(self._when) and (first is None or self._when.values[-1, 1] >= first[1].step):
            return int(self._when.values[-1, 1]), self._norms.values[-1]
        return (first[1].step, first[1].layer_norms) if first else None

    @property
    def stopped(self) -> tuple[RowStopped, ...]:
        """The rows that diverged, in the order in which they did."""
        return tuple(row for _, row in self._stopped)

    @property
    def notices(self) -> tuple[str, ...]:
        """What else there is to say of the run, in English sentences."""
        return tuple(sentence for _, sentence, _ in self._notices)

    @property
    def rows_at_once(self) -> int:
        """How many networks are computed together now, 0 until the run has begun."""
        if self._notices:
            return self._notices[-1][2]
        return self.start.rows_at_once if self.start else 0

    @property
    def pace(self) -> Pace | None:
        """How fast it goes; None until the first steps."""
        if not len(self._paces):
            return None
        step, seconds, factor, speed, left, memory = (float(x) for x in self._paces.values[-1])
        held = None if np.isnan(memory) else int(memory)
        return Pace(int(step), seconds, factor, speed, left, held)

    @property
    def final(self) -> Final | None:
        """What came out; None until the end."""
        return self._finals[-1][1] if self._finals else None

    @property
    def progress(self) -> float:
        """The share of the steps that is done, 0 to 1."""
        if self.final is not None and not self.final.stopped:
            return 1.0
        total = self.start.steps if self.start else 0
        return float(self.steps[-1]) / total if total and len(self._steps) else 0.0

    def _clear(self, rows: int, layers: int) -> None:
        """Room for a run of ``rows`` networks with ``layers`` layers."""
        self._steps = Growing(dtype=np.int64)
        self._step_seconds = Growing()
        self._losses = Growing(rows, dtype=np.float32)
        self._when = Growing(3)
        self._measures = Growing(len(MEASURES), rows)
        self._norms = Growing(rows, layers)
        self._rates = Growing(rows, BINS, dtype=np.int64)

    def _take_back(self, after: int) -> None:
        tables = (self._steps, self._step_seconds, self._losses, self._when, self._measures)
        for table in (*tables, self._norms, self._rates, self._paces):
            table.take_back(after)
        lists: tuple[list[Any], ...] = (self._starts, self._stopped, self._notices, self._first)
        for told in (*lists, self._finals):
            told[:] = [item for item in told if item[0] <= after]
        if not self._starts:
            self._clear(0, 0)
        self.fell_back_to = int(self.steps[-1]) if len(self._steps) else 0

    def _started(self, number: int, body: Body) -> None:
        start = Started(
            rows=tuple((int(entry), int(seed)) for entry, seed in body["rows"]),
            parameters=int(body["parameters"]),
            layers=tuple(body["layers"]),
            pictures=tuple(body["pictures"]),
            classes=tuple(body["classes"]),
            steps_per_epoch=int(body["steps_per_epoch"]),
            steps=int(body["steps"]),
            device=str(body["device"]),
            rows_at_once=int(body["rows_at_once"]),
            seconds=float(body["seconds"]),
            compile_seconds=body.get("compile_seconds"),
        )
        if not self._starts:
            # A run that goes on from a checkpoint may say again what it is; its curves stay.
            self._clear(len(start.rows), len(start.layers))
        self._starts.append((number, start))

    def _stepped(self, number: int, body: Body) -> None:
        losses = floats(body["losses"])
        count, last = len(losses), int(body["step"])
        seconds = float(body["seconds"])
        began = self.start.seconds if self.start else 0.0
        before = float(self._step_seconds.values[-1]) if len(self._steps) else began
        self._steps.add(number, np.arange(last - count + 1, last + 1))
        self._step_seconds.add(number, np.linspace(before, seconds, count + 1)[1:])
        self._losses.add(number, losses)
        pace = [body[name] for name in ("step", "seconds", "rate_factor")]
        pace += [body[name] for name in ("networks_steps_a_second", "seconds_left")]
        self._paces.add(number, floats([[*pace, body["memory_bytes"]]]))

    def _gradients(self, number: int, body: Body) -> None:
        gradients = Gradients(
            step=int(body["step"]),
            layer_norms=floats(body["layer_norms"]),
            histogram=np.asarray(body["histogram"], dtype=np.int64),
        )
        self._first.append((number, gradients))

    def _epoch_done(self, number: int, body: Body) -> None:
        self._when.add(number, floats([[body["epoch"], body["step"], body["seconds"]]]))
        self._measures.add(number, np.stack([floats(body[name]) for name in MEASURES])[None])
        self._norms.add(number, floats(body["layer_norms"])[None])
        self._rates.add(number, np.asarray(body["rates"])[None])

    def _row_stopped(self, number: int, body: Body) -> None:
        row = RowStopped(
            row=int(body["row"]), step=int(body["step"]), sentence=str(body["sentence"])
        )
        self._stopped.append((number, row))

    def _fewer_at_once(self, number: int, body: Body) -> None:
        self._notices.append((number, str(body["sentence"]), int(body["rows_at_once"])))

    def _finished(self, number: int, body: Body) -> None:
        filters = body["filters"]
        final = Final(
            step=int(body["step"]),
            seconds=float(body["seconds"]),
            stopped=bool(body["stopped"]),
            train_loss=floats(body["train_loss"]),
            train_accuracy=floats(body["train_accuracy"]),
            test_loss=floats(body["test_loss"]),
            test_accuracy=floats(body["test_accuracy"]),
            confusion=np.asarray(body["confusion"], dtype=np.int64),
            misclassified=_lists(body["misclassified"]),
            answered=_lists(body["answered"]),
            filters=None if filters is None else floats(filters),
            samples=tuple(map(str, body.get("samples", ()))),
        )
        self._finals.append((number, final))


_FOLDS: dict[str, Callable[[TrainingLog, int, Body], None]] = {
    "started": TrainingLog._started,
    "stepped": TrainingLog._stepped,
    "gradients": TrainingLog._gradients,
    "epoch_done": TrainingLog._epoch_done,
    "row_stopped": TrainingLog._row_stopped,
    "fewer_at_once": TrainingLog._fewer_at_once,
    "finished": TrainingLog._finished,
}


def floats(values: ArrayLike) -> Floats:
    """``values`` in float64; None becomes NaN."""
    return np.asarray(values, dtype=np.float64)


def _lists(values: Iterable[ArrayLike]) -> tuple[Integers, ...]:
    return tuple(np.asarray(own, dtype=np.int64) for own in values)


def _joined(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """``arrays`` with ``name.0``, ``name.1``, ... put together into lists under ``name``."""
    joined: dict[str, Any] = {}
    several: dict[str, dict[int, NDArray[Any]]] = {}
    for name, array in arrays.items():
        whole, _, place = name.rpartition(".")
        if whole and place.isdecimal():
            several.setdefault(whole, {})[int(place)] = array
        else:
            joined[name] = array
    return joined | {name: [one[place] for place in sorted(one)] for name, one in several.items()}
