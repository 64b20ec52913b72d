"""fit(): train all the networks of an experiment side by side, and tell how it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from optim_core.schedules import SCHEDULES
from optim_core.training.batches import Batches
from optim_core.training.checkpoint import (
    Checkpoint,
    Keeper,
    KeepsNothing,
    UnfitCheckpointError,
    seconds_in,
)
from optim_core.training.course import DTYPES, Course
from optim_core.training.events import (
    BINS,
    EpochDone,
    Event,
    FewerAtOnce,
    Finished,
    Floats,
    Gradients,
    Integers,
    RowStopped,
    Started,
    Stepped,
)
from optim_core.training.experiment import Experiment
from optim_core.training.finishing import MOST_TRAIN_EVALUATED, Verdict, end_of, judge, no_verdict
from optim_core.training.measuring import (
    forget_memory,
    histogram,
    in_words,
    layer_norms,
    memory_bytes,
    to_floats,
)
from optim_core.training.pictures import Pictures
from optim_core.training.row_groups import StoppedError
from optim_core.training.writing import written

SECONDS_BETWEEN_EVENTS = 0.2
"""Steps are told in bundles: nobody can look more often, and a GPU has to be waited for."""

FIRST_STEPS = 10
"""The steps at whose gradients everybody looks (does Adam need a warm-up?)."""


def fit(
    experiment: Experiment,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
    *,
    rows_at_once: int | None = None,
    keeper: Keeper | None = None,
    resume: Checkpoint | None = None,
) -> Iterator[Event]:
    """Train every network of ``experiment``; nothing happens between two events that are asked for.

    The same experiment gives the same numbers on the same device with the same ``rows_at_once``
    (which :class:`Started` tells): computing networks together or one by one rounds differently.
    It gives them too when it is stopped and gone on with from a checkpoint, however often.

    Args:
        experiment: what to train on what.
        device: "cpu", "cuda" or "cuda:1".
        stop: asked at every step, batch and group of networks; True ends the training early.
        rows_at_once: how many networks are computed together; found by trying, or as before.
        keeper: is handed checkpoints as it wants them.
        resume: where to go on; None for the beginning.

    Yields:
        One ``Started`` (one more for each time it goes on), then the others as they come, and one
        ``Finished`` at the end: not where it was stopped and its keeper has a checkpoint.

    Raises:
        DataMissingError: when the pictures are not on this machine.
        RowsOutOfMemoryError: when a single network does not fit into memory.
        UnfitCheckpointError: when ``resume`` is not of this experiment and these pictures.
    """
    run = _Run(experiment, torch.device(device), rows_at_once, resume)
    keeper = keeper or KeepsNothing()
    # What is in it lies in the run now; in a second place it would cost as much again.
    resume = None
    yield run.started
    try:
        yield from run.epochs(stop, keeper)
        yield run.finished(stop)
        return
    except StoppedError:
        pass
    if keeper.due(stopped=True):
        keeper.keep(run.checkpoint())
    else:
        yield run.ended_early()


class _Run:
    """The state of one training."""

    def __init__(
        self,
        experiment: Experiment,
        device: torch.device,
        rows_at_once: int | None,
        kept: Checkpoint | None,
    ) -> None:
        self._began = time.perf_counter()
        forget_memory(device)  # a worker trains one run after the other
        self._experiment = experiment
        self._device = device
        self._pictures = Pictures.of(experiment, DTYPES[experiment.precision], device)
        course = self._course = Course(experiment, self._pictures, device)
        self._updater, self._computer = course.updater, course.computer
        self._network = course.network
        self._rows = experiment.rows
        schedule = experiment.schedule
        factors = SCHEDULES[schedule.key].factors(course.steps, dict(schedule.settings))
        self._factors = factors.learning_rate
        self._seen_halved = 0
        self._nobody_left = False
        ready: float | None = None
        self._is_new = kept is None
        if kept is not None:
            ready = self._recall(kept)
        elif rows_at_once is not None:
            self._computer.rows_at_once = max(1, min(rows_at_once, self._rows))
        else:
            batch = self._pictures.train.batch(next(course.batches()))
            self._computer.choose_rows_at_once(course.points, *batch)
        compile_seconds: float | None = None
        if experiment.compiled:
            # Any pictures will do; those of the next step may be none, at the end of an epoch.
            some = torch.arange(min(experiment.batch_size, len(self._pictures.train)))
            batch = self._pictures.train.batch(some)
            compile_seconds = self._computer.compile(course.points, *batch)
        self._seen_alive: list[bool] = course.alive.tolist()
        self.started = Started(
            rows=tuple(
                (e, seed) for e in range(len(experiment.entries)) for seed in experiment.seeds
            ),
            parameters=self._network.size,
            layers=self._network.layer_names,
            pictures=self._pictures.counts,
            classes=self._pictures.classes,
            steps_per_epoch=course.per_epoch,
            steps=course.steps,
            device=in_words(device),
            rows_at_once=self._computer.rows_at_once,
            seconds=self._seconds() if ready is None else ready,
            compile_seconds=compile_seconds,
        )
        self._told = (course.step, time.perf_counter())

    def epochs(self, stop: Callable[[], bool], keeper: Keeper) -> Iterator[Event]:
        """What is left of them, after the weights before the first step where those are kept.

        Raises:
            StoppedError: when ``stop`` says so; the networks then stand between two steps.
        """
        if self._is_new:
            yield from self._course.recorded()
        while self._course.epochs < self._experiment.epochs and not self._nobody_left:
            yield from self._take_epoch(stop, keeper)
            self._nobody_left = not any(self._seen_alive)
            done = self._epoch_done(stop)
            self._course.epochs += 1
            yield done

    def _take_epoch(self, stop: Callable[[], bool], keeper: Keeper) -> Iterator[Event]:
        """The steps that are left of this epoch."""
        course = self._course
        losses: list[Tensor] = []
        for places in course.batches():
            try:
                losses.append(course.take_step(places, self._seen_alive, stop))
            except StoppedError:
                yield from self._tell_steps(losses)
                raise
            yield from course.recorded()
            if course.step <= FIRST_STEPS:
                yield self._first_gradients()
            wanted = keeper.due(stopped=False)
            if wanted or time.perf_counter() - self._told[1] >= SECONDS_BETWEEN_EVENTS:
                yield from self._tell_steps(losses)
            if wanted:
                keeper.keep(self.checkpoint())
        yield from self._tell_steps(losses)

    def _epoch_done(self, stop: Callable[[], bool]) -> EpochDone:
        """The epoch whose steps have been taken, with a look at the validation pictures."""
        course = self._course
        means = torch.where(course.alive, course.sums / course.per_epoch, torch.nan)
        validation = self._judged(self._pictures.validation, stop)
        rates = self._rates(stop)
        return EpochDone(
            epoch=course.epochs + 1,
            step=course.step,
            seconds=self._seconds(),
            train_loss=self._sorted(means[0]),
            train_accuracy=self._sorted(means[1]),
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
            layer_norms=self._layer_norms(),
            rates=rates,
        )

    def checkpoint(self) -> Checkpoint:
        """All that is needed to go on from here; everything so far must have been told."""
        state = {
            "experiment": self._experiment.to_json(),
            "pictures": self._pictures.fingerprint,
            "seconds": self._seconds(),
            "ready": self.started.seconds,
            **self._course.state(),
        }
        return Checkpoint(state, self._course.arrays())

    def _recall(self, kept: Checkpoint) -> float:
        """Go on from ``kept``; how many seconds getting ready had taken at first."""
        state = kept.state
        try:
            same = Experiment.from_json(str(state.get("experiment"))) == self._experiment
        except ValueError:
            same = False
        if not same or state.get("pictures") != self._pictures.fingerprint:
            raise UnfitCheckpointError("the checkpoint is of another experiment or other pictures")
        self._course.recall(state, kept.arrays)
        self._began = time.perf_counter() - seconds_in(state, "seconds")
        return seconds_in(state, "ready")

    def finished(self, stop: Callable[[], bool]) -> Finished:
        """The last look, at the test pictures; none where nobody is left.

        Rather both verdicts than one: the first is worth little without the second.

        Raises:
            StoppedError: when ``stop`` says so.
        """
        if self._nobody_left:
            return self.ended_early()
        train = self._judged(self._pictures.train, stop, MOST_TRAIN_EVALUATED)
        test = self._judged(self._pictures.test, stop)
        course, seed = self._course, self._experiment.order_seed
        samples = written(course, self._pictures, self._seen_alive, seed, stop)
        seconds = self._seconds()
        return end_of(course, train, test, seconds=seconds, stopped=False, samples=samples)

    def ended_early(self) -> Finished:
        """The end without a look at any pictures."""
        nothing = no_verdict(self._rows, self._network.shape)
        return end_of(self._course, nothing, nothing, seconds=self._seconds(), stopped=True)

    def _tell_steps(self, losses: list[Tensor]) -> Iterator[Event]:
        """What happened since the last time; ``losses`` is emptied."""
        course = self._course
        if self._computer.halved > self._seen_halved:
            self._seen_halved = self._computer.halved
            now = self._computer.rows_at_once
            yield FewerAtOnce(
                step=course.step,
                rows_at_once=now,
                sentence=f"Memory ran out: {now} networks at a time from now on, which is slower.",
            )
        if losses:
            table = self._sorted(torch.stack(losses, dim=1)).T
            losses.clear()
            now_seconds, (before, then) = time.perf_counter(), self._told
            taken = course.step - before
            self._told = (course.step, now_seconds)
            elapsed = self._seconds() - self.started.seconds
            yield Stepped(
                step=course.step,
                losses=np.ascontiguousarray(table),
                rate_factor=self._factors[course.step - 1],
                seconds=self._seconds(),
                networks_steps_a_second=taken * sum(self._seen_alive) / (now_seconds - then),
                seconds_left=elapsed / course.step * (course.steps - course.step),
                memory_bytes=memory_bytes(self._device),
            )
        yield from self._tell_stopped()

    def _tell_stopped(self) -> Iterator[RowStopped]:
        """The rows that diverged since the last time."""
        alive = self._course.alive.tolist()
        if alive == self._seen_alive:
            return
        for row, place in enumerate(self._updater.back.tolist()):
            if self._seen_alive[place] and not alive[place]:
                entry, seed = self.started.rows[row]
                step = int(self._course.stopped_at[place])
                name = self._experiment.entries[entry].optimizer
                yield RowStopped(
                    row=row,
                    step=step,
                    sentence=f"Network {row + 1} ({name}, seed {seed}) diverged at step {step}: "
                    "its numbers grew beyond all bounds. The others go on.",
                )
        self._seen_alive = alive

    def _first_gradients(self) -> Gradients:
        return Gradients(
            step=self._course.step,
            layer_norms=self._layer_norms(),
            histogram=histogram(self._if_alive(self._course.gradients))[self._updater.back],
        )

    def _layer_norms(self) -> Floats:
        """Of the last gradient, by row and layer."""
        return self._sorted(self._if_alive(layer_norms(self._network, self._course.gradients)))

    def _rates(self, stop: Callable[[], bool]) -> Integers:
        """The histogram of the effective learning rates, row by row to spare memory.

        Raises:
            StoppedError: when ``stop`` says so before a row.
        """
        counts = np.zeros((self._rows, BINS), dtype=np.int64)
        for row, place in enumerate(self._updater.back.tolist()):
            if stop():
                raise StoppedError
            if self._seen_alive[place]:
                rates = self._updater.effective_rates(
                    self._course.step, self._course.points, self._course.gradients, place
                )
                counts[row] = histogram(rates[None])[0]
        return counts

    def _judged(self, part: Batches, stop: Callable[[], bool], most: int | None = None) -> Verdict:
        """How the rows do on the pictures of ``part``."""
        alive, back = self._seen_alive, self._updater.back
        return judge(self._computer, self._course.points, part, alive, back, most, stop)

    def _if_alive(self, values: Tensor) -> Tensor:
        """``values`` (R, N), NaN where a row has stopped."""
        return torch.where(self._course.alive[:, None], values, torch.nan)

    def _sorted(self, values: Tensor) -> Floats:
        """``values`` (R, ...) on the CPU, in the experiment's order."""
        return to_floats(values)[self._updater.back]

    def _seconds(self) -> float:
        return time.perf_counter() - self._began
