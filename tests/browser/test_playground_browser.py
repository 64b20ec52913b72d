"""The playground in a real browser, driven as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import to_query
from tests.browser.driving import PATIENCE, READY, in_address, redrawn, state, wait_for
from tests.browser.serving import served

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect


STILL = {"reduced_motion": "reduce"}

RACE = Scenario(
    surface="rosenbrock",
    entries=(Entry("sgd", {"learning_rate": 0.001}), Entry("adam", {"learning_rate": 0.05})),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=40),
)

Open = Callable[..., Page]


@pytest.fixture
def visit(open_page: Open, server: str) -> Open:
    """``visit(scenario or query, **options)``: the playground with a drawn player."""

    def opened(what: Scenario | str = RACE, at: str = server, **options: Any) -> Page:
        query = what if isinstance(what, str) else to_query(what)
        page = open_page(
            f"{at}/?{query}", **{"viewport": {"width": 1440, "height": 900}, **STILL, **options}
        )
        page.set_default_timeout(PATIENCE)
        wait_for(page, "player?.updates >= 1")
        page.wait_for_selector(READY, state="attached")
        assert state(page, "error") is None
        return page

    return opened


def positions(page: Page) -> list[Any]:
    """Every position that the player holds: where each run is at each step."""
    scrub = page.get_by_role("slider", name="Step", exact=True)
    places = []
    for step in range(state(page, "steps") + 1):
        scrub.fill(str(step))
        places.append(state(page, "heads"))
    return places


def slider(page: Page, name: str) -> Any:
    return page.get_by_test_id("stSidebar").get_by_role("slider", name=name).first


def number(page: Page, name: str) -> Any:
    return page.get_by_test_id("stSidebar").get_by_label(name, exact=True).first


def type_number(page: Page, name: str, text: str) -> None:
    number(page, name).fill(text)
    number(page, name).press("Enter")


def test_the_race_plays_to_its_end_and_the_outcomes_are_told(visit: Open) -> None:
    page = visit(reduced_motion="no-preference")
    wait_for(page, "!player.playing && player.frame === player.steps")
    assert state(page, "steps") == 40
    table = page.get_by_test_id("stTable")
    expect(table).to_contain_text("Still moving after 40 steps")
    expect(table.get_by_role("row")).to_have_count(3)


def test_a_slider_moves_the_path_and_the_address_without_filling_the_history(visit: Open) -> None:
    page = visit()
    entries = page.evaluate("history.length")
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
    assert page.evaluate("history.length") == entries
    assert state(page, "mounts") == 1


def test_typing_keeps_the_number_exactly(visit: Open) -> None:
    page = visit()
    redrawn(page, lambda: type_number(page, "Learning rate, typed", "0.00123456789"))
    page.wait_for_function("location.search.includes('0.00123456789')")
    assert in_address(page).entries[0]["learning_rate"] == 0.00123456789


def test_a_click_on_the_contour_sets_the_start_and_typing_moves_it_back(visit: Open) -> None:
    page = visit()
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


def test_scrubbing_survives_a_change_of_a_slider(visit: Open) -> None:
    page = visit()
    page.get_by_role("slider", name="Step", exact=True).fill("17")
    assert state(page, "frame") == 17
    rate = slider(page, "Learning rate")
    rate.focus()
    redrawn(page, lambda: rate.press("ArrowRight"))
    assert state(page, "frame") == 17


def test_the_link_gives_the_same_positions_in_another_browser(visit: Open) -> None:
    first = visit()
    redrawn(first, lambda: type_number(first, "Learning rate, typed", "0.000777"))
    redrawn(first, lambda: type_number(first, "Start x", "-0.123456789"))
    first.wait_for_function("location.search.includes('-0.123456789')")
    second = visit(first.url.partition("?")[2])
    assert in_address(second) == in_address(first)
    assert state(second, "drawn") == state(first, "drawn")
    places = positions(first)
    assert len(places) == 41
    assert positions(second) == places


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """A server that nobody has visited yet."""
    with served() as address:
        yield address


def test_a_deep_link_on_a_fresh_server_passes_the_frame(
    visit: Open, fresh_server: str, server: str
) -> None:
    assert fresh_server != server
    page = visit(at=fresh_server)
    assert in_address(page) == RACE
    expect(page).to_have_title("Downhill: watch optimizers move")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rosenbrock")
    assert state(page, "drawn") == state(visit(), "drawn")


@pytest.mark.parametrize(
    "query",
    [
        "surface=<img src=x onerror=window.pwned=1>",
        "surface=rosenbrock&start=nan~inf&steps=1e300&entry=![t](http://example.com/x.png)",
        "entry=" + "a" * 3000,
        "v=1&surface=%00%ff&entry=%E2%80%AEadam&lang=<script>window.pwned=1</script>",
    ],
)
def test_a_hostile_link_shows_defaults_and_one_notice(visit: Open, query: str) -> None:
    page = visit(query)
    expect(page.get_by_test_id("stToast")).to_have_count(1)
    expect(page.get_by_test_id("stToast")).to_contain_text("could not be used")
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("window.pwned") is None


def test_divergence_is_told_at_its_step(visit: Open) -> None:
    page = visit(Scenario(surface="rosenbrock", entries=(Entry("sgd", {"learning_rate": 1.0}),)))
    expect(page.get_by_test_id("stTable")).to_contain_text("Diverged")
    assert state(page, "heads")[0]["status"] == "diverged"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_visitor(visit: Open, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    red, green, blue = (int(part) for part in background.strip("rgb()").split(","))
    assert (red + green + blue > 600) == (scheme == "light")
    assert page.locator(".dh-dark").count() == (scheme == "dark")


def test_a_teacher_sees_panels_transport_and_controls_at_once(visit: Open) -> None:
    page = visit()
    for part in (".dh-surface", ".dh-contour", ".dh-transport", ".dh-losses"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, part
    expect(number(page, "Learning rate, typed")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_a_phone_shows_the_picture_first_and_nothing_is_cut_off(visit: Open) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator(".dh-contour")).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".dh-transport")).to_be_in_viewport(ratio=0.9)
    expect(number(page, "Learning rate, typed")).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    table = page.get_by_test_id("stTable").bounding_box()
    assert table["x"] + table["width"] <= 390


def test_a_setting_in_an_opened_card_changes_the_path(visit: Open) -> None:
    page = visit()
    card = page.locator(".st-key-card-1")
    card.get_by_text("More settings").click()
    field = card.get_by_label("Beta 1, typed")
    field.fill("0.5")
    redrawn(page, lambda: field.press("Enter"))
    expect(field).to_be_visible()
    page.wait_for_function("location.search.includes('beta1~0.5')")
