"""Middleware: the headers of every answer, and how long browsers keep media."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui.serving.asgi import Message, Receive, Send, Server, own_path
from pages.ui.serving.policy import KEPT_PRIVATELY, safety_headers

MEDIA = "/media/"


class AddsHeaders:
    """Gives every answer the policy, and media without a lifetime one.

    Without a lifetime a browser asks for the logo again at every rerun.

    Args:
        app: what answers the requests.
        ancestors: sites whose pages may show ours in a frame.
    """

    def __init__(self, app: Server, ancestors: Sequence[str] = ()) -> None:
        self._app = app
        self._headers = safety_headers(ancestors)
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [one for one in message["headers"] if one[0].lower() not in self._names]
                if MEDIA in own_path(scope) and message["status"] in (200, 206):
                    kept = [one for one in kept if one[0].lower() != b"cache-control"]
                    kept.append((b"cache-control", KEPT_PRIVATELY))
                message["headers"] = [*kept, *self._headers]
            await send(message)

        await self._app(scope, receive, adding)
