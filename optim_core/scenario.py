"""Scenario: one whole experiment as a value. It is the cache key, the link and the test fixture.

Everything here is frozen, hashable and validated on construction: a Scenario that exists can be run.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from landscapes import Surface, Value, complete_settings, get_surface
from optim_core.noise import NOISES
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS

MAX_STEPS = 20_000
MAX_ENTRIES = 8
MAX_STARTS = 1_000_000
MAX_NOISE_SEEDS = 10_000
MAX_SEED = 2**31 - 1
MAX_COORDINATE = 1e6

Pairs = tuple[tuple[str, Value], ...]
Given = Mapping[str, object] | Pairs


def _keep(target: object, name: str, value: object) -> None:
    """Set a field of a frozen dataclass while it is being constructed."""
    object.__setattr__(target, name, value)


def _whole(value: object, name: str, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low:,} to {high:,}")


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}")
    return float(value)


def _points(points: Iterable[Iterable[float]]) -> tuple[tuple[float, float], ...]:
    kept = []
    for point in points:
        x, y = point
        kept.append(tuple(_number(v, "a start", -MAX_COORDINATE, MAX_COORDINATE) for v in (x, y)))
    if len(kept) > MAX_STARTS:
        raise ValueError(f"at most {MAX_STARTS:,} starts")
    return tuple(kept)


@dataclass(frozen=True)
class Entry:
    """One contestant: an optimizer with its settings, perhaps inside a wrapper.

    Settings may be given as a mapping; they are kept complete, so two entries that mean the same
    are equal.

    Raises:
        ValueError: for an unknown optimizer, wrapper or setting (naming near matches), or a value
            out of bounds.
    """

    optimizer: str
    settings: Given = ()
    wrapper: str | None = None
    wrapper_settings: Given = ()

    def __post_init__(self) -> None:
        spec = OPTIMIZERS[self.optimizer]
        _keep(self, "settings", complete_settings(spec.knobs, dict(self.settings), spec.key))
        if self.wrapper is None:
            if dict(self.wrapper_settings):
                raise ValueError("wrapper settings without a wrapper")
            _keep(self, "wrapper_settings", ())
        else:
            wrapper = WRAPPERS[self.wrapper]
            given = dict(self.wrapper_settings)
            _keep(self, "wrapper_settings", complete_settings(wrapper.knobs, given, wrapper.key))

    def __getitem__(self, setting: str) -> Value:
        return dict(self.settings)[setting]

    def changed(self, **settings: object) -> Entry:
        """This entry with some of the optimizer's settings changed."""
        return dataclasses.replace(self, settings={**dict(self.settings), **settings})


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over the steps: a key of ``SCHEDULES`` and its settings."""

    key: str = "constant"
    settings: Given = ()

    def __post_init__(self) -> None:
        spec = SCHEDULES[self.key]
        _keep(self, "settings", complete_settings(spec.knobs, dict(self.settings), spec.key))


@dataclass(frozen=True)
class Noise:
    """The noise on the gradient: a key of ``NOISES`` and its settings."""

    key: str = "none"
    settings: Given = ()

    def __post_init__(self) -> None:
        spec = NOISES[self.key]
        _keep(self, "settings", complete_settings(spec.knobs, dict(self.settings), spec.key))


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What all the entries of a scenario share.

    Attributes:
        steps: how many steps each run takes, 1 to 20,000.
        seed: seeds the noise; the same seed and step give every entry the same noise.
        noise: noise on the gradient (a :class:`Noise` or just its key).
        noise_seeds: how many independent noise streams each entry and start is run with.
        schedule: of the learning rate (a :class:`Schedule` or just its key).
        clip_norm: gradients longer than this are scaled down to it; None for no clipping.
        clip_value: each gradient component is held within plus or minus this; None for none.
        tolerance: a run has converged when its gradient norm stays at or under this.
    """

    steps: int = 300
    seed: int = 0
    noise: Noise = field(default=Noise())
    noise_seeds: int = 1
    schedule: Schedule = field(default=Schedule())
    clip_norm: float | None = None
    clip_value: float | None = None
    tolerance: float = 1e-3

    def __post_init__(self) -> None:
        if isinstance(self.noise, str):
            _keep(self, "noise", Noise(self.noise))
        if isinstance(self.schedule, str):
            _keep(self, "schedule", Schedule(self.schedule))
        _whole(self.steps, "steps", 1, MAX_STEPS)
        _whole(self.seed, "seed", 0, MAX_SEED)
        _whole(self.noise_seeds, "noise_seeds", 1, MAX_NOISE_SEEDS)
        for name in ("clip_norm", "clip_value"):
            limit = getattr(self, name)
            if limit is not None:
                _keep(self, name, _number(limit, name, 1e-12, 1e12))
        _keep(self, "tolerance", _number(self.tolerance, "tolerance", 1e-15, 1e6))


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A surface, a line-up of entries, start points and a run configuration.

    Attributes:
        surface: a key of ``SURFACES``.
        surface_settings: the surface's own settings (condition number, rotation, ...).
        entries: 1 to 8 contestants.
        starts: where each of them starts, ``((x, y), ...)``; the surface's own start if not given.
        config: what they share.

    Raises:
        ValueError: saying what is wrong, for anything that could not be run.
    """

    surface: str
    entries: tuple[Entry, ...]
    starts: tuple[tuple[float, float], ...] = ()
    config: RunConfig = field(default=RunConfig())
    surface_settings: Given = ()

    def __post_init__(self) -> None:
        made = get_surface(self.surface, **dict(self.surface_settings))
        _keep(self, "surface_settings", made.settings)
        entries = tuple(self.entries)
        if not 1 <= len(entries) <= MAX_ENTRIES:
            raise ValueError(f"a line-up has 1 to {MAX_ENTRIES} entries")
        if not all(isinstance(entry, Entry) for entry in entries):
            raise ValueError("entries must be Entry objects")
        _keep(self, "entries", entries)
        _keep(self, "starts", _points(self.starts or (made.start,)))

    def landscape(self) -> Surface:
        """The surface with this scenario's settings."""
        return get_surface(self.surface, **dict(self.surface_settings))

    @property
    def rows(self) -> int:
        """How many runs this is: entries x starts x noise seeds."""
        return len(self.entries) * len(self.starts) * self.config.noise_seeds
