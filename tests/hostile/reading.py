"""A tab that looks at every text it is sent: whether a browser would take it for markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.tabs import Run, Tab

MARKED = (
    "<b>pwn</b>",
    "<script>window.pwn=1</script>",
    "![pwn](http://example.com/a.png)",
    "[pwn](javascript:pwn)",
    "**pwn**",
    "$pwn$",
    "`pwn`",
    ":material/pwn:",
    ":red[pwn]",
    "http://pwn.example.com/",
)
"""Markup to be found again wherever it comes out."""

AS_TEXT = (
    "bidi_component.json",
    "code.code_text",
    "multiselect.options",
    "multiselect.raw_values",
    "page_info_changed.query_string",
    "page_link.query_string",
    "selectbox.options",
    "selectbox.raw_value",
    "text_area.default",
    "text_area.value",
    "text_input.default",
    "text_input.value",
)
"""Fields that browsers show as they are, that scripts of ours read, or that are addresses; all
other texts are, or could be, Markdown or HTML."""


class Reader(Tab):
    """A tab that keeps what it was sent as markup.

    Attributes:
        markup: places where a hostile text came as it is, with the text.
        notices: what pages said in passing, such as that a link could not be read.
        warnings: what they said in their place, such as that something is too much to compute.
    """

    def __init__(self, address: str, query: str = "", page: str = "") -> None:
        super().__init__(address, query=query, page=page)
        self.markup: list[tuple[str, str]] = []
        self.notices: list[str] = []
        self.warnings: list[str] = []

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        for place, text in texts(message):
            if any(marked in text for marked in MARKED) and not place.endswith(AS_TEXT):
                self.markup.append((place, text[:300]))
            if place.endswith(".toast.body"):
                self.notices.append(text)
            elif place.endswith(".alert.body"):
                self.warnings.append(text)
        return super()._take(message, run)


def texts(message: Message, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a message with the names of the fields that lead to it.

    Tables come as bytes, in which their texts stand as they are.
    """
    for field, value in message.ListFields():
        inside = f"{place}.{field.name}"
        for one in _items(field, value):
            if isinstance(one, Message):
                yield from texts(one, inside)
            elif isinstance(one, str):
                yield inside, one
            elif isinstance(one, bytes) and ".table" in inside:
                yield inside, one.decode("utf-8", "replace")


def _items(field: FieldDescriptor, value: Any) -> list[Any]:
    if not field.is_repeated:
        return [value]
    if hasattr(value, "items"):
        return [*value, *(value[key] for key in value)]
    return list(value)
