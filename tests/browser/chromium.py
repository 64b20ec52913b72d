"""The Chromium that browser tests and the screenshot drive: found, or else installed.

Run as a script (``make test`` does) it installs one where none is found. A test only finds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.waiting import wait_from_outside

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
ADVICE = (
    "No Chromium was found and none could be installed: install Chromium or Google Chrome and run"
    " make test again (.venv/bin/python -m pytest -m 'not browser' runs all the other tests)."
)
FLAGS = (
    # Charts are drawn by the processor, so that pictures do not depend on a graphics card; WebGL
    # then needs the software renderer's leave.
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    # The browser's own errands: they ask other hosts, and a test asserts that nothing does.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)

Run = Callable[[Sequence[str]], bool]


def starts(command: Sequence[str]) -> bool:
    """Whether ``command`` runs and succeeds; what it prints is not shown."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def shown(command: Sequence[str]) -> bool:
    """Whether ``command`` runs and succeeds; it is announced, and prints what it likes."""
    print("+", *command, flush=True)
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def playwrights_own() -> str:
    """Where Playwright keeps the Chromium that it downloads, whether or not it has."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_chromium(runs: Run = starts, own: str | None = None) -> str | None:
    """The path of a Chromium or Chrome that starts, or None.

    On PATH first, then where macOS keeps applications, then Playwright's ``own`` (asked of
    Playwright if not given). Each is started once: some systems put a ``chromium-browser`` on PATH
    that only says where to get the browser.
    """
    for candidate in _candidates(own):
        if candidate and Path(candidate).exists() and runs([candidate, "--version"]):
            return candidate
    return None


def _candidates(own: str | None) -> Iterator[str | None]:
    yield from (shutil.which(name) for name in NAMES)
    yield from map(str, APPLICATIONS)
    yield own or playwrights_own()


def ways_to_install() -> list[list[list[str]]]:
    """Ways to get a Chromium, best first; each is a list of commands that must all succeed."""
    download = [sys.executable, "-m", "playwright", "install"]
    ways = []
    if shutil.which("apt-get"):
        root = os.geteuid() == 0
        if root or starts(["sudo", "-n", "true"]):
            apt = [*([] if root else ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive"]
            install = [*apt, "apt-get", "install", "-y", "--no-install-recommends", "chromium"]
            # Stale package lists: install again after an update. No package of that name (Ubuntu):
            # Playwright's build, together with the system libraries that it needs.
            ways += [
                [install],
                [[*apt, "apt-get", "update"], install],
                [[*download, "--with-deps", "chromium"]],
            ]
    elif shutil.which("brew"):
        ways += [[["brew", "install", "--cask", "google-chrome"]]]
    return [*ways, [[*download, "chromium"]]]


def install_chromium(run: Run = shown) -> str | None:
    """Install a Chromium by the first way that leads to one that starts; its path, or None."""
    for commands in ways_to_install():
        if all(run(command) for command in commands) and (found := find_chromium()):
            return found
    return None


def launch(playwright: Playwright, **options: Any) -> Browser:
    """Start the Chromium that :func:`find_chromium` finds, headless.

    Raises:
        RuntimeError: when there is none.
    """
    wait_from_outside()
    # Asking a second Playwright while this one runs is an error.
    found = find_chromium(own=playwright.chromium.executable_path)
    if found is None:
        raise RuntimeError(ADVICE)
    # Chromium's sandbox refuses to start as root, which is what containers run as.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=[*FLAGS, *root], **options)


if __name__ == "__main__":
    path = find_chromium() or install_chromium()
    sys.exit(ADVICE if path is None else print(f"Browser tests use {path}"))
