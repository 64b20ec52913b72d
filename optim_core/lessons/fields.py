"""Fields of a lesson's front matter: taken one by one, each with the type that it must have."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from landscapes import Phrase
from optim_core.lessons.front_matter import LessonError, Source


class Table:
    """A table of the front matter; what it holds is asked for by key and type.

    Every method raises a LessonError, with the line, where the file holds something else.

    Args:
        source: the file.
        values: what the table holds.
        name: its name; empty for the top of the file.
        number: which of several tables of that name it is, from 0.
    """

    def __init__(
        self, source: Source, values: Mapping[str, Any], name: str = "", number: int = 0
    ) -> None:
        self._source = source
        self._values = values
        self._name = name
        self._number = number

    def fail(self, key: str, problem: Phrase) -> LessonError:
        """The error about ``key``, to be raised."""
        return self._source.fail(self._source.line_of(key, self._name, self._number), problem)

    def only(self, *known: str) -> None:
        """Hold the table to the keys ``known``."""
        for key in self._values:
            if key not in known:
                told = Phrase("{key} is unknown; known: {known}", key=key, known=_listed(known))
                raise self.fail(key, told)

    def has(self, key: str) -> bool:
        """Whether there is something under ``key``."""
        return key in self._values

    def raw(self, key: str) -> Any:
        """Whatever stands under ``key``."""
        return self._values.get(key)

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text that is not empty; ``otherwise`` where there is none."""
        value = self._wanted(key, otherwise)
        if not isinstance(value, str) or (key in self._values and not value.strip()):
            raise self.fail(key, Phrase("{key} must be a text", key=key))
        return " ".join(value.split())

    def one_of(self, key: str, known: tuple[str, ...], otherwise: str | None = None) -> str:
        """One of the texts ``known``."""
        value = self._wanted(key, otherwise)
        if value not in known:
            told = Phrase("{key} must be one of: {known}", key=key, known=_listed(known))
            raise self.fail(key, told)
        return str(value)

    def whole(self, key: str, low: int, high: int, otherwise: int | None = None) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._wanted(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            told = Phrase(
                "{key} must be a whole number from {low} to {high}", key=key, low=low, high=high
            )
            raise self.fail(key, told)
        return value

    def number(self, key: str) -> float:
        """A finite number."""
        value = self._wanted(key, None)
        if not _is_number(value):
            raise self.fail(key, Phrase("{key} must be a number", key=key))
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where there is none."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.fail(key, Phrase("{key} must be a list of texts", key=key))
        return tuple(" ".join(one.split()) for one in value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        value = self._wanted(key, None)
        if not isinstance(value, list) or not all(map(_is_number, value)):
            raise self.fail(key, Phrase("{key} must be a list of numbers", key=key))
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table under ``key``."""
        value = self._wanted(key, None)
        if not isinstance(value, dict):
            raise self.fail(key, Phrase("{key} must be a table: [{key}]", key=key))
        return Table(self._source, value, key)

    def tables(self, key: str) -> list[Table]:
        """The tables under ``key``, perhaps none."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fail(key, Phrase("{key} must be tables: [[{key}]]", key=key))
        return [Table(self._source, one, key, place) for place, one in enumerate(value)]

    def _wanted(self, key: str, otherwise: Any) -> Any:
        if key in self._values:
            return self._values[key]
        if otherwise is None:
            told = Phrase("{key} is missing", key=key)
            if self._name:
                told = Phrase("{key} is missing in the table {table}", key=key, table=self._name)
            raise self.fail("", told)
        return otherwise


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known)
