"""Reading the parts of a link, which anybody may have written: wrong parts become defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qs

from landscapes import SURFACES, Phrase, Registry, UnknownKeyError, Value
from optim_core.link_format import (
    BASE,
    MAX_CHARACTERS,
    MAX_FIELDS,
    MAX_STARTS,
    ONCE,
    OWN_KEYS,
    SEPARATOR,
    VERSION,
    VIEW_KEYS,
    WRAPPER,
    Problems,
    Texts,
    is_plain,
    nearest,
    quoted,
    read_number,
    read_settings,
    split_value,
)
from optim_core.noise import NOISES
from optim_core.run_knobs import COORDINATE, RUN_KNOBS
from optim_core.scenario import (
    MAX_LINE_UP,
    Entry,
    Noise,
    RunConfig,
    Schedule,
)
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS

Item = TypeVar("Item")
Fields = dict[str, list[str]]
Point = tuple[float, float]


def fields_of(query: object, problems: Problems) -> Fields:
    """The query's texts by key; nothing at all of a query that is too large or not a query."""
    try:
        if isinstance(query, str):
            if len(query) > MAX_CHARACTERS:
                raise ValueError
            query = parse_qs(
                query.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_FIELDS
            )
        if not isinstance(query, Mapping) or len(query) > MAX_FIELDS:
            raise ValueError
        fields: Fields = {}
        left = MAX_CHARACTERS
        for key, values in query.items():
            if not isinstance(values, Sequence) or len(values) > MAX_CHARACTERS:
                raise ValueError
            texts = [values] if isinstance(values, str) else list(values)
            if len(texts) > MAX_FIELDS or not all(isinstance(t, str) for t in (key, *texts)):
                raise ValueError
            left -= sum(len(key) + len(text) + 2 for text in texts)
            if left < 0:
                raise ValueError
            if texts:
                fields[key] = texts
    except (TypeError, ValueError):
        problems.add(Phrase("The link is too long or damaged and was not read."))
        return {}
    return fields


def single_fields(fields: Fields, problems: Problems) -> Texts:
    """The fields that occur once, and a sentence about each that should not be there."""
    once: Texts = {}
    for key, texts in fields.items():
        if key in VIEW_KEYS:
            continue
        if key not in OWN_KEYS:
            hint = nearest(key, OWN_KEYS)
            problems.add(
                Phrase("The link has an unknown part {part}{hint}", part=quoted(key), hint=hint)
                if is_plain(key)
                else Phrase("The link has a part of an unknown name{hint}", hint=hint)
            )
        elif key in ONCE:
            once[key] = texts[-1]
            if len(texts) > 1:
                problems.add(
                    Phrase("The link gives {key} more than once; the last one counts.", key=key)
                )
    if once.get("v", VERSION) != VERSION:
        problems.add(
            Phrase("The link is of another version; what can be understood of it is used.")
        )
    return once


def look_up(
    registry: Registry[Item], key: str, otherwise: Phrase, problems: Problems
) -> Item | None:
    """What ``registry`` has under ``key``; None if nothing, and a sentence about it."""
    try:
        return registry[key]
    except UnknownKeyError as error:
        if registry.finds(key):
            problems.add(error.phrase)
            return None
    kind, hint = Phrase(registry.kind), nearest(key, registry)
    problems.add(
        Phrase(
            "There is no {kind} {key}{hint} {otherwise}",
            kind=kind,
            key=quoted(key),
            hint=hint,
            otherwise=otherwise,
        )
        if is_plain(key)
        else Phrase(
            "There is no {kind} of that name{hint} {otherwise}",
            kind=kind,
            hint=hint,
            otherwise=otherwise,
        )
    )
    return None


def read_surface(text: str | None, problems: Problems) -> tuple[str, dict[str, Value]] | None:
    """The surface's key and settings; None where the link names none that there is."""
    if text is None:
        return None
    key, texts = split_value(text, problems)
    found = look_up(SURFACES, key, Phrase("The default one is used."), problems)
    if found is None:
        return None
    return found.key, read_settings(found.knobs, texts, found.key, problems)


def read_entries(texts: list[str], problems: Problems) -> tuple[Entry, ...]:
    """The entries that can be understood, in order."""
    if len(texts) > MAX_LINE_UP:
        problems.add(
            Phrase(
                "Only the first {most} of {count} entries are used.",
                most=MAX_LINE_UP,
                count=len(texts),
            )
        )
    entries = [_read_entry(text, problems) for text in texts[:MAX_LINE_UP]]
    return tuple(entry for entry in entries if entry is not None)


def _read_entry(text: str, problems: Problems) -> Entry | None:
    key, texts = split_value(text, problems)
    spec = look_up(OPTIMIZERS, key, Phrase("This entry is left out."), problems)
    if spec is None:
        return None
    wrapper_key = texts.pop(WRAPPER, None)
    wrapper = None
    if wrapper_key is not None:
        without = Phrase("{optimizer} goes without.", optimizer=spec.key)
        wrapper = look_up(WRAPPERS, wrapper_key, without, problems)
    if wrapper is None:
        return Entry(spec.key, read_settings(spec.knobs, texts, spec.key, problems))
    prefix = f"{wrapper.key}."
    outer = {name: texts.pop(name) for name in list(texts) if name.startswith(prefix)}
    inner = {name.removeprefix(prefix): value for name, value in outer.items()}
    return Entry(
        spec.key,
        read_settings(spec.knobs, texts, spec.key, problems),
        wrapper.key,
        read_settings(wrapper.knobs, inner, wrapper.key, problems),
    )


def read_starts(texts: list[str], problems: Problems) -> tuple[Point, ...]:
    """The start points that can be understood, in order."""
    if len(texts) > MAX_STARTS:
        problems.add(
            Phrase(
                "Only the first {most} of {count} start points are used.",
                most=MAX_STARTS,
                count=len(texts),
            )
        )
    starts = []
    for text in texts[:MAX_STARTS]:
        try:
            x, y = (float(COORDINATE.parse(part)) for part in text.split(SEPARATOR, 2))
        except ValueError:
            problems.add(Phrase("A start point that is not two numbers in range is left out."))
        else:
            starts.append((x, y))
    return tuple(starts)


def read_config(once: Texts, base: RunConfig, problems: Problems) -> RunConfig:
    """The run configuration, with ``base``'s value for whatever is missing or wrong."""
    read: dict[str, Any] = {}
    for key in BASE:
        if key in once:
            otherwise = getattr(base, key)
            value = read_number(RUN_KNOBS[key], once[key], key, otherwise, problems)
            read[key] = otherwise if value is None else value
    if "schedule" in once:
        part = _read_part(SCHEDULES, once["schedule"], base.schedule.key, problems)
        read["schedule"] = base.schedule if part is None else Schedule(*part)
    if "noise" in once:
        part = _read_part(NOISES, once["noise"], base.noise.key, problems)
        read["noise"] = base.noise if part is None else Noise(*part)
    return dataclasses.replace(base, **read)


def _read_part(
    registry: Registry[Any], text: str, otherwise: str, problems: Problems
) -> tuple[str, dict[str, Value]] | None:
    """The key and settings of a schedule or a kind of noise; None where there is no such key."""
    key, texts = split_value(text, problems)
    found = look_up(registry, key, Phrase("It is {key}.", key=otherwise), problems)
    return None if found is None else (key, read_settings(found.knobs, texts, key, problems))
