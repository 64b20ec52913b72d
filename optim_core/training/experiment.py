"""Experiment: one whole training run of a line-up as a value: job, link and test fixture.

Everything here is frozen, hashable and checked on construction: an Experiment that exists can run
(once its data are there).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from landscapes import Choice, Knob, Refusal, complete_settings
from optim_core.run_knobs import MAX_SEED, RUN_KNOBS
from optim_core.scenario import Entry, Given, Schedule
from optim_core.spec import OPTIMIZERS
from optim_core.training.batches import steps_per_epoch
from optim_core.training.data import DATASETS
from optim_core.training.networks import NETWORKS, Network, build_network

MAX_ROWS = 64
MAX_STEPS = 200_000
MAX_NUMBERS = 60_000_000
"""Rows times parameters. Even in float64 the weights then fit into what a run may keep
(``optim_core.jobs.ledger_reporting.MAX_RUN_BYTES``); found out at the end, all the hours would be
lost."""

TRAINING_KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.key: knob
        for knob in (
            Knob(
                key="epochs",
                title="Epochs",
                default=5,
                low=1,
                high=500,
                scale="integer",
                slider_high=50,
                help="How many times every training example is shown.",
            ),
            Knob(
                key="batch_size",
                title="Batch size",
                default=128,
                low=2,
                high=8_192,
                scale="integer",
                slider_low=16,
                slider_high=1_024,
                unit="examples",
                help="How many pictures, or passages of text, each gradient is the mean of.",
            ),
            Knob(
                key="order_seed",
                title="Order of examples",
                default=0,
                low=0,
                high=MAX_SEED,
                scale="integer",
                slider_high=100,
                help="Seeds the order of the examples and their random changes: the same for every "
                "network, so that none gets luckier batches.",
            ),
            Knob(
                key="record_every",
                title="Record the weights every",
                default=0,
                low=0,
                high=200_000,
                scale="integer",
                slider_high=200,
                unit="steps",
                help="Keeps the weights of every network each time so many steps are done, so that "
                "their paths can be drawn in a landscape. 0 keeps none.",
            ),
            RUN_KNOBS["clip_norm"],
            RUN_KNOBS["clip_value"],
            Knob(
                key="precision",
                title="Precision",
                default="float32",
                scale="choice",
                choices=(
                    Choice(key="float32", title="float32", help="What networks usually train in."),
                    Choice(
                        key="bfloat16",
                        title="bfloat16",
                        help="Layers are computed with 8 bits of digits; weights keep 24. Faster "
                        "on a graphics card.",
                    ),
                    Choice(key="float64", title="float64", help="Slow; to compare digit by digit."),
                ),
                help="How many digits the layers are computed with.",
            ),
            Knob(
                key="compiled",
                title="Compiled layers",
                default=False,
                scale="switch",
                help="Larger kernels are made of the layers first (torch.compile). That takes "
                "seconds, of deep nets and LSTMs minutes, once on each machine, and pays in long "
                "trainings on a graphics card.",
            ),
        )
    }
)
"""The plain settings of an Experiment."""

OPTIONAL = frozenset({"clip_norm", "clip_value"})
"""Those of ``TRAINING_KNOBS`` that may also be None, and are by default."""

SEED = Knob(key="seed", title="Seed", default=0, low=0, high=MAX_SEED, scale="integer")

NETWORK_RATES: Mapping[str, float] = MappingProxyType(
    {
        "sgd": 0.1,
        "momentum": 0.03,
        "nesterov": 0.03,
        "sgdw": 0.03,
        "adagrad": 0.01,
        "adadelta": 1.0,
        "adamax": 2e-3,
    }
)
"""Learning rates to begin with for networks; all the other rules begin with ``ADAPTIVE_RATE``."""

ADAPTIVE_RATE = 1e-3


def network_entry(optimizer: str, **settings: float | bool | str) -> Entry:
    """An entry whose learning rate suits networks; that of a surface would often be far too large.

    Raises:
        ValueError: for an unknown optimizer or setting, or a value out of bounds.
    """
    rate = NETWORK_RATES.get(OPTIMIZERS[optimizer].key, ADAPTIVE_RATE)
    return Entry(optimizer, {"learning_rate": rate, **settings})


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A data set, a network, a line-up and how it is trained. Rows are entries x seeds.

    Attributes:
        dataset: a key of ``DATASETS``.
        dataset_settings: how many pictures or passages, of which size, ...
        network: a key of ``NETWORKS``; it must read what the data set holds.
        network_settings: its width, depth, activation, ...
        entries: the contestants.
        seeds: of the initial weights; each entry starts once from each.
        order_seed: of the order of the examples and their random changes, the same for every row.
        epochs: how many times each training example is shown.
        batch_size: how many examples each gradient is the mean of.
        schedule: of the learning rate (a :class:`Schedule` or just its key), over all the steps.
        record_every: after how many steps the weights are kept each time, for pictures of the
            paths; 0 for never.
        clip_norm: gradients longer than this are scaled down to it; None for no clipping.
        clip_value: each gradient component is held within plus or minus this; None for none.
        precision: "float32", "bfloat16" (layers only) or "float64".
        compiled: compute steps by layers that torch.compile has put together.

    Raises:
        ValueError: saying what is wrong, for anything that could not be run.
    """

    dataset: str
    network: str
    entries: tuple[Entry, ...]
    seeds: tuple[int, ...] = (0,)
    epochs: int = 5
    batch_size: int = 128
    schedule: Schedule = field(default=Schedule())
    clip_norm: float | None = None
    clip_value: float | None = None
    precision: str = "float32"
    compiled: bool = False
    order_seed: int = 0
    record_every: int = 0
    dataset_settings: Given = ()
    network_settings: Given = ()

    def __post_init__(self) -> None:
        dataset, network = DATASETS[self.dataset], NETWORKS[self.network]
        for name, spec in (("dataset_settings", dataset), ("network_settings", network)):
            given = _mapping(getattr(self, name), spec.key)
            _keep(self, name, complete_settings(spec.knobs, given, spec.key))
        _keep(self, "entries", _entries(self.entries))
        _keep(self, "seeds", _seeds(self.seeds))
        if isinstance(self.schedule, str):
            _keep(self, "schedule", Schedule(self.schedule))
        if not isinstance(self.schedule, Schedule):
            raise ValueError("schedule must be a Schedule or the key of one")
        for name, knob in TRAINING_KNOBS.items():
            value = getattr(self, name)
            if value is not None or name not in OPTIONAL:
                _keep(self, name, knob.check(value))
        if self.rows > MAX_ROWS:
            raise Refusal(
                "entries x seeds make {rows} networks; at most {most} fit",
                rows=self.rows,
                most=MAX_ROWS,
            )
        if self.steps > MAX_STEPS:
            raise Refusal(
                "that would be {steps:,} steps; at most {most:,}: fewer epochs, or larger batches",
                steps=self.steps,
                most=MAX_STEPS,
            )
        numbers = self.rows * self.built_network().size
        if numbers > MAX_NUMBERS:
            raise Refusal(
                "all the networks together would have {count:,} parameters; at most {most:,}: "
                "fewer networks, or smaller ones",
                count=numbers,
                most=MAX_NUMBERS,
            )
        recorded = numbers * self.moments
        if numbers + recorded > MAX_NUMBERS:
            raise Refusal(
                "the weights recorded every {every} steps would be {count:,} numbers; {most:,} fit "
                "here: record them more rarely, or train fewer networks, or smaller ones",
                every=self.record_every,
                count=recorded,
                most=MAX_NUMBERS - numbers,
            )

    @property
    def moments(self) -> int:
        """How often the weights are recorded: before the first step, on the way, at the end."""
        return 1 + -(-self.steps // self.record_every) if self.record_every else 0

    def records(self, step: int, steps: int) -> bool:
        """Whether the weights are recorded after ``step`` of ``steps``."""
        every = self.record_every
        return every > 0 and (step % every == 0 or step == steps)

    @property
    def rows(self) -> int:
        """How many networks are trained: entries x seeds, entries slowest."""
        return len(self.entries) * len(self.seeds)

    @property
    def pictures(self) -> int:
        """How many training examples are asked for; a data set may have fewer."""
        return int(dict(self.dataset_settings)["examples"])

    @property
    def steps(self) -> int:
        """How many steps each network takes, when all the examples asked for are there."""
        return self.epochs * steps_per_epoch(self.pictures, self.batch_size)

    @property
    def flops(self) -> int:
        """Multiplications and additions of the whole training."""
        seen = self.steps * min(self.batch_size, self.pictures) * self.rows
        return seen * self.built_network().flops()

    def built_network(self) -> Network:
        """The network, with its number of parameters and its cost."""
        shape = DATASETS[self.dataset].shape(dict(self.dataset_settings))
        return build_network(self.network, shape, dict(self.network_settings))

    def changed(self, **fields: object) -> Experiment:
        """This experiment with some fields changed."""
        changes: dict[str, object] = {}
        if "dataset" in fields and "dataset_settings" not in fields:
            changes["dataset_settings"] = ()
        if "network" in fields and "network_settings" not in fields:
            changes["network_settings"] = ()
        return dataclasses.replace(self, **{**changes, **fields})  # type: ignore[arg-type]

    def to_json(self) -> str:
        """This experiment as text that :meth:`from_json` reads back as an equal one."""
        from optim_core.training.experiment_text import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str) -> Experiment:
        """The experiment that ``text`` describes in full.

        Raises:
            ValueError: saying what is wrong. ``experiment_text.read_json`` reads leniently.
        """
        from optim_core.training.experiment_text import from_json

        return from_json(text)


