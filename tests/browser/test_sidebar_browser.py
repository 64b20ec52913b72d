"""The cards and the pictures of the surfaces in a real browser: the picture follows them."""

from __future__ import annotations

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query
from tests.browser.driving import Visit, redrawn, state

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

YELLOW = "rgb(145, 138, 40)"

RACE = Scenario(
    surface="rosenbrock",
    entries=(Entry("sgd", {"learning_rate": 0.001}), Entry("adam"), Entry("rmsprop")),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=40),
)


def test_the_picture_follows_the_cards_and_the_pictures(visit: Visit) -> None:
    page = visit(RACE)
    titles = page.locator(".dh-entry .dh-title")
    swatches = page.locator(".dh-entry .dh-swatch line")
    card, menu = page.locator(".st-key-card-1"), page.get_by_test_id("stPopoverBody")

    page.locator(".st-key-card-1 [data-testid=stPopoverButton]:visible").first.click()
    name = menu.get_by_role("textbox", name="Name")
    name.fill("Ours & <b>")
    redrawn(page, lambda: name.press("Enter"))
    expect(titles).to_have_text(["SGD", "Ours & <b>", "RMSProp"])
    expect(card).to_contain_text("Ours & <b>")
    redrawn(page, menu.get_by_role("button", name="Yellow").click)
    # Too light for a white page: the player darkens it, and so does the card.
    expect(swatches.nth(1)).to_have_css("stroke", YELLOW)
    expect(card).to_have_css("border-left-color", YELLOW)
    # The menu is still open: it belongs to the entry, wherever that goes.
    redrawn(page, menu.get_by_role("button", name="Move up").click)
    expect(titles).to_have_text(["Ours & <b>", "SGD", "RMSProp"])
    expect(swatches.first).to_have_css("stroke", YELLOW)
    assert card.bounding_box()["y"] < page.locator(".st-key-card-0").bounding_box()["y"]
    redrawn(page, menu.get_by_role("button", name="Hide").click)
    expect(menu).to_have_count(0)
    expect(card).to_contain_text("Hidden")
    assert "hidden=1" in page.url

    # The last card's menu would not fit below its button.
    page.locator(".st-key-card-2 [data-testid=stPopoverButton]:visible").first.click()
    expect(menu.get_by_role("button", name="Remove")).to_be_in_viewport(ratio=1)
    redrawn(page, menu.get_by_role("button", name="Remove").click)
    expect(titles).to_have_text(["Ours & <b>", "SGD"])

    page.locator(".st-key-surface-row [data-testid=stPopoverButton]:visible").first.click()
    tile = page.locator(".st-key-surface-tile-goldstein_price")
    redrawn(page, lambda: tile.click(position={"x": 40, "y": 40}))
    expect(page.get_by_role("heading", level=1)).to_have_text("Goldstein-Price")
    # Its losses go from three to a million: the colour bar writes powers.
    expect(page.locator(".dh-bar")).to_contain_text("10\u2076")
    expect(titles).to_have_text(["Ours & <b>", "SGD"])
    redrawn(page, page.get_by_role("button", name="Undo").first.click)
    assert from_query(page.url.partition("?")[2]).scenario.surface == "rosenbrock"
    assert (state(page, "mounts"), state(page, "error")) == (1, None)
