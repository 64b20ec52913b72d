"""A read-only dictionary of named things whose errors help: the shape of every registry here."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
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
        self._found: dict[str, Callable[[str], Item]] = {}

    def add(self, key: str, item: Item) -> None:
        """Declare ``item`` under ``key``."""
        if key in self._items:
            raise ValueError(f"{self.kind} {key!r} is declared twice")
        self._items[key] = item

    def find_under(self, prefix: str, find: Callable[[str], Item]) -> None:
        """Answer the keys that begin with ``prefix``, which are not listed, by ``find(key)``.

        For what is made while the program runs. ``find`` raises :class:`UnknownKeyError` for a key
        that there is nothing under.
        """
        self._found[prefix] = find

    def finds(self, key: object) -> bool:
        """Whether ``key`` is one of those that are looked for and not listed."""
        return isinstance(key, str) and key.startswith(tuple(self._found))

    def __getitem__(self, key: str) -> Item:
        item = self._items.get(key) if isinstance(key, str) else None
        if item is not None:
            return item
        if self.finds(key):
            prefix = next(prefix for prefix in self._found if key.startswith(prefix))
            return self._found[prefix](key)
        raise unknown(self.kind, key, self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
