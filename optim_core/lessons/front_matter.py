"""The two halves of a lesson's file: TOML between two lines ``+++``, then parts of Markdown.

Whatever is wrong is told with the name of the file and the line, in words that a teacher who wrote
the file can act on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from landscapes import Phrase, Refusal

FENCE = "+++"
MOST_CHARACTERS = 60_000
"""A file that is longer is no lesson."""

PARTS = ("before", "after")
"""The parts of the body, in each language."""

_HEADING = re.compile(r"##\s+([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*:\s*(\w+)\s*")
_TABLE = re.compile(r"\s*\[\[?\s*\"?([\w-]+)\"?\s*\]\]?\s*(#.*)?")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


class LessonError(Refusal):
    """A lesson's file that cannot be read; the message has its name, the line and the reason."""

    def __init__(self, name: str, line: int, problem: Phrase) -> None:
        told = Phrase("{name}, line {line}: {problem}", name=name, line=line, problem=problem)
        super().__init__(told.template, **told.values)
        self.name = name
        self.line = line


@dataclass(frozen=True)
class Source:
    """A lesson's file, taken apart but not yet understood.

    Attributes:
        name: of the file.
        lines: all of it.
        front: the TOML between the fences.
        body: the Markdown after them, by language and part.
    """

    name: str
    lines: tuple[str, ...]
    front: Mapping[str, Any]
    body: Mapping[tuple[str, str], str]

    def fail(self, line: int, problem: Phrase) -> LessonError:
        """The error about ``line``, to be raised."""
        return LessonError(self.name, line, problem)

    def line_of(self, key: str = "", table: str = "", number: int = 0) -> int:
        """Where ``key`` stands in the ``number``-th table called ``table``; else the table's line.

        The top of the file where there is no such table: something is missing from it.
        """
        assigned = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
        # At the top, a key may be the name of a table.
        here, count, found, wanted = not table, -1, 1, table or key
        for place, line in enumerate(self.lines[1:], start=2):
            if line.strip() == FENCE:
                break
            if heading := _TABLE.fullmatch(line):
                count += heading[1] == wanted
                here = heading[1] == wanted and count == number
                if here:
                    found = place
                here = here and bool(table)
            elif here and key and assigned.match(line):
                return place
        return found


def take_apart(text: str, name: str) -> Source:
    """The front matter and the body of ``text``, the file called ``name``.

    Raises:
        LessonError: where the file does not have that form.
    """
    lines = tuple(text.lstrip("\ufeff").splitlines())
    bare = Source(name, lines, {}, {})
    if len(text) > MOST_CHARACTERS:
        most = MOST_CHARACTERS
        raise bare.fail(1, Phrase("the file has more than {most:,} characters", most=most))
    if not lines or lines[0].strip() != FENCE:
        raise bare.fail(1, Phrase("the first line must be {fence}", fence=FENCE))
    fences = [place for place, line in enumerate(lines) if line.strip() == FENCE]
    if len(fences) < 2:
        raise bare.fail(
            1, Phrase("a second line {fence} that ends the front matter is missing", fence=FENCE)
        )
    end = fences[1]
    try:
        # Lines keep their numbers: the first fence becomes an empty line.
        front = tomllib.loads("\n".join(("", *lines[1:end])))
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        at = _AT_LINE.search(told)
        reason = told[: at.start()] if at else told
        raise bare.fail(
            int(at[1]) if at else end + 1, Phrase("this is not TOML: {reason}", reason=reason)
        ) from error
    return Source(name, lines, front, _parts(bare, end + 1))


def _parts(source: Source, start: int) -> dict[tuple[str, str], str]:
    parts: dict[tuple[str, str], list[str]] = {}
    present: list[str] | None = None
    for place, line in enumerate(source.lines[start:], start=start + 1):
        if line.startswith("## "):
            heading = _HEADING.fullmatch(line.rstrip())
            if heading is None or heading[2] not in PARTS:
                raise source.fail(
                    place,
                    Phrase(
                        "a part of the text begins with a line like “{example}”",
                        example="## en: before",
                    ),
                )
            key = (heading[1], heading[2])
            if key in parts:
                raise source.fail(
                    place, Phrase("the part {part} stands here twice", part=line[3:].strip())
                )
            present = parts[key] = []
        elif present is not None:
            present.append(line)
        elif line.strip():
            raise source.fail(
                place,
                Phrase("text stands before the first part (“{example}”)", example="## en: before"),
            )
    return {key: "\n".join(lines).strip() for key, lines in parts.items()}
