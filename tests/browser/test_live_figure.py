"""A chart that grows in place, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

APP = Path(__file__).parent / "apps" / "player_app.py"
CHART = ".dh-figure"
RANGES = f"""() => {{
  const {{ xaxis, yaxis }} = document.querySelector('{CHART}').layout;
  return [...xaxis.range, ...yaxis.range];
}}"""

BUTTONS = f"""() => [...document.querySelectorAll('{CHART} .modebar-btn')].map(
  (button) => button.dataset.title)"""


def pull(page: Page, *, let_go: bool) -> None:
    """Pull a frame around a part of the chart."""
    box = page.locator(f"{CHART} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.7 * box["height"], steps=6)
    if let_go:
        page.mouse.up()


def test_zoom_and_hidden_lines_stay_while_a_chart_grows(
    open_page: Callable[..., Page], serve: Callable[[Path], str]
) -> None:
    page = open_page(f"{serve(APP)}/?case=figure")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("data-drawn", "1", timeout=30_000)
    expect(chart).to_have_attribute("aria-label", "pressed 0")
    # A picture to take home, and ways to look closer: nothing that sends the data anywhere.
    titles = page.evaluate(BUTTONS)
    assert titles[0] == "Download plot as a PNG"
    assert set(titles[1:]) == {"Zoom", "Pan", "Zoom in", "Zoom out", "Autoscale", "Reset axes"}
    whole = page.evaluate(RANGES)
    pull(page, let_go=True)
    page.wait_for_function(f"whole => ({RANGES})()[0] > whole[0] + 1", arg=whole)
    zoomed = page.evaluate(RANGES)
    page.locator(".legendtoggle").first.click()
    faint = page.locator(".legend .traces").first
    expect(faint).to_have_css("opacity", "0.5")

    page.get_by_role("button", name="More").click()
    expect(chart).to_have_attribute("data-drawn", "2")
    expect(page.locator(".gtitle")).to_have_text("pressed 1")
    assert page.evaluate(RANGES) == zoomed
    expect(faint).to_have_css("opacity", "0.5")

    # While a hand pulls a frame nothing is drawn; then what has come meanwhile.
    pull(page, let_go=False)
    page.get_by_role("button", name="More").evaluate("button => button.click()")
    expect(chart).to_have_attribute("aria-label", "pressed 2")
    expect(chart).to_have_attribute("data-drawn", "2")
    page.mouse.up()
    expect(chart).to_have_attribute("data-drawn", "3")
    expect(page.locator(".gtitle")).to_have_text("pressed 2")

    wide = page.locator(f"{CHART} .main-svg").first.bounding_box()["width"]
    page.set_viewport_size({"width": 500, "height": 800})
    page.wait_for_function(
        f"wide => document.querySelector('{CHART} .main-svg').clientWidth < wide - 100", arg=wide
    )
