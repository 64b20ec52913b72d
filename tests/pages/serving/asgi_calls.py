"""Calls of ASGI servers without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from pages.ui.serving.asgi import Message, Receive, Send, Server


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def scope_of(
    path: str = "/", headers: Mapping[str, str] | None = None, client: str = "192.0.2.1", **more
) -> Message:
    told = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": told,
        "client": (client, 1234),
        "scheme": "http",
        "root_path": "",
        **more,
    }


def get(
    server: Server, path: str = "/", headers: Mapping[str, str] | None = None, **more
) -> Answer:
    """The answer of ``server`` to one request."""
    answer = Answer()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode().lower(): value.decode() for name, value in message["headers"]
            }
        else:
            answer.body += message.get("body", b"").decode()

    asyncio.run(server(scope_of(path, headers, **more), receive, send))
    return answer


def page(status: int = 200, kind: str = "text/html", **headers: str) -> Server:
    """A server that answers everything with one page."""

    async def answering(scope: Message, receive: Receive, send: Send) -> None:
        told = [(b"content-type", kind.encode())]
        told += [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": b"page"})

    return answering
