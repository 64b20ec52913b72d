"""Brings the catalogues of translations up to date: ``make words``, or ``python -m docs.words``.

Sentences come from two places: calls in the code whose argument is a sentence, which are read
without running them, and the registries, whose texts are data and are read by importing them.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import landscapes
import optim_core
from landscapes import SURFACES, Knob, Registry
from optim_core import EventKind
from pages.ui.catalogue import Message, read
from pages.ui.maps.kinds import KINDS
from pages.ui.words import DOMAIN, TRANSLATIONS

ROOT = Path(__file__).parents[1]
PACKAGES = ("pages", "optim_core", "landscapes")

SENTENCES = {"_": 1, "plural": 2, "Phrase": 1, "Refusal": 1, "OverBudgetError": 1, "unknown": 1}
SENTENCES |= {"UnknownKeyError": 1, "Registry": 1}
"""The functions whose first arguments are sentences, and how many of them."""

TEXTS = ("title", "sentence", "question", "answer", "story", "unit", "help", "classes", "labels")
"""The fields of declared things that visitors read."""

PARTS = ("knobs", "choices")
"""The fields that hold more declared things."""

LIKE = 0.8
"""So similar must an old sentence be for its translation to be offered, as fuzzy, for a new one."""


@dataclass(frozen=True)
class Found:
    """A sentence to translate, and where it stands."""

    source: str
    plural: str
    place: str


class SentenceError(ValueError):
    """A sentence in the code that cannot be translated as it stands."""


def in_code(source: str, place: str) -> Iterator[Found]:
    """The sentences in the calls of ``source``.

    Raises:
        SentenceError: for a sentence put together from pieces, in an f-string or with an operator.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = node.args[: SENTENCES.get(name, 0)]
        if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts):
            raise SentenceError(f"{place}, line {node.lineno}: a sentence must be one literal")
        # Anything else is the text of a registry, a variable that holds one, or a Phrase.
        constants = (text.value for text in texts if isinstance(text, ast.Constant))
        words = [value for value in constants if isinstance(value, str)]
        if words:
            yield Found(words[0], words[1] if len(words) == 2 else "", place)


def in_registries() -> Iterator[Found]:
    """The texts that are data: titles, stories, knobs, questions, labels, classes, events."""
    for kind, registry in registries().items():
        for key, item in registry.items():
            yield from _texts_of(item, f"{kind} {key}")
    for surface in SURFACES.values():
        for point in surface.critical_points():
            yield from _texts_of(point, f"surface {surface.key}", "name")
    for knob in knobs_apart():
        yield from _texts_of(knob, f"knob {knob.key}")
    for event in EventKind:
        yield Found(event.value, "", f"event {event.name}")


def registries() -> dict[str, Registry[Any]]:
    """Every registry of the core by its kind, in the order of its modules' names."""
    return {value.kind: value for value in _declared() if isinstance(value, Registry)}


def knobs_apart() -> list[Knob]:
    """The knobs of the core that belong to no registry: alone in a module, or in a mapping."""
    apart: dict[Knob, None] = {}
    for value in _declared():
        parts = value.values() if isinstance(value, Mapping) else [value]
        apart.update((part, None) for part in parts if isinstance(part, Knob))
    return list(apart)


def _declared() -> Iterator[Any]:
    """Everything that the modules of the core have a name for, and what pages declare."""
    for package in (landscapes, optim_core):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield from list(vars(importlib.import_module(module.name)).values())
    yield KINDS


def _texts_of(item: object, place: str, *fields: str) -> Iterator[Found]:
    """The texts in ``fields`` of ``item``, by default all that a visitor reads."""
    for name in fields or TEXTS:
        value = getattr(item, name, ())
        for text in (value,) if isinstance(value, str) else value:
            # A class that is a single character is that character in every language.
            if any(letter.isalpha() for letter in text) and (name != "classes" or len(text) > 1):
                yield Found(text, "", place)
    for name in PARTS:
        for part in getattr(item, name, ()):
            yield from _texts_of(part, f"{place}, {part.key}")


def found() -> list[Message]:
    """Every sentence there is, once, without translations; comments say where it stands."""
    everything: list[Found] = []
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        everything += in_code(file.read_text(encoding="utf-8"), place)
    everything += in_registries()
    messages: dict[str, Message] = {}
    for one in everything:
        before = messages.get(one.source, Message(one.source))
        places = dict.fromkeys((*before.comments, f"#. {one.place}"))
        messages[one.source] = replace(
            before, plural=before.plural or one.plural, comments=tuple(places)
        )
    return list(messages.values())


def merged(wanted: Sequence[Message], present: Iterable[Message]) -> list[Message]:
    """``wanted`` with the translations that ``present``, a catalogue, has for it.

    The header stays. A new sentence that is like one that has gone gets its translation as fuzzy.
    """
    known = {message.source: message for message in present}
    header = known.pop("")
    forms = int(re.search(r"nplurals=(\d+)", header.translations[0])[1])  # type: ignore[index]
    gone = {source for source in known if source not in {message.source for message in wanted}}
    result = [header]
    for message in wanted:
        empty = ("",) * (forms if message.plural else 1)
        old, flags = known.get(message.source), ["python-brace-format"]
        if "{" not in message.source + message.plural:
            flags = []
        if old is None and (like := difflib.get_close_matches(message.source, gone, 1, LIKE)):
            old = known[like[0]]
            flags.insert(0, "fuzzy")
        elif old is not None and old.fuzzy:
            flags.insert(0, "fuzzy")
        texts = old.translations if old and len(old.translations) == len(empty) else empty
        comments = (*message.comments, f"#, {', '.join(flags)}") if flags else message.comments
        result.append(replace(message, translations=texts, comments=comments))
    return result


def written(messages: Iterable[Message]) -> str:
    """``messages`` as the text of a .po file."""
    return "\n".join("\n".join(_lines(message)) + "\n" for message in messages)


def _lines(message: Message) -> Iterator[str]:
    yield from message.comments
    yield f"msgid {_quoted(message.source)}"
    if message.plural:
        yield f"msgid_plural {_quoted(message.plural)}"
        for form, text in enumerate(message.translations):
            yield f"msgstr[{form}] {_quoted(text)}"
    elif message.source:
        yield f"msgstr {_quoted(message.translations[0])}"
    else:
        yield 'msgstr ""'
        yield from (_quoted(line) for line in message.translations[0].splitlines(keepends=True))


def _quoted(text: str) -> str:
    # The escapes of the format are among those of JSON.
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Bring every catalogue up to date and say what is left to do in it."""
    wanted = found()
    for file in sorted(TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        messages = merged(wanted, read(file.read_text(encoding="utf-8")))
        file.write_text(written(messages), encoding="utf-8")
        left = [one.source for one in messages if one.fuzzy or not all(one.translations)]
        print(f"{file.parents[1].name}: {len(messages) - 1} sentences, {len(left)} to translate")
        for source in left:
            print(f"  {source}")


if __name__ == "__main__":
    main()
