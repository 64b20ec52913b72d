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

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.player.joining import joined

FOLDER = Path(__file__).parent / "browser"
PLOTLY = Path(__file__).parents[2] / "assets" / "plotly" / "plotly.min.js"
"""A third of Plotly.js, with the traces that we draw; ``assets/plotly/build.mjs`` makes it."""

SCRIPT = "downhill.js"
ENTRIES = {
    "receiveStage": "main",
    "receiveSweep": "main",
    "showRun": "main",
    "showFigure": "live",
    "showGridMap": "gridmap",
    "showInside": "inside",
}
"""What the components call, each with the script of ``browser/`` that it is of."""

PREFIX = "downhill-assets"
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class Asset:
    """One file, as it is and in each encoding we offer."""

    media_type: str
    plain: bytes
    encoded: dict[str, bytes]


@lru_cache(maxsize=1)
def files() -> dict[str, bytes]:
    """What may be asked for, by name; nothing else is ever served."""
    scripts = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.js"))}
    return {
        SCRIPT: joined(scripts, ENTRIES).encode(),
        PLOTLY.name: PLOTLY.read_bytes(),
        **{path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.css"))},
    }


@lru_cache(maxsize=1)
def version() -> str:
    """A digest of every file."""
    digest = hashlib.blake2b(digest_size=8)
    for name, content in files().items():
        digest.update(name.encode() + content)
    return digest.hexdigest()


@lru_cache(maxsize=64)
def asset(name: str) -> Asset:
    """The file called ``name``, compressed.

    Raises:
        KeyError: when there is no such file.
    """
    plain = files()[name]
    encoded = {"gzip": gzip.compress(plain, compresslevel=9, mtime=0)}
    if importlib.util.find_spec("brotli"):
        # Optional: a fifth smaller where somebody has installed it.
        encoded["br"] = importlib.import_module("brotli").compress(plain, quality=9)
    return Asset(media_type=MEDIA_TYPES[Path(name).suffix], plain=plain, encoded=encoded)


def prepare() -> None:
    """Compress everything now, so that the first visitor does not wait for it."""
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
