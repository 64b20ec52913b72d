"""Maps in a browser: opened from a link, told under the pointer, clicked, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query, to_query
from tests.browser.driving import PATIENCE, WITHOUT_3D, settled, state

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

RACE = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.06}), Entry("momentum", {"learning_rate": 0.06})),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=60),
)
PHASE = "phase~entry~2~across~learning_rate~up~momentum~colour~outcome~size~40"


@pytest.fixture
def visit(open_page: Callable[..., Page], server: str) -> Callable[..., Page]:
    """``visit(map)``: the page with a whole map on it."""

    def opened(given: str, **options: Any) -> Page:
        address = f"{server}/maps?map={given}&{to_query(RACE)}"
        page = open_page(address, WITHOUT_3D, reduced_motion="reduce", **options)
        page.set_default_timeout(PATIENCE)
        page.wait_for_function("globalThis.downhill_map?.drawn >= 1")
        settled(page)
        return page

    return opened


def click(page: Page, panel: int, column: int, row: int) -> None:
    """Click a cell and wait until the player has drawn what follows."""
    at = page.evaluate("(cell) => downhill_map.pixel(...cell)", [panel, column, row])
    search = page.evaluate("location.search")
    page.mouse.click(*at)
    page.wait_for_function("(before) => location.search !== before", arg=search)
    page.wait_for_function("globalThis.downhill_player?.updates >= 1")
    settled(page)


def scenario_of(page: Page) -> Scenario:
    result = from_query(page.url.partition("?")[2])
    assert not result.problems
    return result.scenario


def test_a_click_on_a_basin_starts_the_line_up_there(visit: Callable[..., Page]) -> None:
    page = visit("basins~size~40")
    panels = page.locator(".dh-gridmap-panel")
    expect(panels).to_have_count(2)
    expect(panels.nth(1)).to_contain_text("flat minimum")
    told = page.evaluate("downhill_map.told(1, 3, 24)")
    assert "minimum" in told[0] and told[-1].startswith("start (")
    header = page.evaluate("downhill_map.header")
    x, y = header["x"]["values"][3], header["y"]["values"][24]
    click(page, 1, 3, 24)
    assert scenario_of(page).starts == ((x, y),)
    assert [tuple(point) for point in state(page, "starts.points")] == [(x, y)]
    assert "map=basins" in page.url
    # The keyboard does the same: the middle of the map, one cell to the right.
    panels.nth(0).locator("canvas[role=img]").press("ArrowRight")
    expect(page.locator(".dh-gridmap-tip")).to_be_visible()
    search = page.evaluate("location.search")
    page.keyboard.press("Enter")
    page.wait_for_function("(before) => location.search !== before", arg=search)
    assert scenario_of(page).starts == ((header["x"]["values"][21], header["y"]["values"][20]),)
    # The way back takes all of it along.
    settled(page)
    there = scenario_of(page)
    page.locator(".st-key-actions").get_by_role("link", name="Playground").click()
    page.wait_for_function("!location.pathname.includes('maps') && location.search.includes('v=1')")
    settled(page)
    assert scenario_of(page) == there


def test_a_click_on_the_phase_map_sets_the_sliders_and_plays(visit: Callable[..., Page]) -> None:
    page = visit(PHASE)
    expect(page.locator(".dh-gridmap-panel")).to_have_count(1)
    header = page.evaluate("downhill_map.header")
    assert [mark[0] for mark in header["marks"]] == ["cross"]
    assert header["courses"]
    click(page, 0, 20, 10)
    entry = scenario_of(page).entries[1]
    assert entry["learning_rate"] == header["x"]["values"][20]
    assert entry["momentum"] == header["y"]["values"][10]
    assert scenario_of(page).starts == RACE.starts
    with page.expect_download() as picture:
        page.locator(".dh-gridmap-save").click()
    assert picture.value.suggested_filename == "phase-sharp_flat.png"
    assert picture.value.path().read_bytes()[:4] == b"\x89PNG"
