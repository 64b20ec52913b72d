"""Make docs/screenshot.png: start the app, play to the end, take the picture.

``make screenshot`` runs it. ``python -m docs.screenshot QUERY FILE`` takes another picture: of the
experiment that QUERY holds (``"?surface=..."``, as the app's own links have it).
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.chromium import launch

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "screenshot.png"
SIZE: ViewportSize = {"width": 1440, "height": 900}
START_SECONDS = 120
"""A cold start imports torch from a disk that may be slow."""

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """The app's address while it is being served.

    Raises:
        RuntimeError: when the server ends, or does not answer within :data:`START_SECONDS`.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = [f"--server.port={port}", "--server.address=localhost", "--server.headless=true"]
    server = subprocess.Popen([*command, *options], cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        wait_until_healthy(server, address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    """Return as soon as the server says that it is well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the app ended with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the app did not answer within {START_SECONDS} seconds")


def play_to_the_end(page: Page) -> None:
    """Wait for the page and its player, and show the last step."""
    page.wait_for_selector(IDLE, timeout=60_000)
    page.wait_for_function("() => globalThis.downhill_player", timeout=60_000)


def take(query: str = "", file: str | Path = PICTURE) -> None:
    """Take the picture of the app opened at ``query`` into ``file``."""
    with served() as address, sync_playwright() as playwright, launch(playwright) as browser:
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{address}/{query}")
        play_to_the_end(page)
        page.screenshot(path=file)


if __name__ == "__main__":
    take(*sys.argv[1:])
