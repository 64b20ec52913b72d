"""Lessons as data: one Markdown file each, read, checked and held to what they claim."""

from optim_core.lessons.front_matter import LessonError
from optim_core.lessons.lesson import (
    Ask,
    Choose,
    Guess,
    Lesson,
    Place,
    Rank,
    Status,
    Wording,
    is_right,
)
from optim_core.lessons.library import FOLDER, Library, library, load
from optim_core.lessons.reading import read_lesson
from optim_core.lessons.writing import write_lesson

__all__ = [
    "FOLDER",
    "Ask",
    "Choose",
    "Guess",
    "Lesson",
    "LessonError",
    "Library",
    "Place",
    "Rank",
    "Status",
    "Wording",
    "is_right",
    "library",
    "load",
    "read_lesson",
    "write_lesson",
]
