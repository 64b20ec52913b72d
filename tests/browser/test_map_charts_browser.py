"""Maps that are charts, in a browser: opened from a link, drawn, saved and played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query, to_query
from tests.browser.driving import PATIENCE, settled

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

RACE = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.06}), Entry("momentum", {"learning_rate": 0.06})),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=40),
)
DRAWN = '.dh-figure:not([data-drawn="0"])'


@pytest.fixture
def visit(open_page: Callable[..., Page], server: str) -> Callable[[str, int], Page]:
    """``visit(map, charts)``: the page with so many charts of the map drawn."""

    def opened(given: str, charts: int) -> Page:
        page = open_page(f"{server}/maps?map={given}&{to_query(RACE)}", reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        expect(page.locator(DRAWN)).to_have_count(charts, timeout=PATIENCE)
        settled(page)
        return page

    return opened


def test_a_race_is_drawn_saved_and_played(visit: Callable[[str, int], Page]) -> None:
    page = visit("race~trials~8~starts~4~mode~best", 3)
    expect(page.get_by_role("table")).to_contain_text("Median loss")
    with page.expect_download() as table:
        page.get_by_role("button", name="Save table (CSV)").click()
    lines = table.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("entry,trial,learning_rate") and len(lines) == 1 + 2 * 8
    chart = page.locator(DRAWN).nth(1)
    chart.hover()
    with page.expect_download() as picture:
        chart.locator('[data-title="Download plot as a PNG"]').click()
    assert picture.value.path().read_bytes()[:4] == b"\x89PNG"
    search = page.evaluate("location.search")
    page.get_by_role("button", name="Play with these rates").click()
    page.wait_for_function("(before) => location.search !== before", arg=search)
    page.wait_for_function("globalThis.downhill_player?.updates >= 1")
    played = from_query(page.url.partition("?")[2]).scenario
    tuned = {line.split(",")[2] for line in lines[1:]}
    assert {str(entry["learning_rate"]) for entry in played.entries} <= tuned
    assert "map=race" in page.url


def test_high_dimensions_open_from_a_link(visit: Callable[[str, int], Page]) -> None:
    page = visit("dimensions~view~wells~most~10~runs~10", 2)
    expect(page.get_by_role("img", name="Loss per parameter that runs end with")).to_be_visible()
