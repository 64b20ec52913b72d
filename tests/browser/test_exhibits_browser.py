"""A handle in a figure, in a real browser: by the keyboard, by the mouse, and kept where it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

APP = Path(__file__).parent / "apps" / "exhibits_app.py"
CHART = ".dh-figure"
TEST_CURVE = f"() => document.querySelector('{CHART}').data[1].y[100]"


def test_a_handle_answers_keyboard_and_mouse(
    open_page: Callable[..., Page], serve: Callable[[Path], str]
) -> None:
    page = open_page(f"{serve(APP)}/?exhibit=shift")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("data-drawn", "1", timeout=30_000)
    expect(chart).to_have_role("slider")
    expect(chart).to_have_attribute("aria-valuetext", "Shift of the data: 0.3")
    before = page.evaluate(TEST_CURVE)

    chart.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", "Shift of the data: 0.4")
    assert page.evaluate(TEST_CURVE) != before
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", "Shift of the data: -1")
    page.keyboard.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuenow", "0")

    rail = page.locator(f"{CHART} .slider-rail-touch-rect").bounding_box()
    grip = page.locator(f"{CHART} .slider-grip-rect").bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(rail["x"] + rail["width"] - 2, grip["y"] + 5, steps=8)
    page.mouse.up()
    expect(chart).to_have_attribute("aria-valuetext", "Shift of the data: 1")
    expect(page.locator(f"{CHART} .slider-label").first).to_have_text("Shift of the data: 1")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
