"""The shareable link: a Scenario as a query string that a person can read, and back.

    v=1&surface=rosenbrock&entry=adam~learning_rate~0.02~...&start=-1.5~2.2&steps=150

Everything that has settings (the surface, each entry, the schedule, the noise) is its key followed
by ``~setting~value`` pairs; an entry's wrapper is the pair ``wrapper~lookahead`` and its settings
are ``lookahead.steps~5``. ``entry`` and ``start`` repeat, in order. Letters, digits and ``- . _ ~``
are all that is used, which browsers and chat programs leave as they are.

What is left out, and why: a link must mean the same for ever, while the app's defaults will be
tuned. So the settings of whatever a link names are written in full, the ones at their default
too: no table of former defaults has to be kept. Only the plain numbers of the run, the constant
schedule and the absence of noise are left out, against ``BASE``, which is part of the format and
does not follow the defaults of the app. A new knob of an existing rule must default to what the
rule did before it had that knob.

Reading is lenient: what is missing or wrong becomes its default, with a sentence in ``problems``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from landscapes import SURFACES, Phrase, Refusal, Registry
from optim_core.link_format import (
    BASE,
    BASE_NOISE,
    BASE_SCHEDULE,
    MAX_CHARACTERS,
    MAX_STARTS,
    SEPARATOR,
    VERSION,
    WRAPPER,
    Problems,
    number_text,
    pairs_text,
)
from optim_core.link_reading import (
    fields_of,
    read_config,
    read_entries,
    read_starts,
    read_surface,
    single_fields,
)
from optim_core.noise import NOISES
from optim_core.run_knobs import COORDINATE, RUN_KNOBS
from optim_core.scenario import DEFAULT_SCENARIO, Entry, Given, Noise, RunConfig, Scenario, Schedule
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS

_BASE_NUMBERS: dict[str, Any] = dict(BASE)
_BASE_CONFIG = RunConfig(**_BASE_NUMBERS, schedule=Schedule(BASE_SCHEDULE), noise=Noise(BASE_NOISE))


@dataclass(frozen=True)
class LinkResult:
    """What a link says.

    Attributes:
        scenario: always one that can be run.
        phrases: at most ``MAX_PROBLEMS + 1`` short sentences, one for each thing that could not
            be read. They repeat nothing of the link but plain words and numbers.
    """

    scenario: Scenario
    phrases: tuple[str | Phrase, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """The sentences in English."""
        return tuple(str(phrase) for phrase in self.phrases)


def to_query(scenario: Scenario) -> str:
    """``scenario`` as a query string, without the question mark.

    Raises:
        ValueError: when it has too many start points for a link, or is too long for one.
    """
    query = urlencode(to_parameters(scenario), doseq=True)
    hold(query)
    return query


def hold(query: str) -> None:
    """Hold ``query`` to the length that a link may have.

    Raises:
        ValueError: when it is too long for one.
    """
    if len(query) > MAX_CHARACTERS:
        raise Refusal(
            "the link would have {count:,} characters; at most {most:,} fit",
            count=len(query),
            most=MAX_CHARACTERS,
        )


def to_parameters(scenario: Scenario) -> dict[str, list[str]]:
    """``scenario`` as query parameters by key.

    Raises:
        ValueError: when it has too many start points for a link.
    """
    if len(scenario.starts) > MAX_STARTS:
        raise Refusal("a link holds at most {most} start points", most=MAX_STARTS)
    config = scenario.config
    parameters = {
        "v": [VERSION],
        "surface": [_named(SURFACES, scenario.surface, scenario.surface_settings)],
        "entry": [_entry_text(entry) for entry in scenario.entries],
        "start": [_point_text(x, y) for x, y in scenario.starts],
    }
    for key, base in BASE.items():
        value = getattr(config, key)
        if value != base:
            parameters[key] = [number_text(RUN_KNOBS[key], value)]
    if config.schedule.key != BASE_SCHEDULE:
        parameters["schedule"] = [_named(SCHEDULES, config.schedule.key, config.schedule.settings)]
    if config.noise.key != BASE_NOISE:
        parameters["noise"] = [_named(NOISES, config.noise.key, config.noise.settings)]
    return parameters


def _named(registry: Registry[Any], key: str, settings: Given) -> str:
    return SEPARATOR.join((key, *pairs_text(registry[key].knobs, dict(settings))))


def _entry_text(entry: Entry) -> str:
    text = _named(OPTIMIZERS, entry.optimizer, entry.settings)
    if entry.wrapper is None:
        return text
    settings = dict(entry.wrapper_settings)
    pairs = pairs_text(WRAPPERS[entry.wrapper].knobs, settings, prefix=f"{entry.wrapper}.")
    return SEPARATOR.join((text, WRAPPER, entry.wrapper, *pairs))


def _point_text(x: float, y: float) -> str:
    return number_text(COORDINATE, x) + SEPARATOR + number_text(COORDINATE, y)


def from_query(query: str | Mapping[str, Sequence[str]]) -> LinkResult:
    """The scenario that a query string (or its parsed fields) describes. Raises nothing.

    What is missing or cannot be read in a link that names a surface is the surface's own start,
    the default line-up, the default of a knob, or ``BASE``. A link without a surface changes
    ``DEFAULT_SCENARIO`` where it says something, and a query without anything to run is just that.
    """
    problems = Problems()
    fields = fields_of(query, problems)
    once = single_fields(fields, problems)
    default = DEFAULT_SCENARIO
    surface = read_surface(once.get("surface"), problems)
    starts = read_starts(fields.get("start", []), problems)
    entries = read_entries(fields.get("entry", []), problems) or default.entries
    if surface is None:
        surface, base = (default.surface, dict(default.surface_settings)), default.config
        starts = starts or default.starts
    else:
        base = _BASE_CONFIG
    config = read_config(once, base, problems)
    try:
        scenario = Scenario(
            surface=surface[0],
            surface_settings=surface[1],
            entries=entries,
            starts=starts,
            config=config,
        )
    except ValueError:
        # Each part was checked on its own; this is for rules that concern several at once.
        problems.add(Phrase("These settings do not go together; the default scenario is used."))
        scenario = default
    return LinkResult(scenario, problems.phrases())
