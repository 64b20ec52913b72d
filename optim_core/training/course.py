"""The networks on their way: everything about a training that changes from step to step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from optim_core.training.batches import epoch_order, generator, steps_per_epoch
from optim_core.training.checkpoint import Array, array_of, filled, whole_number
from optim_core.training.clipping import clip
from optim_core.training.computing import Computer
from optim_core.training.events import Recorded
from optim_core.training.experiment import Experiment
from optim_core.training.pictures import Pictures
from optim_core.training.row_groups import StoppedError
from optim_core.training.updating import Updater

DTYPES = {"float32": torch.float32, "bfloat16": torch.float32, "float64": torch.float64}
"""What parameters are kept in, for each precision."""


class Course:
    """R networks and how far they are. Rows lie as the updater orders them.

    Args:
        experiment: what to train.
        pictures: what to train on.
        device: where they lie.

    Attributes:
        points: (R, D).
        alive: (R,) which rows have not diverged.
        stopped_at: (R,) the step that a row which has could not take; 0 for one from before a
            checkpoint.
        gradients: (R, D) of the last step, before clipping.
        sums: (2, R) losses and shares of right answers, over the epoch's steps so far.
        step: how many have been taken.
        epochs: how many are over and told.
    """

    def __init__(self, experiment: Experiment, pictures: Pictures, device: torch.device) -> None:
        self._experiment = experiment
        self._pictures = pictures
        self._device = device
        self.per_epoch = steps_per_epoch(len(pictures.train), experiment.batch_size)
        self.steps = self.per_epoch * experiment.epochs
        rows, seeds, entries = experiment.rows, experiment.seeds, experiment.entries
        dtype = DTYPES[experiment.precision]
        self.network = experiment.built_network()
        self.updater = Updater(entries, len(seeds), experiment.schedule, self.steps)
        starts = self.network.initial_weights(seeds).repeat(len(entries), 1)
        self.points = starts[torch.from_numpy(self.updater.order)].to(device, dtype)
        self.updater.start(self.points)
        half = experiment.precision == "bfloat16"
        self.computer = Computer(self.network, rows, dtype, device, autocast=half)
        self.alive = torch.ones(rows, dtype=torch.bool, device=device)
        self.stopped_at = torch.zeros(rows, dtype=torch.long, device=device)
        self.gradients = self.points
        self.sums = torch.zeros(2, rows, dtype=torch.float64, device=device)
        self.step = self.epochs = 0
        self._chance = self._chance_in_epoch()

    @property
    def steps_of_epoch(self) -> int:
        """How many steps of the present epoch have been taken; all of them before it is told."""
        return self.step - self.epochs * self.per_epoch

    def batches(self) -> Iterator[Tensor]:
        """The places of the pictures of each step that is left of this epoch."""
        if self.steps_of_epoch == 0:
            self._chance = self._chance_in_epoch()
            self.sums = torch.zeros_like(self.sums)
        config = self._experiment
        pictures = len(self._pictures.train)
        order = epoch_order(config.order_seed, self.epochs + 1, pictures, config.batch_size)
        return islice(order, self.steps_of_epoch, None)

    def take_step(self, places: Tensor, alive: list[bool], stop: Callable[[], bool]) -> Tensor:
        """One step of every row on the pictures at ``places``: the losses (R,) before it.

        Args:
            places: of the pictures.
            alive: which rows need to be computed; more than live do no harm.
            stop: asked before the step and between groups of rows.

        Raises:
            StoppedError: when ``stop`` says so; then it is as if nothing had been begun.
        """
        if stop():
            raise StoppedError
        chance, step = self._chance.get_state(), self.step + 1
        images, labels = self._pictures.train.batch(places, self._chance)
        asked = self.updater.asked(step, self.points)
        try:
            loss, right, gradients = self.computer.gradients(asked, images, labels, alive, stop)
        except StoppedError:
            self._chance.set_state(chance)
            raise
        config = self._experiment
        clipped = clip(gradients, config.clip_norm, config.clip_value)
        moved = self.updater.step(step, self.points, clipped)
        # One sum tells whether anything in a row stopped being a finite number.
        healthy = (loss + gradients.sum(dim=1) + moved.sum(dim=1)).isfinite() & self.alive
        if self._device.type == "cuda" or not bool(healthy.all()):
            self.stopped_at = torch.where(self.alive & ~healthy, step, self.stopped_at)
            moved = torch.where(healthy[:, None], moved, self.points)
            self.alive = healthy
        self.points, self.gradients, self.step = moved, gradients, step
        loss = torch.where(self.alive, loss, torch.nan)
        self.sums += torch.stack((loss, right / len(labels)))
        return loss

    def recorded(self) -> Iterator[Recorded]:
        """The weights, where those of the present step are to be kept."""
        if self._experiment.records(self.step, self.steps):
            alive = self.points.where(self.alive[:, None], torch.nan)
            weights = alive.to("cpu", torch.float32).numpy()
            yield Recorded(step=self.step, weights=weights[self.updater.back])

    def state(self) -> dict[str, Any]:
        """How far it is and how it is computed, as plain JSON."""
        return {
            "rows_at_once": self.computer.rows_at_once,
            "step": self.step,
            "epochs": self.epochs,
        }

    def arrays(self) -> dict[str, Array]:
        """The rest of what is needed to go on from here, by name."""
        return {name: array_of(tensor) for name, tensor in self._tensors().items()}

    def recall(self, state: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Go on from where :meth:`state` and :meth:`arrays` were taken.

        Raises:
            UnfitCheckpointError: when they are of other networks, or something is missing.
        """
        self.step = whole_number(state, "step", 0, self.steps)
        # At the end of an epoch both counts can be: before it is told, and after.
        least = max(0, -(-self.step // self.per_epoch) - 1)
        self.epochs = whole_number(state, "epochs", least, self.step // self.per_epoch)
        rows = len(self.points)
        self.computer.rows_at_once = whole_number(state, "rows_at_once", 1, rows)
        given = partial(filled, arrays=arrays)
        tensors = self._tensors()
        self.points = given(tensors["points"], "points")
        self.alive = given(tensors["alive"], "alive")
        self.sums = given(tensors["sums"], "sums")
        self._chance.set_state(given(tensors["chance"], "chance"))
        if "gradients" in tensors:
            self.gradients = given(tensors["gradients"], "gradients")
        self.updater.recall(given)
        self.computer.recall(given)

    def _tensors(self) -> dict[str, Tensor]:
        tensors = {
            "points": self.points,
            "alive": self.alive,
            "sums": self.sums,
            "chance": self._chance.get_state(),
            **self.updater.remembered(),
            **self.computer.remembered(),
        }
        # At any other time the next step brings others before anybody looks at them.
        if self.steps_of_epoch == self.per_epoch:
            tensors["gradients"] = self.gradients
        return tensors

    def _chance_in_epoch(self) -> torch.Generator:
        """What changes the pictures of the present epoch at random."""
        return generator(self._experiment.order_seed, self.epochs + 1, 1)
