"""Lessons in a real browser: every one answered, the doctor, locked links, and one's own lesson."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from optim_core import PRESETS
from optim_core.lessons import Choose, Lesson, Place, Rank, library, read_lesson
from optim_core.link import to_parameters
from tests.browser.driving import (
    DESK,
    PATIENCE,
    STILL,
    WITHOUT_3D,
    in_address,
    opens,
    settled,
    wait_for,
)

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

LIBRARY = library()
PHONE_SIZE = {"width": 390, "height": 844}
RIGHT = {"en": "Right.", "zh-TW": "答對了。"}
SWITCH = {"en": "English", "zh-TW": "繁體中文"}
OTHER = {"en": "zh-TW", "zh-TW": "en"}
QUESTION = ".st-key-lesson-question"
DRAWN = "player?.steps && player.drawn && !player.playing"

Opened = Callable[[str], Page]


@pytest.fixture
def opened(open_page: Callable[..., Page], server: str) -> Opened:
    """``opened(path)``: a page of the app, at a desk, without 3D and at rest."""

    def opened_at(path: str) -> Page:
        page = open_page(f"{server}/{path}", WITHOUT_3D, viewport=DESK, **STILL)
        page.set_default_timeout(PATIENCE)
        settled(page)
        return page

    return opened_at


def press(page: Page, key: str) -> None:
    """Press the button ``key`` of the app and wait for what follows."""
    page.locator(f".st-key-{key.replace('.', '-')} button").click()
    settled(page)


def answer(page: Page, lesson: Lesson) -> None:
    """Answer as is right."""
    if isinstance(lesson.ask, Choose):
        press(page, f"lesson.choice.{lesson.ask.right}")
    elif isinstance(lesson.ask, Rank):
        for index in lesson.ask.order[:-1]:
            press(page, f"lesson.rank.{index}")
    elif isinstance(lesson.ask, Place):
        page.wait_for_function("globalThis.downhill_map?.header?.panels.length === 1")
        x, y = page.evaluate(
            """([x, y]) => {
              const { header } = downhill_map;
              const place = ({ values }, wanted) => values.findIndex((value) => value >= wanted);
              return downhill_map.pixel(0, place(header.x, x), place(header.y, y));
            }""",
            [lesson.ask.x, lesson.ask.y],
        )
        page.mouse.click(x, y)
        expect(page.locator(".st-key-lesson-place button")).to_be_enabled()
        press(page, "lesson.place")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def go_through(page: Page, lesson: Lesson, language: str, small: bool) -> str:
    """Ask, answer and tell in ``language``, then look at it in the other and at the other size."""
    here, there = (PHONE_SIZE, DESK) if small else (DESK, PHONE_SIZE)
    page.set_viewport_size(here)
    wording = lesson.wordings[language]
    asked = page.locator(QUESTION)
    expect(page.get_by_role("heading", level=1)).to_have_text(wording.title)
    expect(asked).to_contain_text(wording.question)
    expect(page.locator(".dh-player")).to_have_count(0)
    if lesson.key in LIBRARY.cases:
        expect(page.locator(".js-plotly-plot")).to_have_count(1)
        expect(page.locator(".dh-gridmap")).to_have_count(0)
    answer(page, lesson)
    if lesson.scenario is not None:
        wait_for(page, DRAWN)
        # Not to wait for the end of the run; it may have come, and taken the button, by now.
        page.evaluate("document.querySelector('.st-key-lesson-tell button')?.click()")
    if lesson.exhibit:
        expect(page.locator(f".st-key-exhibit-{lesson.exhibit}")).to_be_visible()
    expect(asked).to_contain_text(RIGHT[language])
    settled(page)
    assert fits(page), lesson.key
    page.set_viewport_size(there)
    page.locator(".st-key-languages").get_by_text(SWITCH[OTHER[language]], exact=True).click()
    expect(asked).to_contain_text(lesson.wordings[OTHER[language]].question)
    expect(asked).to_contain_text(RIGHT[OTHER[language]])
    settled(page)
    assert fits(page), lesson.key
    return OTHER[language]


@pytest.mark.parametrize("lessons", [LIBRARY.lessons, LIBRARY.cases], ids=["lessons", "doctor"])
def test_every_lesson_is_answered_in_both_languages_and_sizes(
    opened: Opened, lessons: dict[str, Lesson]
) -> None:
    page = opened(f"lessons?lesson={next(iter(lessons))}&lang=en")
    language = "en"
    for place, lesson in enumerate(lessons.values()):
        if place:
            press(page, "lesson.next")
        language = go_through(page, lesson, language, small=place % 2 == 1)
    expect(page.locator(".st-key-lesson-next button")).to_be_disabled()
    assert f"lesson={lesson.key}" in page.url


def test_the_answer_comes_when_the_run_has_ended_and_a_remote_turns_the_pages(
    opened: Opened,
) -> None:
    page = opened("lessons?lesson=saddle&projector=1")
    expect(page.get_by_test_id("stHeader")).not_to_be_visible()
    # The listeners of the page are there.
    page.wait_for_function("document.body.classList.contains('dh-projecting')")
    page.keyboard.press("PageDown")
    wait_for(page, DRAWN)
    # Nobody presses anything: the run stands at its end.
    expect(page.locator(QUESTION)).to_contain_text("The order: Adam, SGD with momentum 0.9, SGD.")
    settled(page)
    size = page.locator(f"{QUESTION} strong").first.evaluate("e => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) >= 28
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 900
    row = list(LIBRARY.lessons.values())
    following = row[[lesson.key for lesson in row].index("saddle") + 1]
    page.keyboard.press("PageDown")
    expect(page.locator(QUESTION)).to_contain_text(following.wordings["en"].question)
    settled(page)
    page.keyboard.press("PageUp")
    expect(page.locator(QUESTION)).to_contain_text(
        LIBRARY.lessons["saddle"].wordings["en"].question
    )
    settled(page)
    page.keyboard.press("PageUp")
    expect(page.locator(".st-key-lesson-skip")).to_be_visible()
    # An exhibit is higher than the wall: then the page scrolls after all.
    page.goto(page.url.replace("saddle", "adabound"))
    settled(page)
    page.get_by_role("button", name="Just play").click()
    expect(page.locator(".st-key-exhibit-funnel")).to_be_visible()
    main = "document.querySelector('[data-testid=stMain]')"
    page.wait_for_function(f"getComputedStyle({main}).overflowY === 'auto'")


SHOWN = PRESETS["momentum_escapes"].scenario
LOCKED = {
    **to_parameters(SHOWN),
    "ask": "Who <b>wins</b>?",
    "choice": ["A", "<img src=x onerror=alert(1)>"],
    "answer": "2",
    "why": "**Because** \u202e$x$.",
    "hide": "line_up.rest",
    "lock": "surface.starts.steps",
}


def test_a_locked_link_hides_what_it_says_also_within_a_course_page(opened: Opened) -> None:
    page = opened("?" + urlencode(LOCKED, doseq=True))
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_contain_text("Shallow well before a deep one")
    expect(sidebar).to_contain_text("Steps: 200")
    for control in ("textbox", "slider", "combobox", "spinbutton"):
        expect(sidebar.get_by_role(control)).to_have_count(0)
    expect(page.get_by_role("button", name="Experiments")).to_have_count(0)
    expect(page.locator(".dh-player")).to_have_count(0)
    expect(page.locator(QUESTION)).to_contain_text("Who <b>wins</b>?")
    page.get_by_role("button", name="<img src=x onerror=alert(1)>").click()
    wait_for(page, DRAWN)
    before = in_address(page)
    contour = page.locator(".dh-contour").bounding_box()
    page.mouse.click(contour["x"] + contour["width"] / 2, contour["y"] + contour["height"] / 3)
    expect(page.locator(".dh-sweep")).not_to_be_visible()
    expect(page.locator(QUESTION)).to_contain_text("**Because** $x$.")
    settled(page)
    assert in_address(page) == before == SHOWN
    assert page.locator(f"{QUESTION} img").count() == 0
    everything = "surface.starts.steps.line_up.rest"
    embedded = {**LOCKED, "hide": everything, "lock": "", "embed": "true"}
    page.goto(page.url.partition("?")[0] + "?" + urlencode(embedded, doseq=True))
    settled(page)
    expect(page.locator(QUESTION)).to_be_visible()
    expect(page.get_by_text("Training lab")).to_have_count(0)
    expect(page.locator(".st-key-languages")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()


def test_a_lesson_is_written_downloaded_and_opened_again(opened: Opened, tmp_path: Path) -> None:
    page = opened("?preset=plateau")
    wait_for(page, DRAWN)
    page.locator(".st-key-make-lesson summary").click()
    page.get_by_label("Title", exact=True).fill("The plateau")
    page.get_by_label("Caption").fill("Look at *Adam*.")
    page.get_by_label("Question, asked").fill("Who crosses?")
    page.get_by_label("Choices").fill("SGD\nAdam")
    page.get_by_label("Why").fill("It divides by the size.")
    page.keyboard.press("Tab")
    settled(page)
    page.get_by_role("radiogroup", name="Line-up").get_by_role("radio", name="Hidden").click()
    option = page.get_by_role("option", name="Adam")
    opens(page.get_by_label("Right answer"), option)
    option.click()
    settled(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as a file").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    lesson = read_lesson(text, saved.value.suggested_filename)
    assert (lesson.key, lesson.ask) == ("the_plateau", Choose(1))
    assert lesson.scenario == PRESETS["plateau"].scenario
    link = re.search(r"^# (http\S+)$", text, re.MULTILINE)
    assert link is not None
    assert page.get_by_label("Link", exact=True).input_value() == link[1]
    page.goto(link[1])
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("The plateau")
    expect(page.locator(".st-key-lesson-before")).to_have_text("Look at *Adam*.")
    expect(page.get_by_text("Add an optimizer")).to_have_count(0)
    page.locator(".st-key-lesson-choice-1 button").click()
    wait_for(page, DRAWN)
    expect(page.locator(QUESTION)).to_contain_text("It divides by the size.")
    assert in_address(page) == lesson.scenario
