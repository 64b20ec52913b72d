"""A read-only dictionary of named things whose errors help: the shape of every registry here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from landscapes.refusal import Phrase, Refusal

Item = TypeVar("Item")

SHOWN_CHARACTERS = 60
"""How much of a wrong key a message repeats: keys come from links anybody may write."""


class UnknownKeyError(Refusal, KeyError):
    """A key or setting that is not declared; the message names the nearest ones.

    It is a ``KeyError`` too, so that ``key in registry`` and ``registry.get`` behave as in any
    mapping.
    """


def unknown(kind: str | Phrase, key: object, known: Iterable[str]) -> UnknownKeyError:
    """The error for ``key``, naming up to three near matches among ``known``."""
    what = kind if isinstance(kind, Phrase) else Phrase(kind)
    names = list(known)
    # Control characters would be written out as long escapes.
    shown = "".join(c if c.isprintable() else "?" for c in str(key)[:SHOWN_CHARACTERS])
    near = difflib.get_close_matches(shown, names, n=3, cutoff=0.5)
    if near:
        return UnknownKeyError(
            "unknown {kind} {key!r}; did you mean {near}?",
            kind=what,
            key=shown,
            near=", ".join(near),
        )
    return UnknownKeyError(
        "unknown {kind} {key!r}; known: {known}",
        kind=what,
        key=shown,
        known=", ".join(names) or Phrase("none"),
    )


class Registry(Mapping[str, Item], Generic[Item]):
    """Items by key, in the order they were declared.

    Raises:
        UnknownKeyError: on looking up a key that is not there.
        ValueError: when a key is declared twice.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, Item] = {}

    def add(self, key: str, item: Item) -> None:
        """Declare ``item`` under ``key``."""
        if key in self._items:
            raise ValueError(f"{self.kind} {key!r} is declared twice")
        self._items[key] = item

    def __getitem__(self, key: str) -> Item:
        item = self._items.get(key) if isinstance(key, str) else None
        if item is None:
            raise unknown(self.kind, key, self._items)
        return item

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
