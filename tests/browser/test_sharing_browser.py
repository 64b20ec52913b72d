"""Sharing with a class in a real browser: the link, its code, and the projector."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query
from pages.ui.state import OPENING
from tests.browser.driving import READY, Visit, state, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

PARTS = (".dh-surface", ".dh-contour", ".dh-transport", ".dh-sweep", ".dh-legend")

RACE = Scenario(
    surface="rosenbrock",
    entries=tuple(Entry(key, {}) for key in ("sgd", "momentum", "rmsprop", "adam")),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=40),
)

WITHOUT_CLIPBOARD = """
globalThis.kept = navigator.clipboard;
Object.defineProperty(navigator, "clipboard", { value: undefined });
"""
"""What a page on plain http finds; the test itself still has to read what was copied."""


def scanned(page: Page) -> str:
    """What a telephone reads off the screen."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    return str(found.text)


def copied(page: Page, clipboard: str) -> str:
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text("Copied")
    link = page.get_by_label("Link", exact=True).input_value()
    assert page.evaluate(f"{clipboard}.readText()") == link
    return str(link)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_link_is_copied_and_the_code_opens_the_same(visit: Visit, scheme: str) -> None:
    script, clipboard = ("", "navigator.clipboard")
    if scheme == "dark":
        script, clipboard = WITHOUT_CLIPBOARD, "kept"
    page = visit(
        "projector=0" if scheme == "light" else RACE,
        script,
        color_scheme=scheme,
        permissions=["clipboard-read", "clipboard-write"],
    )
    link = copied(page, clipboard)
    held = from_query(link.partition("?")[2]).scenario
    code = scanned(page)
    if scheme == "light":
        assert held == OPENING.scenario
        assert code == f"{link.partition('?')[0]}?preset={OPENING.key}"
    else:
        assert held == RACE
        assert code == link
    page.get_by_title("Fill the screen").click()
    screen = page.get_by_role("dialog", name="QR code")
    expect(screen.get_by_role("img")).to_be_in_viewport(ratio=1.0)
    box = screen.get_by_role("img").bounding_box()
    assert box["height"] >= 0.7 * 900
    assert scanned(page) == code
    page.keyboard.press("Escape")
    expect(screen).not_to_be_visible()
    assert state(page, "mounts") == 1


def fits(page: Page, height: int) -> None:
    """Everything of the player is on the screen, and nothing scrolls."""
    for part in PARTS:
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, part
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= height
    assert page.evaluate("document.documentElement.scrollHeight") <= height


def pixels(page: Page, part: str) -> float:
    return float(page.locator(part).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))


def test_the_projector_shows_the_question_and_the_picture_alone(visit: Visit) -> None:
    page = visit(solid=True)
    page.get_by_role("slider", name="Step", exact=True).fill("17")
    untouched = state(page, "camera")
    surface = page.locator(".dh-surface").bounding_box()
    page.mouse.move(surface["x"] + 200, surface["y"] + 150)
    page.mouse.down()
    page.mouse.move(surface["x"] + 300, surface["y"] + 170, steps=3)
    page.mouse.up()
    camera = state(page, "camera")
    assert camera != untouched
    page.get_by_role("button", name="Projector").click()
    page.wait_for_selector(".st-key-projector-leave")
    page.wait_for_selector(READY, state="attached")
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()
    expect(page.get_by_role("button", name="Experiments")).to_have_count(0)
    expect(page.get_by_test_id("stHeader")).not_to_be_visible()
    expect(page.locator(".dh-player")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert state(page, "frame") == 18
    expect(page.get_by_test_id("stTable")).to_have_count(0)
    page.wait_for_function("location.search.includes('projector=1')")
    assert pixels(page, ".st-key-question strong") >= 28
    assert pixels(page, ".st-key-question p:last-child") >= 20
    fits(page, 900)

    choice = page.get_by_label("What to sweep")
    choice.select_option(index=1)
    wait_for(page, "player.swept !== null")
    fits(page, 900)
    before, size = state(page, "swept"), page.locator(".dh-contour").bounding_box()
    page.locator(".dh-slider").press("ArrowRight")
    page.get_by_role("button", name="Back to it").wait_for()
    assert state(page, "swept") != before
    page.wait_for_selector(READY, state="attached")
    assert page.locator(".dh-contour").bounding_box() == size
    assert pixels(page, "h1") >= 28
    page.set_viewport_size({"width": 1920, "height": 1080})
    fits(page, 1080)
    page.set_viewport_size({"width": 1440, "height": 900})

    experiment = page.url.replace("&projector=1", "")
    page.keyboard.press("Escape")
    page.wait_for_selector(".st-key-projector-enter")
    page.wait_for_selector(READY, state="attached")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(page.get_by_role("button", name="Projector")).to_be_visible()
    expect(page.get_by_test_id("stTable")).to_be_visible()
    page.wait_for_function("!location.search.includes('projector')")
    assert page.url == experiment
    assert state(page, "frame") == 18
    assert state(page, "camera")["eye"] == camera["eye"]
    assert state(page, "mounts") == 1
