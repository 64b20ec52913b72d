"""Catalogues of translations: gettext's .po files, read as they are, without a compiled copy.

The format is that of the GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO
Files".
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import GNUTranslations
from io import BytesIO

_MAGIC, _HEADER_BYTES = 0x950412DE, 28
_KEYWORD = re.compile(r'(msgid|msgid_plural|msgstr|msgstr\[\d+\])\s+(".*")')


@dataclass(frozen=True)
class Message:
    """One entry of a catalogue.

    Attributes:
        source: English text; empty for the header.
        plural: its plural form, where it has one.
        translations: one text, or one for each plural form of the language; empty when missing.
        comments: the lines above it that begin with ``#``.
    """

    source: str
    plural: str = ""
    translations: tuple[str, ...] = ("",)
    comments: tuple[str, ...] = ()

    @property
    def fuzzy(self) -> bool:
        """Whether a person still has to look at it: a guess is not shown to anybody."""
        return any(line.startswith("#,") and "fuzzy" in line for line in self.comments)


def read(text: str) -> Iterator[Message]:
    """The messages of a .po file, the header with its empty source among them.

    Raises:
        ValueError: for a line that does not belong into such a file, with the line.
    """
    for block in re.split(r"\n\s*\n", text):
        comments: list[str] = []
        fields: dict[str, str] = {}
        keyword = ""
        for line in filter(None, map(str.strip, block.splitlines())):
            if line.startswith("#"):
                comments.append(line)
                continue
            quoted = line
            if found := _KEYWORD.fullmatch(line):
                keyword, quoted = found.groups()
            if not keyword or not line.endswith('"'):
                raise ValueError(f"not a line of a catalogue: {line!r}")
            # The escapes of the format are among those of JSON.
            fields[keyword] = fields.get(keyword, "") + json.loads(quoted)
        if fields:
            texts = [value for name, value in fields.items() if name.startswith("msgstr")]
            plural = fields.get("msgid_plural", "")
            yield Message(fields["msgid"], plural, tuple(texts), tuple(comments))


def translations(messages: Sequence[Message]) -> GNUTranslations:
    """``messages`` as Python's gettext uses them; what is fuzzy or missing stays English."""
    pairs = sorted(
        (
            "\0".join(filter(None, (message.source, message.plural))).encode(),
            "\0".join(message.translations).encode(),
        )
        for message in messages
        if not message.fuzzy and all(message.translations)
    )
    # Two tables of (length, offset), then the texts they point to, each closed by a zero byte.
    table_bytes = 8 * len(pairs)
    texts = bytearray()
    tables: list[tuple[int, int]] = []
    for column in range(2):
        for pair in pairs:
            tables.append((len(pair[column]), _HEADER_BYTES + 2 * table_bytes + len(texts)))
            texts += pair[column] + b"\0"
    header = (_MAGIC, 0, len(pairs), _HEADER_BYTES, _HEADER_BYTES + table_bytes, 0, 0)
    numbers = [number for entry in tables for number in entry]
    compiled = struct.pack(f"<{len(header) + len(numbers)}I", *header, *numbers) + texts
    return GNUTranslations(BytesIO(compiled))
