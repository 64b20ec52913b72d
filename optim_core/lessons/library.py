"""The lessons that come with the app: every Markdown file of ``assets/lessons``, read once.

A file that cannot be read costs only itself: the others are there, and what is wrong is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from landscapes import Phrase
from optim_core.lessons.lesson import Lesson
from optim_core.lessons.reading import problem_of, read_lesson

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "lessons"
DOCTOR = "doctor"
"""The folder within it of the cases that show a loss curve only."""


@dataclass(frozen=True)
class Library:
    """Lessons by key.

    Attributes:
        lessons: those of the lecture, in their order.
        cases: those of the doctor, in theirs.
        problems: a sentence for each file that could not be read.
    """

    lessons: Mapping[str, Lesson]
    cases: Mapping[str, Lesson]
    problems: tuple[Phrase, ...] = ()

    def find(self, key: str) -> Lesson | None:
        """The lesson or case called ``key``; None where there is none."""
        return self.lessons.get(key) or self.cases.get(key)


def load(folder: Path = FOLDER) -> Library:
    """What ``folder`` and its folder of cases hold. Raises nothing."""
    problems: list[Phrase] = []
    lessons = _read(folder, problems)
    cases = _read(folder / DOCTOR, problems)
    for key in sorted(lessons.keys() & cases.keys()):
        problems.append(Phrase("{name} is there twice.", name=f"{key}.md"))
    return Library(MappingProxyType(lessons), MappingProxyType(cases), tuple(problems))


def _read(folder: Path, problems: list[Phrase]) -> dict[str, Lesson]:
    found: list[Lesson] = []
    for file in sorted(folder.glob("*.md")):
        if file.stem == "README":
            continue
        try:
            found.append(read_lesson(file.read_text(encoding="utf-8"), file.name))
        except (ValueError, OSError) as error:
            problems.append(problem_of(error, file.name))
    return {lesson.key: lesson for lesson in sorted(found, key=lambda one: (one.order, one.key))}


@lru_cache(maxsize=1)
def library() -> Library:
    """The lessons of this app."""
    return load()