def _keep(target: object, name: str, value: object) -> None:
    """Set a field of a frozen dataclass while it is being constructed."""
    object.__setattr__(target, name, value)


def _mapping(given: object, owner: str) -> dict[str, object]:
    try:
        return dict(given)  # type: ignore[call-overload,no-any-return]
    except (TypeError, ValueError):
        raise ValueError(f"the settings of {owner} must be a mapping") from None


def _entries(given: Iterable[object]) -> tuple[Entry, ...]:
    entries = () if isinstance(given, Entry | str) else tuple(given)
    if not 1 <= len(entries) <= MAX_ROWS:
        raise ValueError(f"entries must be a sequence of 1 to {MAX_ROWS} Entry objects")
    if not all(isinstance(entry, Entry) for entry in entries):
        raise ValueError("entries must be a sequence of Entry objects")
    return entries  # type: ignore[return-value]


def _seeds(given: object) -> tuple[int, ...]:
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise ValueError("seeds must be a sequence of whole numbers")
    seeds = tuple(int(SEED.check(seed)) for seed in list(given)[: MAX_ROWS + 1])
    if not 1 <= len(seeds) <= MAX_ROWS or len(set(seeds)) < len(seeds):
        raise Refusal("seeds must be 1 to {most} different whole numbers", most=MAX_ROWS)
    return seeds


DEFAULT_EXPERIMENT = Experiment(
    dataset="mnist",
    network="small_cnn",
    network_settings={"width": 8},
    entries=tuple(network_entry(key) for key in ("sgd", "momentum", "adam")),
    epochs=3,
)
"""What a visitor without a link sees: half a minute on a laptop."""
