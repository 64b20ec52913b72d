"""The message between Python and the player: a JSON header and raw arrays in one ``bytes``.

Layout: uint32 length of the header (little endian), the header (UTF-8 JSON, padded with spaces to a
multiple of 4), then the arrays, each starting at a multiple of 4; last, deflated as one (RFC 1950),
the arrays that are :class:`Squeezed`. ``unpack.js`` reads the same.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST = 1e30
"""Plotly.js draws with float32 and stretches axes to any value: beyond this there is only a gap."""

SMALLEST = 1e-30
"""Below this a number is zero: subnormal numbers break the axes of Plotly.js."""

TYPES: dict[str, str] = {"float32": "<f4", "uint16": "<u2", "int32": "<i4"}

MANY = 300_000
"""Bytes from which a quick deflating is worth a twelfth more of them."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Squeezed:
    """An array (R, V) to be deflated, the bytes of like weight side by side.

    ``deltas`` first takes the differences along V of the bit patterns as whole numbers, without
    loss (modulo 2**bits): neighbours on a path share their first bytes.
    """

    array: Array
    deltas: bool = True


def drawable(values: ArrayLike) -> NDArray[np.float32]:
    """``values`` as drawable float32: NaN (a gap) for NaN, infinite and beyond ``LARGEST``."""
    wide = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        size = np.abs(wide)
        kept = np.where(size <= LARGEST, wide, np.nan)
    return np.where(size < SMALLEST, 0.0, kept).astype(np.float32)


def pack(header: Mapping[str, object], arrays: Mapping[str, Array | Squeezed]) -> bytes:
    """One message of ``header`` (JSON values) and ``arrays`` (float32, uint16 or int32).

    Raises:
        ValueError: for an array of another type, a squeezed one that has not two axes, or a header
            value that JSON lacks (NaN).
    """
    described, body = _body(arrays)
    return _joined({**header, **described}, body)


@dataclass(frozen=True)
class Packed:
    """Arrays that are packed already, for messages that differ in their headers only.

    Attributes:
        described: what the header says about them.
        body: their bytes.
    """

    described: Mapping[str, object]
    body: bytes


def pack_arrays(arrays: Mapping[str, Array | Squeezed]) -> Packed:
    """The arrays of a message.

    Raises:
        ValueError: for an array of another type, or a squeezed one that has not two axes.
    """
    return Packed(*_body(arrays))


def pack_named(
    header: Mapping[str, object], arrays: Mapping[str, Array | Squeezed] | Packed
) -> tuple[bytes, str]:
    """The message of :func:`pack` with its ``digest`` in the header, and that digest."""
    packed = arrays if isinstance(arrays, Packed) else pack_arrays(arrays)
    body = packed.body
    whole = {**header, **packed.described}
    digest = hashlib.blake2b(_joined(whole, body), digest_size=8).hexdigest()
    return _joined({**whole, "digest": digest}, body), digest


def _body(arrays: Mapping[str, Array | Squeezed]) -> tuple[dict[str, object], bytes]:
    """What the header says about the arrays, and their bytes."""
    plain, squeezed = bytearray(), bytearray()
    described: dict[str, dict[str, object]] = {"arrays": {}}
    for name, given in arrays.items():
        array = given.array if isinstance(given, Squeezed) else given
        kind = array.dtype.name
        if kind not in TYPES:
            raise ValueError(f"array {name!r} has type {kind}; known: {', '.join(TYPES)}")
        exact = np.ascontiguousarray(array, dtype=TYPES[kind])
        place: dict[str, object] = {"type": kind, "shape": list(array.shape)}
        if isinstance(given, Squeezed):
            place |= {"deltas": given.deltas, "within": len(squeezed)}
            squeezed += _sorted(name, exact, given.deltas)
        else:
            place["offset"] = len(plain)
            plain += exact.tobytes()
            plain += bytes(-len(plain) % 4)
        described["arrays"][name] = place
    if not squeezed:
        return dict(described), bytes(plain)
    pressed = _deflated(bytes(squeezed))
    where = {"offset": len(plain), "bytes": len(pressed)}
    return {**described, "squeezed": where}, bytes(plain) + pressed


def _sorted(name: str, array: Array, deltas: bool) -> bytes:
    """The lowest bytes of all the numbers, then the next: unlike bytes do not compress."""
    if array.ndim != 2:
        raise ValueError(f"array {name!r} has {array.ndim} axes; only two can be squeezed")
    width = array.dtype.itemsize
    whole = array.view(f"<u{width}")
    if deltas:
        whole = whole.copy()
        whole[:, 1:] -= array.view(f"<u{width}")[:, :-1]
    return whole.reshape(-1, 1).view(np.uint8).T.tobytes()


@lru_cache(maxsize=16)
def _deflated(body: bytes) -> bytes:
    """``body`` deflated; a rerun that changes no path finds it here."""
    return zlib.compress(body, level=6 if len(body) < MANY else 1)


def _joined(header: Mapping[str, object], body: bytes) -> bytes:
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join((struct.pack("<I", len(text)), text, body))


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header and the arrays of a message that :func:`pack` made."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    begin = 4 + length
    inflated = b""
    if where := header.pop("squeezed", None):
        first = begin + where["offset"]
        inflated = zlib.decompress(message[first : first + where["bytes"]])
    arrays: dict[str, Array] = {}
    for name, entry in header.pop("arrays").items():
        count = int(np.prod(entry["shape"], dtype=np.int64))
        kind = np.dtype(TYPES[entry["type"]])
        if "within" in entry:
            first = entry["within"]
            block = np.frombuffer(inflated, np.uint8, count * kind.itemsize, first)
            whole = block.reshape(kind.itemsize, count).T.copy().view(f"<u{kind.itemsize}")
            whole = whole.reshape(entry["shape"])
            if entry["deltas"]:
                whole = np.cumsum(whole, axis=1, dtype=whole.dtype)
            arrays[name] = whole.view(kind)
        else:
            flat = np.frombuffer(message, kind, count, begin + entry["offset"])
            arrays[name] = flat.reshape(entry["shape"])
    return header, arrays
