"""The few words of ASGI that the middleware shares."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Server = Callable[[Message, Receive, Send], Awaitable[None]]

NETWORK_BITS = 64
"""Of an IPv6 address: one household or lecture hall has all the addresses that begin with them."""


def header(scope: Message, name: bytes) -> str:
    """The value of a request's header; empty where there is none."""
    found = next((value for key, value in scope["headers"] if key == name), b"")
    return bytes(found).decode("latin-1")


def own_path(scope: Message) -> str:
    """The path that is asked for."""
    return str(scope.get("path", ""))


def address_of(scope: Message) -> str:
    """Where a request comes from, as far as limits care; empty where the server cannot know.

    Behind a proxy the server puts the visitor's address here itself, if it has been told to trust
    the proxy (uvicorn's FORWARDED_ALLOW_IPS): what a visitor writes into a header never counts.
    """
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ipaddress.ip_address(str(client[0]).partition("%")[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK_BITS), strict=False))
    return str(address)


async def answer(
    send: Send,
    status: int,
    text: str,
    *,
    kind: str = "text/plain; charset=utf-8",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Answer a request with ``text``."""
    body = text.encode()
    own = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*own, (b"cache-control", b"no-store"), *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})
