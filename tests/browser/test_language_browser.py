"""Switching the language in a real browser."""

from __future__ import annotations

import re

import pytest

from optim_core import PRESETS
from optim_core.link import from_query
from tests.browser.driving import PHONE, Visit

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

PRESET = PRESETS["momentum_escapes"]


def test_the_page_and_the_player_speak_chinese_and_the_link_says_so(visit: Visit) -> None:
    page = visit(PRESET.scenario)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(PRESET.title)
    page.get_by_role("slider", name="Step", exact=True).fill("60")
    before = page.evaluate("globalThis.downhill_player.heads")

    page.get_by_text("繁體中文", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("動量離開局部最小值")
    expect(page.locator("html")).to_have_attribute("lang", "zh-TW")
    expect(page).to_have_title(re.compile("^Downhill：看優化器怎麼走"))
    expect(page.locator(".dh-counter")).to_have_text("第 60 步，共 200 步")
    expect(page.get_by_role("button", name="跳到終點")).to_be_visible()
    page.wait_for_function("location.search.includes('lang=zh-TW')")
    assert from_query(page.url.partition("?")[2]).scenario == PRESET.scenario
    after = page.evaluate("globalThis.downhill_player.heads")
    assert [(head["x"], head["y"]) for head in after] == [(head["x"], head["y"]) for head in before]
    assert page.evaluate("globalThis.downhill_player.mounts") == 1

    # Somebody else's browser prefers English; the link wins. On a phone nothing is cut off.
    phone = visit(page.url.partition("?")[2], locale="en-US", **PHONE)
    expect(phone.get_by_role("heading", level=1)).to_have_text("動量離開局部最小值")
    expect(phone.get_by_text("English", exact=True)).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("width", [1100, 1200])
def test_the_ways_to_the_pages_end_before_the_languages(
    visit: Visit, language: str, width: int
) -> None:
    page = visit(f"lang={language}", viewport={"width": width, "height": 700})
    ways = page.locator("[data-testid=stTopNav] .rc-overflow-item:visible")
    ends = [one.bounding_box() for one in ways.all()]
    right = max(box["x"] + box["width"] for box in ends if box)
    assert right <= page.locator(".st-key-languages").bounding_box()["x"]
