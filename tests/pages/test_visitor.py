"""The cookie that names a browser: who gets one, and who keeps theirs."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import pytest

from pages.ui.visitor import COOKIE, Message, NamesVisitors, Receive, Send

TAG = b'"version 1"'
NAME = "a" * 24
Headers = list[tuple[bytes, bytes]]


async def page(scope: Message, receive: Receive, send: Send) -> None:
    """A server of one page, which tells who has it already that it has not changed."""
    del receive
    if (b"if-none-match", TAG) in scope["headers"]:
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", TAG)]})
        await send({"type": "http.response.body", "body": b""})
        return
    kind = b"text/javascript" if scope["path"].endswith(".js") else b"text/html; charset=utf-8"
    headers = [(b"content-type", kind), (b"etag", TAG), (b"cache-control", b"no-cache")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html></html>"})


def answer(*headers: tuple[bytes, bytes], path: str = "/", scheme: str = "http") -> Message:
    """What a browser gets that sends these headers."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "scheme": scheme, "headers": list(headers)}
    asyncio.run(NamesVisitors(page)(scope, receive, send))
    return sent[0]


def cookies(message: Message) -> SimpleCookie:
    given = [value.decode() for name, value in message["headers"] if name == b"set-cookie"]
    return SimpleCookie("; ".join(given))


def control(message: Message) -> list[bytes]:
    return [value for name, value in message["headers"] if name == b"cache-control"]


def test_a_browser_without_a_name_gets_one_that_nobody_else_gets() -> None:
    first, second = answer(), answer()
    names = {cookies(one)[COOKIE].value for one in (first, second)}
    assert len(names) == 2
    given = cookies(first)[COOKIE]
    assert given["httponly"]
    assert given["samesite"] == "Lax"
    assert not given["secure"]
    assert control(first) == [b"no-cache, private"]


@pytest.mark.parametrize(
    "proxied", [{"scheme": "https"}, {"headers": (b"x-forwarded-proto", b"https")}]
)
def test_over_https_the_name_goes_nowhere_else(proxied: dict) -> None:
    headers = [proxied.pop("headers")] if "headers" in proxied else []
    assert cookies(answer(*headers, **proxied))[COOKIE]["secure"]


@pytest.mark.parametrize("also", [[], [(b"cookie", b"theme=dark")], [(b"cookie", b"a" * 5000)]])
def test_a_browser_with_a_copy_of_the_page_but_without_a_name_gets_one(also: Headers) -> None:
    got = answer((b"if-none-match", TAG), (b"if-modified-since", b"yesterday"), *also)
    assert got["status"] == 200
    assert COOKIE in cookies(got)


def test_a_browser_with_a_name_keeps_it_and_its_copy_of_the_page() -> None:
    named = (b"cookie", f"theme=dark; {COOKIE}={NAME}".encode())
    whole = answer(named)
    assert (whole["status"], len(cookies(whole))) == (200, 0)
    assert control(whole) == [b"no-cache"]
    copy = answer(named, (b"if-none-match", TAG))
    assert (copy["status"], len(cookies(copy))) == (304, 0)


@pytest.mark.parametrize(
    "name", ["", "short", "a" * 25, "../../etc/passwd-aaaaaaa", f"{'a' * 23}!"]
)
def test_a_name_of_another_form_is_replaced(name: str) -> None:
    got = cookies(answer((b"cookie", f"{COOKIE}={name}".encode())))
    assert len(got[COOKIE].value) == 24
    assert got[COOKIE].value != name


def test_nothing_but_pages_brings_a_name() -> None:
    script = answer(path="/player.js")
    assert len(cookies(script)) == 0
    assert control(script) == [b"no-cache"]
