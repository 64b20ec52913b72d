"""The cards and the pictures of the surfaces in a real browser: the picture follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query, to_query
from tests.browser.driving import PATIENCE, READY

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect


YELLOW = "rgb(145, 138, 40)"

RACE = Scenario(
    surface="rosenbrock",
    entries=(Entry("sgd", {"learning_rate": 0.001}), Entry("adam"), Entry("rmsprop")),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=40),
)


def drawn(page: Page, change: Callable[[], Any]) -> None:
    """Do ``change`` and wait until the player has drawn what follows from it."""
    before = page.evaluate("globalThis.downhill_player.updates")
    change()
    page.wait_for_function(f"globalThis.downhill_player.updates > {before}")
    page.wait_for_selector(READY, state="attached")


def test_the_picture_follows_the_cards_and_the_pictures(
    open_page: Callable[..., Page], server: str
) -> None:
    size = {"width": 1440, "height": 900}
    page = open_page(f"{server}/?{to_query(RACE)}", viewport=size, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    page.wait_for_function("globalThis.downhill_player?.updates >= 1")
    page.wait_for_selector(READY, state="attached")
    titles = page.locator(".dh-entry .dh-title")
    swatches = page.locator(".dh-entry .dh-swatch line")
    card, menu = page.locator(".st-key-card-1"), page.get_by_test_id("stPopoverBody")

    page.locator(".st-key-top-of-card-1 [data-testid=stPopoverButton]:visible").first.click()
    name = menu.get_by_role("textbox", name="Name")
    name.fill("Ours & <b>")
    drawn(page, lambda: name.press("Enter"))
    expect(titles).to_have_text(["SGD", "Ours & <b>", "RMSProp"])
    expect(card).to_contain_text("Ours & <b>")
    drawn(page, menu.get_by_role("button", name="Yellow").click)
    # Too light for a white page: the player darkens it, and so does the card.
    expect(swatches.nth(1)).to_have_css("stroke", YELLOW)
    expect(card).to_have_css("border-left-color", YELLOW)
    # The menu is still open: it belongs to the entry, wherever that goes.
    drawn(page, menu.get_by_role("button", name="Move up").click)
    expect(titles).to_have_text(["Ours & <b>", "SGD", "RMSProp"])
    expect(swatches.first).to_have_css("stroke", YELLOW)
    assert card.bounding_box()["y"] < page.locator(".st-key-card-0").bounding_box()["y"]
    drawn(page, menu.get_by_role("button", name="Hide").click)
    expect(menu).to_have_count(0)
    expect(card).to_contain_text("Hidden")
    assert "hidden=1" in page.url

    # The last card's menu would not fit below its button.
    page.locator(".st-key-top-of-card-2 [data-testid=stPopoverButton]:visible").first.click()
    expect(menu.get_by_role("button", name="Remove")).to_be_in_viewport(ratio=1)
    drawn(page, menu.get_by_role("button", name="Remove").click)
    expect(titles).to_have_text(["Ours & <b>", "SGD"])

    page.locator(".st-key-surface-row [data-testid=stPopoverButton]:visible").first.click()
    tile = page.locator(".st-key-surface-tile-cliff")
    drawn(page, lambda: tile.click(position={"x": 40, "y": 40}))
    expect(page.get_by_role("heading", level=1)).to_have_text("Cliff")
    expect(titles).to_have_text(["Ours & <b>", "SGD"])
    drawn(page, page.get_by_role("button", name="Undo").first.click)
    assert from_query(page.url.partition("?")[2]).scenario.surface == "rosenbrock"
    assert page.evaluate("globalThis.downhill_player.mounts") == 1
