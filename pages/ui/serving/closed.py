"""Middleware: doors of Streamlit's server that this app does not use, or shows to nobody."""

from __future__ import annotations

from pages.ui.serving.asgi import Message, Receive, Send, Server, answer, own_path
from pages.ui.serving.permission import Permission

UNUSED = ("/_stcore/upload_file/", "/_stcore/agent/", "/_stcore/script-health-check")
"""Nothing is uploaded here; an open upload would fill the memory."""

OPERATORS = ("/_stcore/metrics",)
"""For whoever knows the operator's token."""


class ClosesDoors:
    """Answers 404 where nobody has any business.

    Args:
        app: what answers the requests.
        permission: who may see what is the operator's.
    """

    def __init__(self, app: Server, permission: Permission) -> None:
        self._app = app
        self._permission = permission

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            path = f"{own_path(scope)}/"
            hidden = any(f"{door}/" in path for door in OPERATORS)
            if any(door in path for door in UNUSED) or (
                hidden and not self._permission.given(scope)
            ):
                await answer(send, 404, "not found")
                return
        await self._app(scope, receive, send)
