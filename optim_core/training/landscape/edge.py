"""The edge of stability: how sharp the loss is where a training stands, step by step.

Whole batches, as in the papers (``stability.py`` names them), and the very rules of the training
lab. What is compared is the largest eigenvalue that the rule feels against the largest at which it
could stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from landscapes import Knob, Refusal
from optim_core.scenario import Schedule
from optim_core.training.batches import Loader, Scale
from optim_core.training.data import DATASETS
from optim_core.training.events import Floats, Integers
from optim_core.training.experiment import Experiment
from optim_core.training.landscape.eigenvalues import random_vectors, top_eigenvalues
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.landscape.stability import edge_of
from optim_core.training.row_groups import StoppedError
from optim_core.training.updating import Updater

LANCZOS_STEPS = 24
TOLERANCE = 0.01
"""A curve needs no more than this: what remains is told as the error bound."""

EDGE_KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.key: knob
        for knob in (
            Knob(
                key="steps",
                title="Steps",
                default=400,
                low=1,
                high=20_000,
                scale="integer",
                slider_low=100,
                slider_high=4_000,
                help="Each is one gradient over all the pictures.",
            ),
            Knob(
                key="every",
                title="Look every",
                default=10,
                low=1,
                high=1_000,
                scale="integer",
                slider_high=100,
                unit="steps",
                help="How often the largest eigenvalue is found: it costs some twenty gradients.",
            ),
            Knob(
                key="pictures",
                title="Pictures",
                default=1_000,
                low=2,
                high=8_000,
                scale="integer",
                slider_low=100,
                slider_high=4_000,
                help="The first of the training part: together they are the whole batch.",
            ),
        )
    }
)
"""What a recording has besides an Experiment."""


@dataclass(frozen=True, kw_only=True)
class EdgeRecording:
    """A training with whole batches whose sharpness is recorded.

    Attributes:
        experiment: data set, network, line-up, seeds and precision; its batches, epochs and
            changes of the pictures do not count.
        steps, every, pictures: see ``EDGE_KNOBS``.

    Raises:
        ValueError: saying what is wrong, for anything without a known edge.
    """

    experiment: Experiment
    steps: int = 400
    every: int = 10
    pictures: int = 1_000

    def __post_init__(self) -> None:
        for name, knob in EDGE_KNOBS.items():
            object.__setattr__(self, name, knob.check(getattr(self, name)))
        for entry in self.experiment.entries:
            edge_of(entry)
        if self.experiment.schedule != Schedule():
            raise Refusal("the edge of stability is shown at a constant learning rate")
        if self.experiment.clip_norm is not None or self.experiment.clip_value is not None:
            raise Refusal("the edge of stability is shown without clipping")

    @property
    def least_operations(self) -> float:
        """Multiplications and additions, if a look cost no more than a step."""
        experiment = self.experiment
        looked_at = min(self.pictures, experiment.pictures) * experiment.built_network().flops()
        return experiment.rows * (self.steps + self.steps // self.every) * looked_at

    @property
    def limits(self) -> tuple[float, ...]:
        """The largest sharpness at which each entry stays."""
        return tuple(edge_of(entry).limit for entry in self.experiment.entries)


@dataclass(frozen=True, kw_only=True)
class EdgeSeen:
    """A look at where the training stands. Rows are in the experiment's order.

    Attributes:
        step: how many steps were taken; 0 is the start.
        losses: (n, R) before each step since the last look, and the one at which it was looked.
            NaN for a row that has stopped, as in all that follows.
        sharpness: (R,) the largest eigenvalue as the rule feels it: of H, or of ``P^-1 H`` for one
            that divides by the size P of its gradients.
        bounds: (R,) on the error of ``sharpness``.
        curvature: (R,) the largest eigenvalue of H itself.
        stopped_at: (R,) the step that a row could not take, -1 while it goes on.
    """

    step: int
    losses: Floats
    sharpness: Floats
    bounds: Floats
    curvature: Floats
    stopped_at: Integers


def record_edge(
    recording: EdgeRecording,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[EdgeSeen]:
    """Train with whole batches and look at the sharpness every so often.

    Yields:
        One :class:`EdgeSeen` a look: at the start, every ``every`` steps and after the last.

    Raises:
        DataMissingError: when the pictures are not on this machine.
        RowsOutOfMemoryError: when a single network does not fit into memory.
        StoppedError: when ``stop`` says so.
    """
    run = _Recorder(recording, torch.device(device), stop)
    for step in range(recording.steps + 1):
        last = step == recording.steps
        run.look_at_loss(step)
        if last or step % recording.every == 0 or not run.anybody:
            yield run.seen(step)
        if last or not run.anybody:
            return
        run.take_step(step + 1)


class _Recorder:
    """The state of one recording; rows lie in the updater's order."""

    def __init__(
        self, recording: EdgeRecording, device: torch.device, stop: Callable[[], bool]
    ) -> None:
        experiment = recording.experiment
        dtype = torch.float64 if experiment.precision == "float64" else torch.float32
        network = experiment.built_network()
        examples = DATASETS[experiment.dataset].load(dict(experiment.dataset_settings))
        loader = Loader(examples.train, Scale.of(examples.train), dtype, device)
        batch = loader.batch(torch.arange(min(recording.pictures, len(loader))))
        rows, seeds = experiment.rows, len(experiment.seeds)
        together = rows if device.type == "cuda" else 1
        self._stop = stop
        self._objective = NetworkLoss(network, [batch], None, rows_at_once=together, stop=stop)
        self._updater = Updater(experiment.entries, seeds, experiment.schedule, recording.steps + 1)
        starts = network.initial_weights(experiment.seeds).repeat(len(experiment.entries), 1)
        order = self._updater.order
        self._points = starts[torch.from_numpy(order)].to(device, dtype)
        self._updater.start(self._points)
        edges = [edge_of(experiment.entries[row // seeds]) for row in order]
        self._gains = [edge.gain for edge in edges]
        self._alive = torch.ones(rows, dtype=torch.bool, device=device)
        self._stopped_at = np.full(rows, -1, dtype=np.int64)
        self._losses: list[Floats] = []
        self._slopes = torch.zeros_like(self._points)
        self._leading = random_vectors(rows, self._points, seed=0)
        self._felt = self._leading.clone()

    @property
    def anybody(self) -> bool:
        """Whether a row goes on."""
        return bool(self._alive.any())

    def look_at_loss(self, step: int) -> None:
        """Loss and gradient where every row stands."""
        if self._stop():
            raise StoppedError
        asked = self._updater.asked(step + 1, self._points)
        losses, self._slopes = self._objective.gradients(asked)
        healthy = (losses + self._slopes.sum(dim=1)).isfinite() & self._alive
        self._let_go(healthy, step)
        self._losses.append(self._sorted(torch.where(self._alive, losses, torch.nan)))

    def take_step(self, step: int) -> None:
        """Every row by its own rule."""
        moved = self._updater.step(step, self._points, self._slopes)
        healthy = moved.sum(dim=1).isfinite() & self._alive
        self._let_go(healthy, step)
        self._points = torch.where(healthy[:, None], moved, self._points)

    def seen(self, step: int) -> EdgeSeen:
        """What there is to tell since the last look."""
        curvature, bounds, self._leading = self._sharpest(None, self._leading)
        sharpness = curvature
        if any(gain is not None for gain in self._gains):
            sharpness, bounds, self._felt = self._sharpest(self._roots(step + 1), self._felt)
        losses = np.stack(self._losses)
        self._losses.clear()
        gone = ~self._alive.cpu().numpy()[self._updater.back]
        tables = [values[self._updater.back] for values in (sharpness, bounds, curvature)]
        for values in tables:
            values[gone] = np.nan
        return EdgeSeen(
            step=step,
            losses=losses,
            sharpness=tables[0],
            bounds=tables[1],
            curvature=tables[2],
            stopped_at=self._stopped_at[self._updater.back].copy(),
        )

    def _sharpest(self, roots: Tensor | None, starts: Tensor) -> tuple[Floats, Floats, Tensor]:
        """The largest eigenvalue of each row, of ``S H S`` with S the diagonal ``roots``."""
        points = self._points

        def products(vectors: Tensor) -> Tensor:
            if roots is None:
                return self._objective.products(points, vectors)
            return roots * self._objective.products(points, roots * vectors)

        # The direction of the last look is nearly that of this one; the noise lets a new one in.
        begin = starts + 0.1 * starts.norm(dim=1, keepdim=True) / starts.shape[1] ** 0.5 * (
            random_vectors(len(starts), starts, seed=1)
        )
        found = top_eigenvalues(products, begin, 1, steps=LANCZOS_STEPS, tolerance=TOLERANCE)
        usable = found.leading.isfinite().all(dim=1, keepdim=True)
        return found.values[:, 0], found.bounds[:, 0], torch.where(usable, found.leading, starts)

    def _roots(self, step: int) -> Tensor:
        """The roots of ``1 / P`` (R, D) as the next step has them; 1 for rules without."""
        roots = torch.ones_like(self._points)
        for row, gain in enumerate(self._gains):
            if gain is not None:
                rates = self._updater.present_rates(step, self._points, self._slopes, row)
                # No gradient at all: a pixel that is always black. Its curvature is 0 as well.
                roots[row] = (rates.nan_to_num(0.0) / gain).clamp(min=0.0).sqrt().to(roots)
        return roots

    def _let_go(self, healthy: Tensor, step: int) -> None:
        gone = (self._alive & ~healthy).cpu().numpy()
        self._stopped_at[gone] = step
        self._alive = healthy
        # The numbers of one that is gone must not spoil what is computed for all.
        self._slopes = torch.where(healthy[:, None], self._slopes, 0.0)

    def _sorted(self, values: Tensor) -> Floats:
        return values.double().cpu().numpy()[self._updater.back]
