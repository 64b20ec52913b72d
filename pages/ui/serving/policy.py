"""What a browser may load and run for our pages: the Content-Security-Policy and its companions."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from streamlit import file_util

INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)

KEPT_PRIVATELY = b"private, max-age=86400, immutable"
"""Media are named by a digest of what they hold: a name never means anything else."""


@lru_cache(maxsize=1)
def inline_hashes() -> tuple[str, ...]:
    """Of each script that Streamlit writes into its page, as a policy names it.

    They change with Streamlit's releases, so they are computed from the page that is served.
    """
    page = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    return hashes_in(page)


def hashes_in(page: str) -> tuple[str, ...]:
    """The hashes of the inline scripts of an HTML page."""
    found = []
    for script in INLINE_SCRIPT.finditer(page.replace("\r\n", "\n")):
        if "src=" not in script["attributes"]:
            digest = hashlib.sha256(script["text"].encode()).digest()
            found.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    return tuple(found)


def content_policy(scripts: Sequence[str], ancestors: Sequence[str]) -> str:
    """The policy: everything from our own host, no text run as code.

    Args:
        scripts: hashes of the inline scripts that may run.
        ancestors: sites besides our own whose pages may show ours in a frame.
    """
    rules = {
        "default-src": ("'self'",),
        # Streamlit runs the loader of a component from a blob: address, which only a script that
        # runs already can make.
        "script-src": ("'self'", "blob:", *scripts),
        # Streamlit's own styles are made by scripts, and Plotly's stand on its elements.
        "style-src": ("'self'", "'unsafe-inline'"),
        "img-src": ("'self'", "data:", "blob:"),
        "media-src": ("'self'", "blob:"),
        "font-src": ("'self'", "data:"),
        "connect-src": ("'self'",),
        "worker-src": ("'self'", "blob:"),
        "frame-src": ("'none'",),
        "object-src": ("'none'",),
        "base-uri": ("'self'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'self'", *ancestors),
    }
    return "; ".join(" ".join((rule, *sources)) for rule, sources in rules.items())


def safety_headers(ancestors: Sequence[str]) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that every answer carries."""
    return (
        (b"content-security-policy", content_policy(inline_hashes(), ancestors).encode()),
        (b"x-content-type-options", b"nosniff"),
        # A link holds a whole experiment; other hosts need not read it.
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (b"cross-origin-resource-policy", b"same-origin"),
    )
