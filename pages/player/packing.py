"""The message between Python and the player: a JSON header and raw arrays in one ``bytes``.

Layout: uint32 length of the header (little endian), the header (UTF-8 JSON, padded with spaces to a
multiple of 4), then the arrays, each starting at a multiple of 4. ``unpack.js`` reads the same.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST = 1e30
"""Plotly.js draws with float32 and stretches axes to any value: beyond this there is only a gap."""

SMALLEST = 1e-30
"""Below this a number is zero: subnormal numbers break the axes of Plotly.js."""

TYPES: dict[str, str] = {"float32": "<f4", "uint16": "<u2", "int32": "<i4"}


def drawable(values: ArrayLike) -> NDArray[np.float32]:
    """``values`` as drawable float32: NaN (a gap) for NaN, infinite and beyond ``LARGEST``."""
    wide = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        size = np.abs(wide)
        kept = np.where(size <= LARGEST, wide, np.nan)
    return np.where(size < SMALLEST, 0.0, kept).astype(np.float32)


def pack(header: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """One message of ``header`` (JSON values) and ``arrays`` (float32, uint16 or int32).

    Raises:
        ValueError: for an array of another type, or a header value that JSON lacks (NaN).
    """
    described: dict[str, object] = {}
    blocks: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        kind = array.dtype.name
        if kind not in TYPES:
            raise ValueError(f"array {name!r} has type {kind}; known: {', '.join(TYPES)}")
        block = np.ascontiguousarray(array, dtype=TYPES[kind]).tobytes()
        block += bytes(-len(block) % 4)
        described[name] = {"type": kind, "shape": list(array.shape), "offset": offset}
        blocks.append(block)
        offset += len(block)
    text = json.dumps(
        {**header, "arrays": described},
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    ).encode()
    text += b" " * (-len(text) % 4)
    return b"".join((struct.pack("<I", len(text)), text, *blocks))


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays of a message that :func:`pack` made."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    arrays: dict[str, NDArray[Any]] = {}
    for name, entry in header.pop("arrays").items():
        count = int(np.prod(entry["shape"], dtype=np.int64))
        start = 4 + length + entry["offset"]
        flat = np.frombuffer(message, dtype=TYPES[entry["type"]], count=count, offset=start)
        arrays[name] = flat.reshape(entry["shape"])
    return header, arrays
