"""Fixtures for tests in a real browser: a server, Chromium, and pages that must stay clean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from optim_core import Scenario
from optim_core.link import to_query
from tests.browser.chromium import launch
from tests.browser.driving import DESK, PATIENCE, STILL, WITHOUT_3D, settled, state, wait_for
from tests.browser.serving import APP, served

LOOKS_FOR_ITS_SERVER = re.compile(
    r"/(lessons|inside|training|maps|landscape|sharpness)/_stcore/(health|host-config)\b"
)
"""Opened at a page's own address, Streamlit asks below that address first, and is told 404."""

LOCAL_SCHEMES = ("data", "blob", "about")


def is_fault(message: ConsoleMessage) -> bool:
    """Whether a page has told of an error of its own."""
    return message.type == "error" and not LOOKS_FOR_ITS_SERVER.search(str(message.location))


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """``serve(path)`` serves an app (once a session for each) and returns its address."""
    with ExitStack() as running:
        yield cache(lambda app: running.enter_context(served(app)))


@pytest.fixture(scope="session")
def server(serve: Callable[[Path], str], request: pytest.FixtureRequest) -> str:
    """The address of ``app.py``, or of the app that an indirect parameter names."""
    return serve(Path(getattr(request, "param", APP)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one a module: Playwright keeps an event loop running, which tests elsewhere hit."""
    with sync_playwright() as playwright, launch(playwright) as launched:
        yield launched


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(address, script, **context_options)`` opens an address in a fresh context.

    ``script`` runs in the page before its own scripts.

    The test fails at its end if any of its pages logged an error, threw one, or asked another host
    for anything (such requests are not let through).
    """
    contexts = []
    faults: list[str] = []

    def open_address(address: str, script: str = "", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1180, "height": 800}, **options})
        if script:
            context.add_init_script(script)
        contexts.append(context)
        home = urlsplit(address).netloc

        def guard(route: Route) -> None:
            asked = urlsplit(route.request.url)
            if asked.scheme in LOCAL_SCHEMES or asked.netloc == home:
                route.continue_()
            else:
                faults.append(f"asked another host: {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                faults.append(f"console: {message.text}") if is_fault(message) else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "websocket",
            lambda socket: (
                faults.append(f"socket to another host: {socket.url}")
                if urlsplit(socket.url).netloc != home
                else None
            ),
        )
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def visit(open_page: Callable[..., Page], server: str) -> Callable[..., Page]:
    """``visit(scenario or query, solid=..., **options)``: the playground at rest, with its player.

    Without a graphics card drawing in 3D takes most of a visit's time: only tests of what is
    ``solid``, and a few that are to meet everything at once, have a browser that can.
    """

    def opened(
        what: Scenario | str = "", script: str = "", *, solid: bool = False, **options: object
    ) -> Page:
        query = what if isinstance(what, str) else to_query(what)
        page = open_page(
            f"{server}/?{query}",
            script if solid else WITHOUT_3D + script,
            **{"viewport": DESK, **STILL, **options},
        )
        page.set_default_timeout(PATIENCE)
        wait_for(page, "player?.updates >= 1")
        settled(page)
        assert state(page, "error") is None
        return page

    return opened
