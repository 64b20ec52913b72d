"""What Streamlit reads as Markdown: read from its own descriptions of its arguments."""

from __future__ import annotations

import inspect
import re
from functools import lru_cache

import streamlit as st

NO_ELEMENTS = {"column_config", "components", "connection", "context", "query_params", "secrets"}
NO_ELEMENTS |= {"session_state", "testing", "user"}
"""What ``st`` has besides functions; some of it is there only while a page runs."""

GUESSING = {"write", "write_stream"}
"""These do with a value whatever fits it; files have methods of the same name."""

UNSAID = {
    "metric": ("delta_description",),
    "pills": ("format_func",),
    "radio": ("captions", "format_func"),
    "segmented_control": ("format_func",),
    "select_slider": ("format_func",),
}
"""Arguments that are read as Markdown, or become what is, and whose description does not say so."""

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
_ARGUMENT = re.compile(r"^\*{0,2}(\w+) : (.*?)(?=^\*{0,2}\w+ : |\Z)", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=1)
def markdown_arguments() -> dict[str, dict[str, int]]:
    """By function of Streamlit: the arguments that it reads as Markdown, and their places.

    A description that mentions Markdown for another reason puts one too many on the list.
    """
    found: dict[str, dict[str, int]] = {}
    for name in set(dir(st)) - NO_ELEMENTS - GUESSING:
        function = getattr(st, name)
        section = _SECTION.search(inspect.getdoc(function) or "")
        if name.startswith("_") or not callable(function) or section is None:
            continue
        places = list(inspect.signature(function).parameters)
        read = [key for key, told in _ARGUMENT.findall(section[1]) if "markdown" in told.lower()]
        read = [key for key in (*read, *UNSAID.get(name, ())) if key in places]
        if read:
            found[name] = {key: places.index(key) for key in read}
    return found
