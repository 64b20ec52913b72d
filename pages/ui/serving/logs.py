"""Logs that a machine can read, and a name for every request, which its lines share.

No line holds an address, a cookie, or what somebody looks at: docs/hosting.md says why.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.serving.asgi import Message, Receive, Send, Server, header

LOG = logging.getLogger("downhill.serving")

HEADER = b"x-request-id"
FORM = re.compile(r"[A-Za-z0-9-]{8,64}")
"""Of a name that a proxy before us may have given."""

_REQUEST: ContextVar[str] = ContextVar("request", default="")
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, request, and what ``extra`` adds."""

    def format(self, record: logging.LogRecord) -> str:
        """``record`` as a line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if "request" not in vars(record) and (name := request_name()):
            line["request"] = name
        line |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(log: str) -> None:
    """Write the logs of this app as ``text`` (warnings) or ``json`` (everything) to the console."""
    logger = logging.getLogger("downhill")
    for old in [one for one in logger.handlers if isinstance(one.formatter, JsonLines)]:
        logger.removeHandler(old)
    logger.propagate = log != "json"
    if log == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
    logger.setLevel(logging.INFO if log == "json" else logging.WARNING)


def request_name() -> str:
    """The name of the request that is being answered; in a page's script, of its tab."""
    if name := _REQUEST.get():
        return name
    if get_script_run_ctx(suppress_warning=True) is not None:
        told = str(st.context.headers.get(HEADER.decode(), ""))
        return told if FORM.fullmatch(told) else ""
    return ""


class NamesRequests:
    """Middleware: gives every request and every tab a name, and notes what became of it.

    Args:
        app: what answers the requests.
    """

    def __init__(self, app: Server) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        told = header(scope, HEADER)
        name = told if FORM.fullmatch(told) else secrets.token_hex(8)
        kept = [one for one in scope["headers"] if one[0] != HEADER]
        named = {**scope, "headers": [*kept, (HEADER, name.encode())]}
        mark = _REQUEST.set(name)
        try:
            await (self._request if scope["type"] == "http" else self._tab)(
                named, receive, send, name
            )
        finally:
            _REQUEST.reset(mark)

    async def _request(self, scope: Message, receive: Receive, send: Send, name: str) -> None:
        began = time.perf_counter()

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, name.encode())]
                status = message["status"]
                kinds = [value for key, value in message["headers"] if key == b"content-type"]
                if status >= 400 or any(kind.startswith(b"text/html") for kind in kinds):
                    LOG.info(
                        "request",
                        extra={
                            "method": scope["method"],
                            "status": status,
                            "milliseconds": round(1000 * (time.perf_counter() - began), 1),
                        },
                    )
            await send(message)

        try:
            await self._app(scope, receive, naming)
        except Exception:
            LOG.exception("request failed")
            raise

    async def _tab(self, scope: Message, receive: Receive, send: Send, name: str) -> None:
        del name
        began = time.perf_counter()
        LOG.info("tab opened")
        try:
            await self._app(scope, receive, send)
        finally:
            LOG.info("tab closed", extra={"seconds": round(time.perf_counter() - began, 1)})
