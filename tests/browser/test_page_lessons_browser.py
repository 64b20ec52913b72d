"""Lessons made of the other pages in a real browser: made there, opened by their link, answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from optim_core.training.landscape import LandscapeRequest
from optim_core.training.landscape.sharpness import SharpnessRequest
from pages.ui.teaching.guide import Guide, read_guide
from tests.browser.driving import DESK, PATIENCE, PHONE, STILL, WITHOUT_3D, opens, settled
from tests.browser.serving import serving
from tests.optim_core.training.landscape.landscape_hands import SMALL, Hands

Paths = dict[str, str]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paths]:
    """Addresses of pages that have something to show, on a server of their own."""
    folder: Path = tmp_path_factory.mktemp("runs")
    hands = Hands(folder)
    training = hands.train(SMALL)
    network = (training, 0)
    drawn = LandscapeRequest(kind="slice", networks=(network,), resolution=9, pictures=16)
    picture, _ = hands.done("landscape", drawn.to_spec())
    asked = SharpnessRequest(networks=(network,), pictures=16, probes=2, depth=4, eigenvalues=2)
    measured, _ = hands.done("sharpness", asked.to_spec())
    hands.store.close()
    hands.ledger.database.close()
    named = f"network={training}.0"
    with serving(environment={"DOWNHILL_RUNS": str(folder)}) as (address, _):
        yield {
            "maps": f"{address}/maps?map=basins~size~20",
            "inside": f"{address}/inside",
            "training": f"{address}/training?run={training}",
            "landscape": f"{address}/landscape?kind=slice&{named}&picture={picture}",
            "sharpness": f"{address}/sharpness?view=networks&{named}&measured={measured}",
        }


SHOWN = {
    "maps": ".dh-gridmap-panel",
    "inside": ".dh-inside",
    "training": ".st-key-live .dh-figure",
    "landscape": ".st-key-live .dh-figure, .st-key-live .dh-player",
    "sharpness": ".st-key-live .dh-figure",
}
"""What answers a question on each page."""

PART = {"maps": "map", "inside": "surface", "training": "line_up"} | {
    "landscape": "picture",
    "sharpness": "view",
}


def write(page: Page) -> None:
    """Write a lesson in the form, as a teacher does."""
    form = page.locator(".st-key-make-lesson")
    title = page.get_by_label("Title", exact=True)
    opens(form.locator("summary"), title, form.locator("details[open]"))
    title.fill("Look here")
    page.get_by_label("Caption").fill("It is *plain*.")
    page.get_by_label("Question, asked").fill("Which one?")
    page.get_by_label("Choices").fill("This one\nThat one")
    page.get_by_label("Why").fill("It was so.")
    page.keyboard.press("Tab")
    # The page is idle for a moment before it hears of the last text: a list opened then would go.
    expect(page.get_by_label("Link", exact=True)).to_have_value(re.compile("[?&]why="))
    settled(page)
    option = page.get_by_role("option", name="That one")
    opens(page.get_by_label("Right answer"), option)
    option.click()
    expect(page.get_by_label("Link", exact=True)).to_have_value(re.compile("[?&]answer="))
    settled(page)


@pytest.mark.parametrize("name", SHOWN)
def test_a_lesson_is_made_of_a_page_and_opened_by_its_link(
    open_page: Callable[..., Page], paths: Paths, name: str
) -> None:
    page = open_page(paths[name], WITHOUT_3D, viewport=DESK, **STILL)
    page.set_default_timeout(PATIENCE)
    settled(page)
    expect(page.locator(SHOWN[name]).first).to_be_visible(timeout=PATIENCE)
    write(page)
    control = page.locator(f".st-key-make-part-{PART[name]}")
    control.get_by_role("radio", name="Hidden").click()
    shown = page.get_by_label("Link", exact=True)
    expect(shown).to_have_value(re.compile(r"&hide="))
    link = shown.input_value()
    parts = urlsplit(link)
    assert parts.path == f"/{name}"
    assert read_guide(parse_qs(parts.query)) == Guide(
        title="Look here",
        caption="It is *plain*.",
        question="Which one?",
        choices=("This one", "That one"),
        right=1,
        why="It was so.",
        hidden=(PART[name],),
    )
    for language, options in (("en", {"viewport": DESK}), ("zh-TW", PHONE)):
        other = open_page(f"{link}&lang={language}", WITHOUT_3D, **options, **STILL)
        other.set_default_timeout(PATIENCE)
        settled(other)
        expect(other.get_by_role("heading", level=1)).to_have_text("Look here")
        expect(other.locator(".st-key-lesson-before")).to_have_text("It is *plain*.")
        expect(other.locator(SHOWN[name])).to_have_count(0)
        expect(other.locator(".st-key-make-lesson")).to_have_count(0)
        other.locator(".st-key-lesson-choice-1 button").click()
        expect(other.locator(SHOWN[name]).first).to_be_visible(timeout=PATIENCE)
        settled(other)
        other.locator(".st-key-lesson-tell button").click()
        expect(other.locator(".st-key-lesson-question")).to_contain_text("It was so.")
        settled(other)
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
