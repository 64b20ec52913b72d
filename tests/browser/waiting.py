"""Waiting for the page where its policy lets no text be run as code.

Playwright's own ``wait_for_function`` has the page evaluate a text again and again, which the
Content-Security-Policy of our server forbids, as it should. Asked from outside it may.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Error, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

PATIENCE_MILLISECONDS = 30_000.0
BETWEEN_MILLISECONDS = 30.0
GONE = ("Execution context was destroyed", "Cannot find context", "frame was detached")
"""What is said while another document is on its way."""


def wait_for_function(
    page: Page, expression: str, *, arg: Any = None, timeout: float | None = None
) -> None:
    """Wait until ``expression`` is true in the page.

    Raises:
        playwright.sync_api.TimeoutError: with the expression, after ``timeout`` milliseconds.
    """
    patience = PATIENCE_MILLISECONDS if timeout is None else timeout
    deadline = time.monotonic() + patience / 1000
    while True:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:
            if not any(words in str(error) for words in GONE):
                raise
        if time.monotonic() > deadline:
            raise PlaywrightTimeoutError(f"after {patience:g} ms this is not so: {expression}")
        page.wait_for_timeout(BETWEEN_MILLISECONDS)


def wait_from_outside() -> None:
    """Let every page wait so."""
    Page.wait_for_function = wait_for_function  # type: ignore[method-assign, assignment]
