"""Damage by chance, the same at every run, and how much of it: a little in ``make test``.

``make fuzz`` sets ``DOWNHILL_FUZZ`` to 1, which is the full counts; ``make fuzz FUZZ=0.1`` a tenth.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

SHARE = float(os.environ.get("DOWNHILL_FUZZ", "0.005"))

HOSTILE_TEXTS = (
    "<script>window.pwn=1</script>",
    "![x](http://example.com/a.png)",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "\x00",
    "%00",
    "nan",
    "inf",
    "-1e999",
    "9" * 5000,
    "1_000",
    "\u0661",
    "../../etc",
    "__class__",
    "{0.__class__}",
    "%s%n",
    "~" * 50,
    "&" * 50,
    "=",
    "",
    "\ud800",
    "a" * 9000,
)
HOSTILE_VALUES: tuple[Any, ...] = (
    *HOSTILE_TEXTS,
    None,
    True,
    False,
    0,
    -1,
    2**31,
    10**30,
    1e308,
    -0.0,
    float("nan"),
    float("inf"),
    [],
    {},
    [[[[]]]],
    {"": {"": {}}},
    list(range(100)),
    b"bytes",
)


def count(full: int) -> int:
    """How many of ``full`` cases to try now; never none."""
    return max(20, round(full * SHARE))


def damaged_text(chance: random.Random, texts: Sequence[str], parts: Sequence[str]) -> str:
    """One of ``texts`` with a few things done to it; ``parts`` are what it is made of."""
    text = chance.choice(texts)
    for _change in range(chance.randint(1, 5)):
        place = chance.randint(0, len(text))
        kind = chance.randrange(7)
        if kind == 0:
            text = text[:place] + chance.choice(HOSTILE_TEXTS) + text[place:]
        elif kind == 1:
            text = text[:place] + text[place + chance.randint(1, 20) :]
        elif kind == 2:
            text = text[:place] + chance.choice(parts) + text[place:]
        elif kind == 3:
            other = chance.choice(texts)
            text = text[:place] + other[chance.randint(0, len(other)) :]
        elif kind == 4:
            text = (
                text[:place] + chr(chance.choice((*range(1, 300), 0x202E, 0xFFFD))) + text[place:]
            )
        elif kind == 5:
            text = text.replace(chance.choice(parts), chance.choice(parts), 1)
        else:
            text += text[place : place + 60]
    return text


def damaged_value(chance: random.Random, value: Any, others: Sequence[Any]) -> Any:
    """A copy of plain JSON in which one place was changed to something that is not meant there."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(sorted(value))
        copy = dict(value)
        kind = chance.random()
        if kind < 0.08:
            del copy[key]
        elif kind < 0.16:
            copy[str(chance.choice(HOSTILE_TEXTS))] = copy[key]
        else:
            copy[key] = damaged_value(chance, value[key], others)
        return copy
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        kind = chance.random()
        if kind < 0.1:
            return value[:place] + value[place + 1 :]
        if kind < 0.2:
            return value * chance.choice((2, 50))
        return [*value[:place], damaged_value(chance, value[place], others), *value[place + 1 :]]
    if isinstance(value, int | float) and chance.random() < 0.4:
        return chance.choice((value + 1, -value, value * 10**6, float(value), str(value)))
    return chance.choice((*HOSTILE_VALUES, *others))
