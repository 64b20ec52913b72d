"""Styles of containers that are many: of each card, each tile, each row.

Streamlit gives a container one class, made of its key. A selector that looks for a part of that
class (``[class*="st-key-card-"]``) has the browser match the whole page anew whenever a class
changes anywhere, which in a rerun is some ten times. So the files in
``assets/parts`` write ``EACH`` where a key goes on, and here that becomes a list of whole classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import streamlit as st

PARTS = Path(__file__).resolve().parents[2] / "assets" / "parts"

_CLASS = re.compile(r"\.st-key-([\w-]*?)EACH([\w-]*)")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_SAFE = re.compile(r"[\w-]+")


def show_styles(part: str, keys: Iterable[object], more: str = "") -> None:
    """Style the containers of ``part``, a file in ``assets/parts``, and add rules to that.

    Args:
        part: name of the file.
        keys: what stands for EACH, for each container that is drawn.
        more: rules of the caller's own.
    """
    st.html(f"<style>{styles(part, tuple(map(str, keys)))} {more}</style>")


@lru_cache(maxsize=64)
def styles(part: str, keys: tuple[str, ...]) -> str:
    """The rules of ``part`` for containers whose keys end in ``keys``; none without any.

    Raises:
        ValueError: for a key that is no part of a class.
    """
    if any(_SAFE.fullmatch(key) is None for key in keys):
        raise ValueError(f"no part of a class name among {keys!r}")
    if not keys:
        return ""

    def listed(found: re.Match[str]) -> str:
        return f":is({', '.join(f'.st-key-{found[1]}{key}{found[2]}' for key in keys)})"

    text = (PARTS / f"{part}.css").read_text(encoding="utf-8")
    # On one line: Streamlit looks through each line of what it is given for indentation.
    return " ".join(_CLASS.sub(listed, _COMMENT.sub("", text)).split())
