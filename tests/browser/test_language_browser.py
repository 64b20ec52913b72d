"""Switching the language in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from optim_core import PRESETS
from optim_core.link import from_query, to_query
from tests.browser.driving import PATIENCE, READY

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect


PRESET = PRESETS["momentum_escapes"]

Open = Callable[..., Page]


@pytest.fixture
def visit(open_page: Open, server: str) -> Open:
    """``visit(query, **options)``: the playground with a drawn player."""

    def opened(query: str, **options: Any) -> Page:
        page = open_page(f"{server}/?{query}", reduced_motion="reduce", **options)
        page.set_default_timeout(PATIENCE)
        page.wait_for_function("globalThis.downhill_player?.updates >= 1")
        page.wait_for_selector(READY, state="attached")
        return page

    return opened


def test_the_page_and_the_player_speak_chinese_and_the_link_says_so(visit: Open) -> None:
    page = visit(to_query(PRESET.scenario), viewport={"width": 1440, "height": 900})
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
    phone = visit(
        page.url.partition("?")[2], locale="en-US", viewport={"width": 390, "height": 844}
    )
    expect(phone.get_by_role("heading", level=1)).to_have_text("動量離開局部最小值")
    expect(phone.get_by_text("English", exact=True)).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
