"""Driving the playground in a browser: what the player tells, and waiting until it does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError

from optim_core import Scenario
from optim_core.link import from_query
from pages.player.assets import FOLDER
from pages.player.joining import EXPORT

PATIENCE = 30_000
"""Milliseconds: drawing in 3D without a GPU takes seconds."""

DESK = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
STILL = {"reduced_motion": "reduce"}
MOVING = {"reduced_motion": "no-preference"}
"""Options of a visit. Where less motion is asked for, a run is shown whole and at rest."""

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'

WITHOUT_3D = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest);
};
"""
"""For ``open_page``: a browser that cannot draw in 3D."""

Visit = Callable[..., Page]
"""See the fixture ``visit``."""


def state(page: Page, name: str) -> Any:
    """One of the things that the player shows to tests (``exposed.js``)."""
    return page.evaluate(f"globalThis.downhill_player.{name}")


def ink(page: Page, layer: str) -> list[int]:
    """How many pixels each canvas of a kind has that are not empty."""
    return page.evaluate(
        """(name) => [...document.querySelectorAll(name)].map((canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, i) => i % 4 === 3 && value).length;
        })""",
        layer,
    )


def alone(script: str, expression: str) -> str:
    """For ``page.evaluate``: ``expression``, of its argument ``given`` and what ``script`` has.

    ``script`` is one of the player's that imports nothing.
    """
    text = EXPORT.sub("", (FOLDER / script).read_text(encoding="utf-8"))
    return f"(given) => {{ {text}\n return {expression}; }}"


def wait_for(page: Page, condition: str) -> None:
    """Wait until ``condition``, in terms of ``player``, holds."""
    page.wait_for_function(
        f"(() => {{ const player = globalThis.downhill_player; return {condition}; }})()"
    )


def settled(page: Page) -> None:
    """Wait until the script has run."""
    page.wait_for_selector(READY, state="attached")


def opens(click: Locator, there: Locator, once_open: Locator | None = None) -> None:
    """Click until ``there`` is, as people do where an answer of the server closes what they open.

    What ``once_open`` tells to be open is waited for, not clicked again.
    """
    for patience in (PATIENCE / 10, PATIENCE / 5, PATIENCE):
        if once_open is None or not once_open.count():
            click.click()
        with contextlib.suppress(TimeoutError):
            there.wait_for(timeout=patience)
            return
    there.wait_for(timeout=0.001)


def redrawn(page: Page, change: Callable[[], object]) -> None:
    """Do ``change`` and wait until the player has drawn the run that follows from it."""
    drawn = state(page, "drawn")
    change()
    wait_for(page, f"player.drawn !== {drawn!r}")
    settled(page)


def in_address(page: Page) -> Scenario:
    """The Scenario that the address bar holds."""
    result = from_query(page.url.partition("?")[2])
    assert not result.problems
    return result.scenario
