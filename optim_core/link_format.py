"""The format of a link: its limits, what it may leave out, and how a key with settings is written.

``adam~learning_rate~0.02~beta1~0.9``: a key, then pairs of a setting and its value. What is read
here is untrusted: nothing raises, sentences are collected.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from landscapes import Knob, Phrase, Value

VERSION = "1"

MAX_CHARACTERS = 6_000
"""Servers and proxies commonly refuse a request line over 8 kB; this leaves room for the host, the
path and a program that percent-encodes every ``~``."""

MAX_STARTS = 32
"""More start points than this are not written into a link, and not read from one."""

MAX_FIELDS = 200
"""A query with more fields than this is not taken apart."""

BASE: Mapping[str, Value | None] = MappingProxyType(
    {
        "steps": 300,
        "seed": 0,
        "noise_seeds": 1,
        "clip_norm": None,
        "clip_value": None,
        "tolerance": 1e-3,
    }
)
"""What a version 1 link that leaves these out means. Never change them: old links would change."""

BASE_SCHEDULE = "constant"
BASE_NOISE = "none"

MAP = "map"
"""The query key of the page of maps: a kind of map and its settings, ``basins~size~100``."""

INSIDE = "inside"
"""The query key of the inside of a step: whose, by the numbers of entry and start, ``2.1``."""

VIEW_KEYS = frozenset(
    {
        *("lang", "theme", "embed", "embed_options", "preset", MAP, INSIDE),
        *("view", "trails", "projector", "hidden", "name", "colour", "sweep"),
        *("lesson", "title", "caption", "ask", "choice", "answer", "why", "hide", "lock"),
    }
)
"""Query keys that say how to show the app, not what to run; skipped without a word."""

WRAPPER = "wrapper"
"""The setting of an entry that names its wrapper; no optimizer may have a knob of this name."""

ONCE = ("v", "surface", *BASE, "schedule", "noise")
"""The keys that a link has at most once."""

OWN_KEYS = (*ONCE, "entry", "start")
"""All the keys of a link."""

SEPARATOR = "~"

MAX_PARTS = 100
"""More parts than this in one value are not looked at."""

MAX_PROBLEMS = 10
"""More sentences than this are only counted."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}|[+-]?[0-9][0-9.eE+-]{0,30}")

Texts = dict[str, str]
"""Settings as they stand in a link."""


class Problems:
    """Sentences about what could not be read, bounded in number and without the link's markup."""

    def __init__(self) -> None:
        self._sentences: list[str | Phrase] = []
        self._more = 0

    def add(self, sentence: str | Phrase) -> None:
        """Keep ``sentence``, or count it when there are enough."""
        if len(self._sentences) < MAX_PROBLEMS:
            self._sentences.append(sentence)
        else:
            self._more += 1

    def phrases(self) -> tuple[str | Phrase, ...]:
        """What there is to tell, in the order it was found, to be told in any language."""
        if not self._more:
            return tuple(self._sentences)
        more = Phrase("{count:,} more parts of the link could not be read.", count=self._more)
        return (*self._sentences, more)

    def sentences(self) -> tuple[str, ...]:
        """What there is to tell, in English."""
        return tuple(str(sentence) for sentence in self.phrases())


def is_plain(text: str) -> bool:
    """Whether a sentence may repeat ``text``: one plain word or number.

    Whoever writes a link chooses this text, so nothing that could be markup, an address or a
    change of writing direction goes through, wherever the sentence is shown.
    """
    return bool(_PLAIN.fullmatch(text))


def quoted(text: str) -> str | Phrase:
    """``text`` for a sentence: itself where :func:`is_plain` allows it, else words about it."""
    if not text:
        return Phrase("an empty text")
    return f"'{text}'" if is_plain(text) else Phrase("a text that makes no sense here")


def nearest(text: str, known: Iterable[str]) -> Phrase:
    """``; did you mean ...?`` with the nearest known names, or a full stop."""
    near = difflib.get_close_matches(text[:40], list(known), n=3, cutoff=0.6)
    return Phrase("; did you mean {names}?", names=", ".join(near)) if near else Phrase(".")


def number_text(knob: Knob, value: Value) -> str:
    """``value`` as text that ``knob`` reads back exactly."""
    # A plus sign means a space in a query string, and a positive exponent needs none.
    return knob.format(value).replace("e+", "e") if knob.is_number else knob.format(value)


def pairs_text(knobs: Iterable[Knob], settings: Mapping[str, Value], prefix: str = "") -> list[str]:
    """Every setting in full: its key (after ``prefix``), its value, the next key, ..."""
    parts: list[str] = []
    for knob in knobs:
        parts += (prefix + knob.key, number_text(knob, settings[knob.key]))
    return parts


def split_value(text: str, problems: Problems) -> tuple[str, Texts]:
    """The key that ``text`` begins with, and the pairs after it."""
    key, *rest = text.split(SEPARATOR)
    if len(rest) > MAX_PARTS:
        problems.add(
            Phrase(
                "Only the first {most} parts of {key} were read.", most=MAX_PARTS, key=quoted(key)
            )
        )
        rest = rest[:MAX_PARTS]
    if len(rest) % 2:
        problems.add(Phrase("In {key}, the last setting has no value.", key=quoted(key)))
        rest.pop()
    texts: Texts = {}
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        if name in texts:
            problems.add(
                Phrase(
                    "In {key}, {name} is given twice; the last one counts.",
                    key=quoted(key),
                    name=quoted(name),
                )
            )
        texts[name] = value
    return key, texts


def read_settings(
    knobs: Iterable[Knob], texts: Texts, owner: str, problems: Problems
) -> dict[str, Value]:
    """Those of ``texts`` that are settings of ``owner`` (a registry key), as they are read."""
    known = {knob.key: knob for knob in knobs}
    settings: dict[str, Value] = {}
    for name, text in texts.items():
        knob = known.get(name)
        if knob is None:
            hint = nearest(name, known)
            problems.add(
                Phrase(
                    "{owner} has no setting {name}{hint}",
                    owner=owner,
                    name=quoted(name),
                    hint=hint,
                )
                if is_plain(name)
                else Phrase("{owner} has no setting of that name{hint}", owner=owner, hint=hint)
            )
            continue
        what = Phrase("{knob} of {owner}", knob=knob.key, owner=owner)
        value = read_number(knob, text, what, knob.default, problems)
        if value is not None:
            settings[name] = value
    return settings


def read_number(
    knob: Knob, text: str, what: str | Phrase, otherwise: Value | None, problems: Problems
) -> Value | None:
    """``text`` as ``knob`` reads it; None, and a sentence, when it cannot."""
    try:
        return knob.parse(text)
    except ValueError:
        used = Phrase("none") if otherwise is None else knob.format(otherwise)
        problems.add(unusable(what, text, used))
        return None


def unusable(what: str | Phrase, text: str, used: str | Phrase) -> Phrase:
    """That ``what`` cannot be ``text`` and is ``used`` instead."""
    return Phrase(
        "{what} cannot be {text}; {used} is used.", what=what, text=quoted(text), used=used
    )
