"""An experiment in an address: its JSON text deflated and written in letters that need no escapes.

In full, a line-up of eight has some 3,000 letters; deflated, 700. Reading expects the worst: a few
letters may unpack to gigabytes, so unpacking stops where no experiment can be that long.
"""

from __future__ import annotations

import base64
import zlib

from landscapes import Refusal
from optim_core.training import Experiment, ReadExperiment, read_json

MOST_LETTERS = 6_000
"""Of an experiment in an address; some servers on the way refuse more than 8,000 in all."""

MOST_BYTES = 200_000
"""Of the text that it unpacks to."""


def packed(experiment: Experiment) -> str:
    """``experiment`` as letters for an address.

    Raises:
        ValueError: saying why, for one too large for an address.
    """
    pressed = zlib.compress(experiment.to_json().encode(), 9)
    text = base64.urlsafe_b64encode(pressed).decode().rstrip("=")
    if len(text) > MOST_LETTERS:
        raise Refusal("This experiment is too large for a link: fewer entries make it shorter.")
    return text


def read(text: str) -> ReadExperiment:
    """The experiment that the letters of an address stand for, leniently; raises nothing.

    Plain JSON is understood too, for those who write links by hand.
    """
    return read_json(text if text.lstrip().startswith("{") else _unpacked(text))


def _unpacked(text: str) -> str:
    """The JSON text, or an empty one for anything that is none."""
    if len(text) > MOST_LETTERS:
        return ""
    try:
        pressed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(pressed, MOST_BYTES)
        return unpacked.decode() if unpacking.eof else ""
    except (ValueError, zlib.error):
        return ""
