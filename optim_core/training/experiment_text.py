"""An Experiment as JSON text, and back: strictly for a worker, leniently for a link.

    {"version": 1, "dataset": {"key": "mnist", "settings": {"examples": 8000}}, ...}

As in ``optim_core/link.py`` everything is written in full, also what is at its default, so that a
text means the same for ever; and as there, a lenient reader uses the default for what it cannot
read and says so in a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from landscapes import Knob, Registry
from optim_core.link_format import Problems, nearest, quoted
from optim_core.scenario import Entry, Schedule
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS
from optim_core.training.data import DATASETS
from optim_core.training.experiment import (
    DEFAULT_EXPERIMENT,
    MAX_ROWS,
    OPTIONAL,
    TRAINING_KNOBS,
    Experiment,
)
from optim_core.training.networks import NETWORKS, networks_for

VERSION = 1
MAX_CHARACTERS = 200_000
"""A line-up of 64 entries with all their settings takes less than half of this."""

PARTS = ("version", "dataset", "network", "entries", "seeds", "schedule", *TRAINING_KNOBS)
ENTRY_PARTS = ("optimizer", "settings", "wrapper", "wrapper_settings")

Fields = dict[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True)
class ReadExperiment:
    """What a text says, read leniently.

    Attributes:
        experiment: always one that can be run.
        problems: short sentences, one for each thing that could not be read. They repeat nothing
            of the text but plain words and numbers.
    """

    experiment: Experiment
    problems: tuple[str, ...] = ()


def to_json(experiment: Experiment) -> str:
    """``experiment`` as one line of JSON, the same for equal experiments."""
    fields: Fields = {
        "version": VERSION,
        "dataset": _named(experiment.dataset, experiment.dataset_settings),
        "network": _named(experiment.network, experiment.network_settings),
        "entries": [_entry_fields(entry) for entry in experiment.entries],
        "seeds": list(experiment.seeds),
        "schedule": _named(experiment.schedule.key, experiment.schedule.settings),
    }
    fields |= {name: getattr(experiment, name) for name in TRAINING_KNOBS}
    return json.dumps(fields, separators=(",", ":"), allow_nan=False)


def _named(key: str, settings: Any) -> Fields:
    return {"key": key, "settings": dict(settings)}


def _entry_fields(entry: Entry) -> Fields:
    fields: Fields = {"optimizer": entry.optimizer, "settings": dict(entry.settings)}
    if entry.wrapper is not None:
        fields |= {"wrapper": entry.wrapper, "wrapper_settings": dict(entry.wrapper_settings)}
    return fields


def from_json(text: str) -> Experiment:
    """The experiment that ``text`` describes; what it leaves out is at its default.

    Raises:
        ValueError: for anything that is not such a text, unknown parts included.
    """
    fields = _parsed(text)
    if fields.pop("version", VERSION) != VERSION:
        raise ValueError("the experiment is of another version")
    made: Fields = {}
    for part, value in fields.items():
        if part in ("dataset", "network", "schedule"):
            key, settings = _key_and_settings(value, part)
            if part == "schedule":
                made[part] = Schedule(key, settings)
            else:
                made |= {part: key, f"{part}_settings": settings}
        elif part == "entries":
            made[part] = tuple(_entry(entry) for entry in _list(value, "entries"))
        elif part == "seeds":
            made[part] = tuple(_list(value, "seeds"))
        elif part in TRAINING_KNOBS:
            made[part] = value
        else:
            raise ValueError(f"an experiment has no part {quoted(part)}{nearest(part, PARTS)}")
    for part in ("dataset", "network", "entries"):
        if part not in made:
            raise ValueError(f"the experiment does not say its {part}")
    return Experiment(**made)


def read_json(text: str) -> ReadExperiment:
    """The experiment that ``text`` describes, as far as it can be read. Raises nothing."""
    problems = Problems()
    default = DEFAULT_EXPERIMENT
    try:
        fields = _parsed(text)
    except ValueError:
        problems.add("The experiment is too long or damaged and was not read.")
        return ReadExperiment(default, problems.sentences())
    for part in fields:
        if part not in PARTS:
            known = nearest(part, PARTS)
            problems.add(f"The experiment has an unknown part {quoted(part)}{known}")
    if fields.get("version", VERSION) != VERSION:
        problems.add("The experiment is of another version; what can be understood of it is used.")
    made: Fields = {}
    for part, registry in (("dataset", DATASETS), ("network", NETWORKS)):
        found = _read_named(fields.get(part), registry, part, getattr(default, part), problems)
        made[part], made[f"{part}_settings"] = found or (
            getattr(default, part),
            getattr(default, f"{part}_settings"),
        )
    if fields.get("network") is None:
        suited = networks_for(DATASETS[made["dataset"]].kind)
        if made["network"] not in suited:
            made["network"], made["network_settings"] = suited[0], ()
    made["entries"] = _read_entries(fields.get("entries"), problems) or default.entries
    seeds = fields.get("seeds", list(default.seeds))
    made["seeds"] = _tried(
        lambda: default.changed(entries=default.entries[:1], seeds=tuple(seeds)).seeds,
        default.seeds,
        "The seeds cannot be read; seed 0 is used.",
        problems,
    )
    schedule = _read_named(fields.get("schedule"), SCHEDULES, "schedule", "constant", problems)
    made["schedule"] = Schedule(*schedule) if schedule else Schedule()
    for name, knob in TRAINING_KNOBS.items():
        otherwise = None if name in OPTIONAL else knob.default
        made[name] = _read_value(knob, fields.get(name, otherwise), name in OPTIONAL, problems)
    try:
        return ReadExperiment(Experiment(**made), problems.sentences())
    except ValueError as error:
        problems.add(f"This cannot be run: {error}. The default experiment is used.")
        return ReadExperiment(default, problems.sentences())


def _parsed(text: object) -> Fields:
    """The fields of a JSON object.

    Raises:
        ValueError: when it is none, or too long, too deep, or has numbers that JSON has not.
    """
    if not isinstance(text, str) or len(text) > MAX_CHARACTERS:
        raise ValueError("the experiment is too long, or no text")
    try:
        fields = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ValueError("the experiment is no JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("the experiment is no JSON object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ROWS:
        raise ValueError(f"{what} must be a list of at most {MAX_ROWS}")
    return value


def _key_and_settings(value: object, what: str) -> tuple[str, dict[str, Any]]:
    if not isinstance(value, dict) or not set(value) <= {"key", "settings"}:
        raise ValueError(f"the {what} must be an object with key and settings")
    key, settings = value.get("key"), value.get("settings", {})
    if not isinstance(key, str) or not isinstance(settings, dict):
        raise ValueError(f"the {what} must be an object with key and settings")
    return key, settings


def _entry(value: object) -> Entry:
    if not isinstance(value, dict) or not set(value) <= set(ENTRY_PARTS):
        raise ValueError(f"an entry must be an object with {', '.join(ENTRY_PARTS)}")
    optimizer, wrapper = value.get("optimizer"), value.get("wrapper")
    settings, around = value.get("settings", {}), value.get("wrapper_settings", {})
    if not isinstance(optimizer, str) or not isinstance(wrapper, str | None):
        raise ValueError("an entry names its optimizer and its wrapper")
    if not isinstance(settings, dict) or not isinstance(around, dict):
        raise ValueError("the settings of an entry must be an object")
    return Entry(optimizer, settings, wrapper, around)


def _tried(make: Callable[[], Made], otherwise: Made, sentence: str, problems: Problems) -> Made:
    try:
        return make()
    except (ValueError, TypeError):
        problems.add(sentence)
        return otherwise


def _read_named(
    value: object, registry: Registry[Any], what: str, otherwise: str, problems: Problems
) -> tuple[str, Fields] | None:
    """The key and settings of a part; None where it is missing or cannot be read."""
    if value is None:
        return None
    try:
        key, settings = _key_and_settings(value, what)
    except ValueError:
        problems.add(f"The {what} cannot be read; {otherwise} is used.")
        return None
    spec = registry.get(key)
    if spec is None:
        hint = nearest(key, registry)
        problems.add(f"There is no {what} {quoted(key)}{hint} {otherwise} is used.")
        return None
    return key, _read_settings(spec.knobs, settings, key, problems)


def _read_settings(
    knobs: tuple[Knob, ...], settings: Mapping[str, object], owner: str, problems: Problems
) -> Fields:
    known = {knob.key: knob for knob in knobs}
    read: Fields = {}
    for name, value in settings.items():
        if name not in known:
            problems.add(f"{owner} has no setting {quoted(name)}{nearest(name, known)}")
        else:
            read[name] = _read_value(known[name], value, False, problems, f" of {owner}")
    return read


def _read_value(
    knob: Knob, value: object, optional: bool, problems: Problems, owner: str = ""
) -> Any:
    """``value`` as the knob keeps it; its default (or None) and a sentence when it cannot."""
    if optional and value is None:
        return None
    otherwise = None if optional else knob.default
    used = "none" if otherwise is None else knob.format(otherwise)
    sentence = f"{knob.key}{owner} cannot be {quoted(str(value)[:40])}; {used} is used."
    return _tried(lambda: knob.check(value), otherwise, sentence, problems)


def _read_entries(value: object, problems: Problems) -> tuple[Entry, ...]:
    """The entries that can be understood, in order."""
    if value is None:
        return ()
    if not isinstance(value, list):
        problems.add("The entries cannot be read; the default line-up is used.")
        return ()
    if len(value) > MAX_ROWS:
        problems.add(f"Only the first {MAX_ROWS} of {len(value):,} entries are used.")
    entries = [_read_entry(item, problems) for item in value[:MAX_ROWS]]
    return tuple(entry for entry in entries if entry is not None)


def _read_entry(value: object, problems: Problems) -> Entry | None:
    fields = value if isinstance(value, dict) else {}
    named = {"key": fields.get("optimizer"), "settings": fields.get("settings", {})}
    found = _read_named(named, OPTIMIZERS, "optimizer", "nothing", problems)
    if found is None:
        return None
    wrapper: tuple[str, Fields] | None = None
    if fields.get("wrapper") is not None:
        around = {"key": fields["wrapper"], "settings": fields.get("wrapper_settings", {})}
        wrapper = _read_named(around, WRAPPERS, "wrapper", "none", problems)
    return Entry(*found, *(wrapper or (None, ())))
