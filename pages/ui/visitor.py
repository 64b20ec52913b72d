"""Who asks for a run: a random name in a cookie, which the server gives and scripts cannot read.

It is no account: whoever has the cookie may cancel, name and delete the runs of this browser.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

import streamlit as st

COOKIE = "downhill_visitor"
BYTES = 18
"""Of chance in a name: nobody finds another one's by trying."""

KEPT_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any cookie."""

_ALREADY_THERE = (b"if-none-match", b"if-modified-since")
"""What a browser asks with whether its copy of a page is still good."""

_FORM = re.compile(r"[A-Za-z0-9_-]{24}")
_SESSION = "visitor of this session"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def visitor() -> str:
    """The name of this browser; where it takes no cookies, of this session alone."""
    known = str(st.context.cookies.get(COOKIE, ""))
    if _FORM.fullmatch(known):
        return known
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = secrets.token_urlsafe(BYTES)
    return str(st.session_state[_SESSION])


class NamesVisitors:
    """Middleware: gives the cookie with every page to a browser that has none.

    Such a browser gets the page whole even where it has a copy of it: that its copy is still good
    would be told without a type, hence without a cookie.

    Args:
        app: what answers the requests.
    """

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or _named(scope):
            await self._app(scope, receive, send)
            return

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                cookie = (
                    f"{COOKIE}={secrets.token_urlsafe(BYTES)}; Path=/; Max-Age={KEPT_SECONDS};"
                    f" HttpOnly; SameSite=Lax{'; Secure' if _secure(scope) else ''}"
                )
                others = [one for one in message["headers"] if one[0].lower() != b"cache-control"]
                # What names one browser must reach no other through something that keeps pages.
                ours = [(b"cache-control", b"no-cache, private"), (b"set-cookie", cookie.encode())]
                message["headers"] = [*others, *ours]
            await send(message)

        headers = [one for one in scope["headers"] if one[0].lower() not in _ALREADY_THERE]
        await self._app({**scope, "headers": headers}, receive, naming)


def _named(scope: Message) -> bool:
    """Whether the browser has told a name of the right form."""
    given = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        cookies = SimpleCookie(given.decode("latin-1"))
    except CookieError:
        return False
    return COOKIE in cookies and bool(_FORM.fullmatch(cookies[COOKIE].value))


def _is_page(message: Message) -> bool:
    types = (value for name, value in message["headers"] if name.lower() == b"content-type")
    return any(value.startswith(b"text/html") for value in types)


def _secure(scope: Message) -> bool:
    """Whether the browser speaks https to us, or to the proxy before us."""
    told = (value for name, value in scope["headers"] if name == b"x-forwarded-proto")
    return scope.get("scheme") == "https" or b"https" in next(told, b"")
