"""The files that the player loads in the browser, served by our own server and no other.

Each is compressed once and kept for good by the browser: the address carries a digest of them all,
so a changed file has a changed address.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "browser"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PREFIX = "downhill-assets"
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class Asset:
    """One file, as it is and in each encoding we offer."""

    media_type: str
    plain: bytes
    encoded: dict[str, bytes]


def files() -> dict[str, Path]:
    """What may be asked for, by name; nothing else is ever read."""
    ours = {path.name: path for path in sorted(FOLDER.iterdir()) if path.suffix in MEDIA_TYPES}
    return {**ours, PLOTLY.name: PLOTLY}


@lru_cache(maxsize=1)
def version() -> str:
    """A digest of every file; Plotly.js, which is large and has releases, by its version."""
    digest = hashlib.blake2b(digest_size=8)
    digest.update(plotly.__version__.encode())
    for name, path in files().items():
        if path != PLOTLY:
            digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def asset(name: str) -> Asset:
    """The file called ``name``, compressed.

    Raises:
        KeyError: when there is no such file.
    """
    path = files()[name]
    plain = path.read_bytes()
    encoded = {"gzip": gzip.compress(plain, compresslevel=9, mtime=0)}
    if importlib.util.find_spec("brotli"):
        # Optional: a fifth smaller where somebody has installed it.
        encoded["br"] = importlib.import_module("brotli").compress(plain, quality=9)
    return Asset(media_type=MEDIA_TYPES[path.suffix], plain=plain, encoded=encoded)


def prepare() -> None:
    """Compress everything now (half a second), so that the first visitor does not wait for it."""
    for name in files():
        asset(name)


def url(name: str) -> str:
    """The address of the file called ``name``, without the host."""
    return f"{_root()}/{version()}/{name}"


def routes() -> list[Route]:
    """The routes for ``st.App(routes=...)``."""
    return [Route(f"{_root()}/{{version}}/{{name}}", _serve, methods=["GET", "HEAD"])]


def _root() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/{PREFIX}" if base else f"/{PREFIX}"


def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if request.path_params["version"] != version() or name not in files():
        return Response("no such file", status_code=404, media_type="text/plain")
    found = asset(name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    for encoding in ("br", "gzip"):
        if encoding in accepted and encoding in found.encoded:
            headers["Content-Encoding"] = encoding
            return Response(found.encoded[encoding], media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=headers)


def _accepted(header: str) -> set[str]:
    """The encodings that an ``Accept-Encoding`` header allows (``gzip;q=0`` forbids one)."""
    allowed = set()
    for part in header.split(","):
        name, _, parameters = part.strip().partition(";")
        if parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            allowed.add(name.strip().lower())
    return allowed
