"""QR codes of links, coarse enough for a telephone at the back of a hall."""

from __future__ import annotations

from functools import lru_cache

import segno

ROBUST_BYTES = 213
"""What version 10 (57 modules a side) holds while it can mend 15 % of itself."""

MOST_BYTES = 1_273
"""What version 25 (117 modules a side) holds while it can mend 7 % of itself. On a screen 1080
pixels high its modules are seven pixels wide; the standard goes on to 2,953 bytes, at five."""

QUIET_ZONE = 4
"""Modules of white on each side, as ISO/IEC 18004 asks for."""


def code_of(link: str) -> segno.QRCode | None:
    """The code of ``link``; None where it would be too fine to be read from a distance."""
    size = len(link.encode())
    if size > MOST_BYTES:
        return None
    # A screen has no stains to mend: large modules are worth more than correction. Where the same
    # modules can hold more of it, the library takes more.
    return segno.make(link, error="m" if size <= ROBUST_BYTES else "l", micro=False)


@lru_cache(maxsize=64)
def code_picture(link: str) -> str | None:
    """The code of ``link`` as the address of a picture, a pixel a module, black on white.

    It has its quiet zone and is the same in a dark theme, where readers of codes give up. None
    where there is no code. A long link takes 0.1 s.
    """
    code = code_of(link)
    return None if code is None else code.png_data_uri(border=QUIET_ZONE, dark="#000", light="#fff")
