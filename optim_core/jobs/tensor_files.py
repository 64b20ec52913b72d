"""Named numpy arrays in one file, in the safetensors format: nothing in it can be executed.

The format: eight bytes with the little-endian length of a header, the header (JSON: for each name
its type, shape and place), then the raw values. Every library that reads safetensors reads these.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAX_HEADER = 1_000_000
ALIGNMENT = 8
"""Values begin at a multiple of this: then any library can map them without a copy."""

TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "|u1",
    "BOOL": "|b1",
}
NAMES = {np.dtype(code): name for name, code in TYPES.items()}


class UnreadableFileError(ValueError):
    """A file that is not, or no longer, a safetensors file."""


def pack(arrays: Mapping[str, Array]) -> bytes:
    """The bytes of a file that holds ``arrays``.

    Raises:
        TypeError: for an array of another type than numbers and truth values.
    """
    head, parts = laid_out(arrays)
    return b"".join([head, *(part.tobytes() for part in parts)])


def laid_out(arrays: Mapping[str, Array]) -> tuple[bytes, list[Array]]:
    """The beginning of a file that holds ``arrays``, and what follows in order.

    Arrays that lie in memory as they will in the file are not copied.

    Raises:
        TypeError: for an array of another type than numbers and truth values.
    """
    header: dict[str, Any] = {}
    parts: list[Array] = []
    place = 0
    # Widest types first, so that every array begins at a multiple of its own width.
    for name, array in sorted(arrays.items(), key=lambda pair: -np.asarray(pair[1]).itemsize):
        values = np.asarray(array)
        little = values.astype(values.dtype.newbyteorder("<"), copy=False)
        if little.dtype not in NAMES:
            raise TypeError(f"{name!r} holds {values.dtype}, which safetensors cannot")
        header[name] = {
            "dtype": NAMES[little.dtype],
            "shape": list(values.shape),
            "data_offsets": [place, place + little.nbytes],
        }
        parts.append(np.ascontiguousarray(little))
        place += little.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    if len(text) > MAX_HEADER:
        raise TypeError("too many arrays for one file")
    return struct.pack("<Q", len(text)) + text, parts


def unpack(data: bytes) -> dict[str, Array]:
    """The arrays of a file, read-only, without copying them.

    Raises:
        UnreadableFileError: when the bytes are cut short or not of this format.
    """
    if len(data) < 8:
        raise UnreadableFileError("too short")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(MAX_HEADER, len(data) - 8):
        raise UnreadableFileError("the header is longer than the file")
    try:
        header = json.loads(data[8 : 8 + length])
        values = memoryview(data)[8 + length :]
        return {name: read_one(entry, values) for name, entry in header.items() if name[:2] != "__"}
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise UnreadableFileError(str(error)) from error


def read_one(entry: Mapping[str, Any], values: memoryview) -> Array:
    """One array of a file whose header says ``entry``.

    Raises:
        ValueError: when place, type and shape do not fit together (numpy raises it too).
        KeyError: when one of them is missing.
        TypeError: when one of them is something else.
    """
    kind = np.dtype(TYPES[entry["dtype"]])
    shape = tuple(int(size) for size in entry["shape"])
    start, end = (int(place) for place in entry["data_offsets"])
    if min(0, start, *shape) < 0 or end > len(values):
        raise ValueError("an array lies outside the file")
    # numpy refuses a shape that does not fit the size.
    return np.frombuffer(values[start:end], dtype=kind).reshape(shape)


def write_file(path: Path, *parts: bytes | Array) -> None:
    """Put ``parts`` at ``path``, whole or not at all, whatever happens to this process or machine.

    Args:
        path: of the file.
        parts: what it holds, in order; arrays must be contiguous.

    Raises:
        OSError: when it cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as file:
            for part in parts:
                file.write(part if isinstance(part, bytes) else part.data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def read_file(path: Path) -> dict[str, Array]:
    """The arrays in the file at ``path``.

    Raises:
        OSError: when there is none.
        UnreadableFileError: when it is damaged.
    """
    return unpack(path.read_bytes())
