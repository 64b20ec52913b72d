"""Make docs/screenshot.png: start the app, go to the last step, take the picture.

``make screenshot`` runs it. ``python -m docs.screenshot QUERY FILE`` takes another picture: of the
experiment that QUERY holds (``"?surface=..."``, as the app's own links have it).
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.chromium import launch
from tests.browser.serving import served

PICTURE = Path(__file__).with_name("screenshot.png")
SIZE: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 60_000
"""Milliseconds; a surface in 3D is drawn without a graphics card."""

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
AT_THE_END = """() => {
    const player = globalThis.downhill_player;
    return player?.drawn && !player.playing && player.frame === player.steps;
}"""
# Streamlit fetches the code of each kind of widget when it is first needed.
COMPLETE = "() => !document.querySelector('[data-testid=stSkeleton]')"


def take(query: str = "", file: str | Path = PICTURE) -> None:
    """Take the picture of the app opened at ``query`` into ``file``."""
    with served() as address, sync_playwright() as playwright, launch(playwright) as browser:
        # Asked for less motion, the player goes to the last step at once.
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/{query}")
        page.wait_for_selector(IDLE)
        page.wait_for_function(AT_THE_END)
        page.wait_for_function(COMPLETE)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=file)


if __name__ == "__main__":
    take(*sys.argv[1:])
