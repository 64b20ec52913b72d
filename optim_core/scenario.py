"""Scenario: one whole experiment as a value. It is the cache key, the link and the test fixture.

Everything here is frozen, hashable and validated on construction: a Scenario that exists can run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from landscapes import (
    Knob,
    Phrase,
    Refusal,
    Surface,
    Value,
    complete_settings,
    get_surface,
    unknown,
)
from optim_core.noise import NOISES
from optim_core.run_knobs import (
    COORDINATE,
    MAX_COORDINATE,
    MAX_NOISE_SEEDS,
    MAX_SEED,
    MAX_STEPS,
    OPTIONAL,
    RUN_KNOBS,
)
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS

__all__ = [
    "DEFAULT_SCENARIO",
    "MAX_COORDINATE",
    "MAX_ENTRIES",
    "MAX_LINE_UP",
    "MAX_NOISE_SEEDS",
    "MAX_SEED",
    "MAX_STARTS",
    "MAX_STEPS",
    "Entry",
    "Given",
    "Noise",
    "RunConfig",
    "Scenario",
    "Schedule",
]

MAX_ENTRIES = 64
"""What a script may put into one scenario."""

MAX_LINE_UP = 8
"""What a link and a page hold: as many as eyes can tell apart."""
MAX_STARTS = 1_000_000

Pairs = tuple[tuple[str, Value], ...]
Given = Mapping[str, Value] | Pairs


def _keep(target: object, name: str, value: object) -> None:
    """Set a field of a frozen dataclass while it is being constructed."""
    object.__setattr__(target, name, value)


def _complete(knobs: tuple[Knob, ...], given: Given, owner: str) -> Pairs:
    """The settings of ``owner`` (a registry key) as they are kept."""
    try:
        chosen = dict(given)
    except (TypeError, ValueError):
        raise ValueError(f"the settings of {owner} must be a mapping") from None
    return complete_settings(knobs, chosen, owner)


def _points(points: Iterable[Iterable[float]]) -> tuple[tuple[float, float], ...]:
    kept: list[tuple[float, float]] = []
    for point in points:
        try:
            x, y = point
        except (TypeError, ValueError):
            raise ValueError("a start must be a pair of numbers") from None
        kept.append((float(COORDINATE.check(x)), float(COORDINATE.check(y))))
        if len(kept) > MAX_STARTS:
            raise Refusal("at most {most:,} starts", most=MAX_STARTS)
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
        _keep(self, "settings", _complete(spec.knobs, self.settings, spec.key))
        if self.wrapper is None:
            if self.wrapper_settings:
                raise ValueError("wrapper settings without a wrapper")
            _keep(self, "wrapper_settings", ())
        else:
            wrapper = WRAPPERS[self.wrapper]
            chosen = _complete(wrapper.knobs, self.wrapper_settings, wrapper.key)
            _keep(self, "wrapper_settings", chosen)

    def __getitem__(self, setting: str) -> Value:
        settings = dict(self.settings)
        if setting not in settings:
            raise unknown(Phrase("setting of {owner}", owner=self.optimizer), setting, settings)
        return settings[setting]

    def changed(self, **settings: Value) -> Entry:
        """This entry with some of the optimizer's settings changed."""
        return dataclasses.replace(self, settings={**dict(self.settings), **settings})


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over the steps: a key of ``SCHEDULES`` and its settings."""

    key: str = "constant"
    settings: Given = ()

    def __post_init__(self) -> None:
        spec = SCHEDULES[self.key]
        _keep(self, "settings", _complete(spec.knobs, self.settings, spec.key))


@dataclass(frozen=True)
class Noise:
    """The noise on the gradient: a key of ``NOISES`` and its settings."""

    key: str = "none"
    settings: Given = ()

    def __post_init__(self) -> None:
        spec = NOISES[self.key]
        _keep(self, "settings", _complete(spec.knobs, self.settings, spec.key))


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
        if not isinstance(self.noise, Noise):
            raise ValueError("noise must be a Noise or the key of one")
        if not isinstance(self.schedule, Schedule):
            raise ValueError("schedule must be a Schedule or the key of one")
        for name, knob in RUN_KNOBS.items():
            value = getattr(self, name)
            if value is not None or name not in OPTIONAL:
                _keep(self, name, knob.check(value))


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A surface, a line-up of entries, start points and a run configuration.

    Attributes:
        surface: a key of ``SURFACES``.
        surface_settings: the surface's own settings (condition number, rotation, ...).
        entries: 1 to 64 contestants.
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
        declared = get_surface(self.surface)
        settings = _complete(declared.knobs, self.surface_settings, declared.key)
        _keep(self, "surface_settings", settings)
        if isinstance(self.entries, Entry):
            raise ValueError("entries must be a sequence of Entry objects")
        entries = tuple(self.entries)
        if not 1 <= len(entries) <= MAX_ENTRIES:
            raise Refusal("a line-up has 1 to {most} entries", most=MAX_ENTRIES)
        if not all(isinstance(entry, Entry) for entry in entries):
            raise ValueError("entries must be a sequence of Entry objects")
        _keep(self, "entries", entries)
        _keep(self, "starts", _points(self.starts) or _points((declared.start,)))
        if not isinstance(self.config, RunConfig):
            raise ValueError("config must be a RunConfig")

    def landscape(self) -> Surface:
        """The surface with this scenario's settings."""
        return _landscape(self.surface, self.surface_settings)

    @property
    def rows(self) -> int:
        """How many runs this is: entries x starts x noise seeds."""
        return len(self.entries) * len(self.starts) * self.config.noise_seeds


@lru_cache(maxsize=256)
def _landscape(key: str, settings: Pairs) -> Surface:
    """One object for equal surfaces, so that what is known of it is found again."""
    return get_surface(key, **dict(settings))


DEFAULT_SCENARIO = Scenario(
    surface="sharp_flat",
    entries=tuple(
        Entry(key, {"learning_rate": 0.06}) for key in ("sgd", "momentum", "nesterov", "adam")
    ),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=180),
)
"""What a link that names no surface changes: who rolls past the sharp minimum to the flat one."""
