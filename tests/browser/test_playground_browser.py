"""The playground in a real browser, driven as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from optim_core import Entry, RunConfig, Scenario
from tests.browser.driving import MOVING, PHONE, Visit, in_address, redrawn, state, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

RACE = Scenario(
    surface="rosenbrock",
    entries=(Entry("sgd", {"learning_rate": 0.001}), Entry("adam", {"learning_rate": 0.05})),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=40),
)


def positions(page: Page) -> list[Any]:
    """Every position that the player holds: where each run is at each step."""
    scrub = page.get_by_role("slider", name="Step", exact=True)
    places = []
    for step in range(state(page, "steps") + 1):
        scrub.fill(str(step))
        places.append(state(page, "heads"))
    return places


def slider(page: Page, name: str) -> Any:
    """That of the first card. On a page that opens, another's may be there before it."""
    return page.locator(".st-key-card-0").get_by_role("slider", name=name)


def number(page: Page, name: str) -> Any:
    return page.get_by_test_id("stSidebar").get_by_label(name, exact=True).first


def type_number(page: Page, name: str, text: str) -> None:
    number(page, name).fill(text)
    number(page, name).press("Enter")


def test_the_race_plays_to_its_end_and_the_outcomes_are_told(visit: Visit) -> None:
    page = visit(RACE, solid=True, **MOVING)
    wait_for(page, "!player.playing && player.frame === player.steps")
    assert state(page, "steps") == 40
    table = page.get_by_test_id("stTable")
    expect(table).to_contain_text("Still moving after 40 steps")
    expect(table.get_by_role("row")).to_have_count(3)


def test_a_slider_moves_path_and_address_and_neither_step_nor_history(visit: Visit) -> None:
    page = visit(RACE, solid=True)
    entries = page.evaluate("history.length")
    page.get_by_role("slider", name="Step", exact=True).fill("17")
    before = state(page, "heads")
    rate = slider(page, "Learning rate")
    rate.focus()
    redrawn(page, lambda: rate.press("ArrowRight"))
    after = state(page, "heads")
    assert after[0] != before[0]
    assert after[1] == before[1]
    expect(number(page, "Learning rate, typed")).to_have_value("0.0011")
    page.wait_for_function("location.search.includes('learning_rate~0.0011')")
    redrawn(page, lambda: rate.press("ArrowRight"))
    page.wait_for_function("location.search.includes('learning_rate~0.0012')")
    assert in_address(page).entries[0]["learning_rate"] == 0.0012
    redrawn(page, lambda: type_number(page, "Learning rate, typed", "0.00123456789"))
    page.wait_for_function("location.search.includes('0.00123456789')")
    assert in_address(page).entries[0]["learning_rate"] == 0.00123456789
    assert page.evaluate("history.length") == entries
    assert (state(page, "frame"), state(page, "mounts")) == (17, 1)


def test_a_click_on_the_contour_sets_the_start_and_typing_moves_it_back(visit: Visit) -> None:
    page = visit(RACE)
    box = page.locator(".dh-contour").bounding_box()
    across, down = page.evaluate("globalThis.downhill_player.pixel(0.5, 1.0)")
    redrawn(page, lambda: page.mouse.click(box["x"] + 1 + across, box["y"] + 1 + down))
    page.wait_for_function("!location.search.includes('start=-1.5')")
    x, y = in_address(page).starts[0]
    assert (x, y) == pytest.approx((0.5, 1.0), abs=0.03)
    expect(number(page, "Start x")).to_have_value(f"{x:.6g}")
    expect(number(page, "Start y")).to_have_value(f"{y:.6g}")
    redrawn(page, lambda: type_number(page, "Start x", "-1.25"))
    page.get_by_role("button", name="To the start").click()
    assert [head["x"] for head in state(page, "heads")] == [-1.25, -1.25]


def test_the_link_gives_the_same_positions_in_another_browser(visit: Visit) -> None:
    first = visit(RACE)
    redrawn(first, lambda: type_number(first, "Learning rate, typed", "0.000777"))
    redrawn(first, lambda: type_number(first, "Start x", "-0.123456789"))
    first.wait_for_function("location.search.includes('-0.123456789')")
    second = visit(first.url.partition("?")[2])
    assert in_address(second) == in_address(first)
    assert state(second, "drawn") == state(first, "drawn")
    places = positions(first)
    assert len(places) == 41
    assert positions(second) == places


@pytest.mark.parametrize(
    "query",
    [
        "surface=<img src=x onerror=window.pwned=1>",
        "surface=rosenbrock&start=nan~inf&steps=1e300&entry=![t](http://example.com/x.png)",
        "entry=" + "a" * 3000,
        "v=1&surface=%00%ff&entry=%E2%80%AEadam&lang=<script>window.pwned=1</script>",
    ],
)
def test_a_hostile_link_shows_defaults_and_one_notice(visit: Visit, query: str) -> None:
    page = visit(query)
    expect(page.get_by_test_id("stToast")).to_have_count(1)
    expect(page.get_by_test_id("stToast")).to_contain_text("could not be used")
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("window.pwned") is None


def test_divergence_is_told_at_its_step(visit: Visit) -> None:
    page = visit(Scenario(surface="rosenbrock", entries=(Entry("sgd", {"learning_rate": 1.0}),)))
    expect(page.get_by_test_id("stTable")).to_contain_text("Diverged")
    assert state(page, "heads")[0]["status"] == "diverged"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_visitor(visit: Visit, scheme: str) -> None:
    page = visit(RACE, color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    red, green, blue = (int(part) for part in background.strip("rgb()").split(","))
    assert (red + green + blue > 600) == (scheme == "light")
    assert page.locator(".dh-dark").count() == (scheme == "dark")


def test_a_teacher_sees_panels_transport_and_controls_at_once(visit: Visit) -> None:
    page = visit(RACE)
    for part in (".dh-surface", ".dh-contour", ".dh-transport", ".dh-losses"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, part
    expect(number(page, "Learning rate, typed")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_a_phone_shows_the_picture_first_and_nothing_is_cut_off(visit: Visit) -> None:
    page = visit(RACE, **PHONE)
    expect(page.locator(".dh-contour")).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".dh-transport")).to_be_in_viewport(ratio=0.9)
    expect(number(page, "Learning rate, typed")).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    table = page.get_by_test_id("stTable").bounding_box()
    assert table["x"] + table["width"] <= 390


def test_a_setting_in_an_opened_card_changes_the_path(visit: Visit) -> None:
    page = visit(RACE)
    card = page.locator(".st-key-card-1")
    card.get_by_text("More settings").click()
    field = card.get_by_label("Beta 1, typed")
    field.fill("0.5")
    redrawn(page, lambda: field.press("Enter"))
    expect(field).to_be_visible()
    page.wait_for_function("location.search.includes('beta1~0.5')")
