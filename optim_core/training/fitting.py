"""fit(): train all the networks of an experiment side by side, and tell how it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from optim_core.schedules import SCHEDULES
from optim_core.training.batches import Loader, Scale, epoch_order, generator, steps_per_epoch
from optim_core.training.clipping import clip
from optim_core.training.computing import Computer, StoppedError
from optim_core.training.data import DATASETS
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
from optim_core.training.finishing import MOST_TRAIN_EVALUATED, Verdict, judge, no_verdict
from optim_core.training.measuring import (
    first_filters,
    forget_memory,
    histogram,
    in_words,
    layer_norms,
    memory_bytes,
    to_floats,
)
from optim_core.training.updating import Updater

SECONDS_BETWEEN_EVENTS = 0.2
"""Steps are told in bundles: nobody can look more often, and a GPU has to be waited for."""

FIRST_STEPS = 10
"""The steps at whose gradients everybody looks (does Adam need a warm-up?)."""

DTYPES = {"float32": torch.float32, "bfloat16": torch.float32, "float64": torch.float64}
"""What parameters are kept in, for each precision."""


def fit(
    experiment: Experiment,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
    *,
    rows_at_once: int | None = None,
) -> Iterator[Event]:
    """Train every network of ``experiment``; nothing happens between two events that are asked for.

    The same experiment gives the same numbers on the same device with the same ``rows_at_once``
    (which :class:`Started` tells): computing networks together or one by one rounds differently.

    Args:
        experiment: what to train on what.
        device: "cpu", "cuda" or "cuda:1".
        stop: asked at every step, at every batch that is only looked at, and between groups of
            networks; True ends the training early.
        rows_at_once: how many networks are computed together; found by trying if not given.

    Yields:
        One ``Started``, then the others as they come, and one ``Finished`` at the end.

    Raises:
        DataMissingError: when the pictures are not on this machine.
        RowsOutOfMemoryError: when a single network does not fit into memory.
    """
    run = _Run(experiment, torch.device(device), rows_at_once)
    yield run.started
    for epoch in range(1, experiment.epochs + 1):
        yield from run.epoch(epoch, stop)
        if run.stopped:
            break
    yield run.finished(stop)


class _Run:
    """The state of one training."""

    def __init__(
        self, experiment: Experiment, device: torch.device, rows_at_once: int | None
    ) -> None:
        self._began = time.perf_counter()
        forget_memory(device)  # a worker trains one run after the other
        self._experiment = experiment
        self._device = device
        self.stopped = False
        dtype = DTYPES[experiment.precision]
        spec = DATASETS[experiment.dataset]
        settings = dict(experiment.dataset_settings)
        examples = spec.load(settings)
        half = experiment.precision == "bfloat16"
        scale = Scale.of(examples.train)
        wide = half and device.type == "cuda"
        self._train = Loader(
            examples.train,
            scale,
            dtype,
            device,
            augment=str(settings.get("augment", "none")),
            channels_last=wide,
        )
        self._validation = Loader(examples.validation, scale, dtype, device, channels_last=wide)
        self._test = Loader(examples.test, scale, dtype, device, channels_last=wide)
        self._per_epoch = steps_per_epoch(len(self._train), experiment.batch_size)
        self._steps = self._per_epoch * experiment.epochs
        schedule = experiment.schedule
        factors = SCHEDULES[schedule.key].factors(self._steps, dict(schedule.settings))
        self._factors = factors.learning_rate

        network = self._network = experiment.built_network()
        rows = self._rows = experiment.rows
        seeds = len(experiment.seeds)
        self._updater = Updater(experiment.entries, seeds, schedule, self._steps)
        starts = network.initial_weights(experiment.seeds).repeat(len(experiment.entries), 1)
        self._points = starts[torch.from_numpy(self._updater.order)].to(device, dtype)
        self._updater.start(self._points)
        self._computer = Computer(network, rows, dtype, device, autocast=half)
        self._alive = torch.ones(rows, dtype=torch.bool, device=device)
        self._stopped_at = torch.zeros(rows, dtype=torch.long, device=device)
        self._seen_alive = [True] * rows
        self._seen_halved = 0
        self._step = 0
        if rows_at_once is not None:
            self._computer.rows_at_once = max(1, min(rows_at_once, rows))
        else:
            batch = self._train.batch(next(self._order(1)))
            self._computer.choose_rows_at_once(self._points, *batch)
        self.started = Started(
            rows=tuple(
                (e, seed) for e in range(len(experiment.entries)) for seed in experiment.seeds
            ),
            parameters=network.size,
            layers=network.layer_names,
            pictures=(len(self._train), len(self._validation), len(self._test)),
            classes=spec.classes,
            steps_per_epoch=self._per_epoch,
            steps=self._steps,
            device=in_words(device),
            rows_at_once=self._computer.rows_at_once,
            seconds=self._seconds(),
        )
        self._told = (0, time.perf_counter())

    def epoch(self, number: int, stop: Callable[[], bool]) -> Iterator[Event]:
        """All the steps of one epoch, then a look at the validation pictures."""
        chance = generator(self._experiment.order_seed, number, 1)
        losses: list[Tensor] = []
        sums = torch.zeros(2, self._rows, dtype=torch.float64, device=self._device)
        gradients = self._points
        for places in self._order(number):
            images, labels = self._train.batch(places, chance)
            try:
                if stop():
                    raise StoppedError
                loss, right, gradients = self._take_step(images, labels, stop)
            except StoppedError:
                self.stopped = True
                yield from self._tell_steps(losses)
                return
            losses.append(loss)
            sums += torch.stack((loss, right / len(labels)))
            if self._step <= FIRST_STEPS:
                yield self._gradients(gradients)
            if time.perf_counter() - self._told[1] >= SECONDS_BETWEEN_EVENTS:
                yield from self._tell_steps(losses)
        yield from self._tell_steps(losses)
        if all(not alive for alive in self._seen_alive):
            self.stopped = True  # nobody is left
        means = torch.where(self._alive, sums / self._per_epoch, torch.nan)
        try:
            validation = self._judged(self._validation, stop)
            rates = self._rates(gradients, stop)
        except StoppedError:
            self.stopped = True
            return
        yield EpochDone(
            epoch=number,
            step=self._step,
            seconds=self._seconds(),
            train_loss=self._sorted(means[0]),
            train_accuracy=self._sorted(means[1]),
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
            layer_norms=self._sorted(self._if_alive(layer_norms(self._network, gradients))),
            rates=rates,
        )

    def finished(self, stop: Callable[[], bool]) -> Finished:
        """The last look, at the test pictures; none where the training, or the look, ended early.

        Rather both verdicts than one: the first is worth little without the second.
        """
        train = test = no_verdict(self._rows, self._network.shape.classes)
        if not self.stopped:
            try:
                found = (
                    self._judged(self._train, stop, MOST_TRAIN_EVALUATED),
                    self._judged(self._test, stop),
                )
                train, test = found
            except StoppedError:
                self.stopped = True
        back = torch.from_numpy(self._updater.back).to(self._device)
        points = self._points[back]
        statistics = [torch.cat(pair, dim=1)[back] for pair in self._computer.statistics]
        return Finished(
            step=self._step,
            seconds=self._seconds(),
            stopped=self.stopped,
            train_loss=train.loss,
            train_accuracy=train.accuracy,
            test_loss=test.loss,
            test_accuracy=test.accuracy,
            confusion=test.confusion,
            misclassified=test.misclassified,
            answered=test.answered,
            filters=first_filters(self._network, points),
            weights=points.cpu().numpy(),
            normalisation=torch.cat([points[:, :0], *statistics], dim=1).cpu().numpy(),
        )

    def _take_step(
        self, images: Tensor, labels: Tensor, stop: Callable[[], bool]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One step of every row that is alive: its loss, its right answers, its gradient."""
        step, updater = self._step + 1, self._updater
        asked = updater.asked(step, self._points)
        loss, right, gradients = self._computer.gradients(
            asked, images, labels, self._seen_alive, stop
        )
        config = self._experiment
        clipped = clip(gradients, config.clip_norm, config.clip_value)
        moved = updater.step(step, self._points, clipped)
        # One sum tells whether anything in a row stopped being a finite number.
        healthy = (loss + gradients.sum(dim=1) + moved.sum(dim=1)).isfinite() & self._alive
        if self._device.type == "cuda" or not bool(healthy.all()):
            self._stopped_at = torch.where(self._alive & ~healthy, step, self._stopped_at)
            moved = torch.where(healthy[:, None], moved, self._points)
            self._alive = healthy
        self._points, self._step = moved, step
        return torch.where(self._alive, loss, torch.nan), right, gradients

    def _tell_steps(self, losses: list[Tensor]) -> Iterator[Event]:
        """What happened since the last time; ``losses`` is emptied."""
        if self._computer.halved > self._seen_halved:
            self._seen_halved = self._computer.halved
            now = self._computer.rows_at_once
            yield FewerAtOnce(
                step=self._step,
                rows_at_once=now,
                sentence=f"Memory ran out: {now} networks at a time from now on, which is slower.",
            )
        if losses:
            table = self._sorted(torch.stack(losses, dim=1)).T
            losses.clear()
            now_seconds, (before, then) = time.perf_counter(), self._told
            taken = self._step - before
            self._told = (self._step, now_seconds)
            elapsed = self._seconds() - self.started.seconds
            yield Stepped(
                step=self._step,
                losses=np.ascontiguousarray(table),
                rate_factor=self._factors[self._step - 1],
                seconds=self._seconds(),
                networks_steps_a_second=taken * sum(self._seen_alive) / (now_seconds - then),
                seconds_left=elapsed / self._step * (self._steps - self._step),
                memory_bytes=memory_bytes(self._device),
            )
        yield from self._tell_stopped()

    def _tell_stopped(self) -> Iterator[RowStopped]:
        """The rows that diverged since the last time."""
        alive = self._alive.tolist()
        if alive == self._seen_alive:
            return
        for row, place in enumerate(self._updater.back.tolist()):
            if self._seen_alive[place] and not alive[place]:
                entry, seed = self.started.rows[row]
                step = int(self._stopped_at[place])
                name = self._experiment.entries[entry].optimizer
                yield RowStopped(
                    row=row,
                    step=step,
                    sentence=f"Network {row + 1} ({name}, seed {seed}) diverged at step {step}: "
                    "its numbers grew beyond all bounds. The others go on.",
                )
        self._seen_alive = alive

    def _gradients(self, gradients: Tensor) -> Gradients:
        return Gradients(
            step=self._step,
            layer_norms=self._sorted(self._if_alive(layer_norms(self._network, gradients))),
            histogram=histogram(self._if_alive(gradients))[self._updater.back],
        )

    def _rates(self, gradients: Tensor, stop: Callable[[], bool]) -> Integers:
        """The histogram of the effective learning rates, row by row to spare memory.

        Raises:
            StoppedError: when ``stop`` says so before a row.
        """
        counts = np.zeros((self._rows, BINS), dtype=np.int64)
        for row, place in enumerate(self._updater.back.tolist()):
            if stop():
                raise StoppedError
            if self._seen_alive[place]:
                rates = self._updater.effective_rates(self._step, self._points, gradients, place)
                counts[row] = histogram(rates[None])[0]
        return counts

    def _judged(self, part: Loader, stop: Callable[[], bool], most: int | None = None) -> Verdict:
        """How the rows do on the pictures of ``part``."""
        alive, back = self._seen_alive, self._updater.back
        return judge(self._computer, self._points, part, alive, back, most, stop)

    def _if_alive(self, values: Tensor) -> Tensor:
        """``values`` (R, N), NaN where a row has stopped."""
        return torch.where(self._alive[:, None], values, torch.nan)

    def _sorted(self, values: Tensor) -> Floats:
        """``values`` (R, ...) on the CPU, in the experiment's order."""
        return to_floats(values)[self._updater.back]

    def _order(self, epoch: int) -> Iterator[Tensor]:
        config = self._experiment
        return epoch_order(config.order_seed, epoch, len(self._train), config.batch_size)

    def _seconds(self) -> float:
        return time.perf_counter() - self._began
