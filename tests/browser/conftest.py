"""Fixtures for tests in a real browser: a server, Chromium, and pages that must stay clean."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
Browser, Page = sync_api.Browser, sync_api.Page

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0
"""Seconds a server may take to come up on a busy machine."""

FLAGS = [
    # 2D is drawn without a GPU, WebGL by SwiftShader; the other way round 2D crawls.
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    # The browser's own calls home would look like the app's.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]

LOCAL_SCHEMES = ("data", "blob", "about")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def await_health(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the server answers.

    Raises:
        RuntimeError: with the server's output, when it ended or did not come up in time.
    """
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            # The loop polls; the process itself is asked whether it still lives.
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """``serve(path)`` runs ``streamlit run path`` (once a session for each) and returns its address."""
    running: dict[Path, tuple[subprocess.Popen[bytes], str]] = {}

    def start(app: Path) -> str:
        if app in running:
            return running[app][1]
        port = free_port()
        log = tmp_path_factory.mktemp("server") / "output.txt"
        settings = {
            "server.port": port,
            "server.address": "127.0.0.1",
            "server.headless": "true",
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": "false",
        }
        command = [sys.executable, "-m", "streamlit", "run", str(app)]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        address = f"http://127.0.0.1:{port}"
        running[app] = (process, address)
        await_health(process, address, log)
        return address

    yield start
    for process, _ in running.values():
        process.terminate()
    for process, _ in running.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def server(serve: Callable[[Path], str], request: pytest.FixtureRequest) -> str:
    """The address of ``app.py``, or of the app that an indirect parameter names."""
    return serve(Path(getattr(request, "param", ROOT / "app.py")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: ``DOWNHILL_CHROMIUM``, else the one on the path, else Playwright's own.

    One a module: Playwright keeps an event loop running, which tests elsewhere would trip over.
    """
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("DOWNHILL_CHROMIUM") or next(
        filter(None, map(shutil.which, names)), None
    )
    flags = list(FLAGS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=flags)
        yield launched
        launched.close()


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

        def guard(route: sync_api.Route) -> None:
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
                faults.append(f"console: {message.text}") if message.type == "error" else None
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
