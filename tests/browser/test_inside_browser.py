"""The inside of a step in a real browser: the numbers are Python's, whichever way one scrubs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from optim_core import Entry, RunConfig, Scenario, trace
from optim_core.inside import Inside, take_apart
from optim_core.inside.expressions import Dot, Expression, Number, Quantity
from optim_core.inside.printed import DIGITS, EXACT_DIGITS, printed
from optim_core.inside.sheet import Line
from tests.browser.apps.inside_page import SCENARIO
from tests.browser.driving import PHONE, STILL, WITHOUT_3D, settled, state, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

APP = Path(__file__).parent / "apps" / "inside_app.py"
SHOWN = """strips => strips.map((strip) => [Number(strip.dataset.step),
  [...strip.querySelectorAll(".dh-rule-numbers:not([hidden]) .dh-rule-line math")].map((line) => [
    line.textContent.startsWith("\\u2212"),
    ...[...line.querySelectorAll("mn")].map((part) => part.textContent),
  ])])"""
"""Of each strip its step, and of each line whether it begins with a minus, and all its digits."""


def digits(inside: Inside, quantity: Quantity, at: int, axis: int) -> list[str]:
    numbers = inside.numbers(quantity, at)
    mantissa, power = printed(
        numbers[axis % len(numbers)], EXACT_DIGITS if quantity.exact else DIGITS
    )
    return [mantissa.lstrip("-"), *([] if power is None else ["10", str(abs(power))])]


def within(inside: Inside, part: Expression, at: int, axis: int) -> Iterator[str]:
    if isinstance(part, Number):
        yield f"{part.value:g}"
    elif isinstance(part, Quantity):
        yield from digits(inside, part, at, axis)
    elif isinstance(part, Dot):
        for of in (0, 1):
            for factor in part.parts:
                yield from within(inside, factor, at, of)
    else:
        for inner in part.parts:
            yield from within(inside, inner, at, axis)


def told(inside: Inside, line: Line, at: int, axis: int) -> list[object]:
    value = inside.numbers(line.quantity, at)[axis]
    minus = value < 0 and digits(inside, line.quantity, at, axis) != ["0"]
    left = digits(inside, line.quantity, at, axis)
    return [minus, *left, *within(inside, line.expression, at, axis)]


def expected(inside: Inside, step: int) -> list[list[object]]:
    at = inside.place(step)
    lines = sorted(inside.shown(at), key=lambda line: line.aside)
    return [told(inside, line, at, axis) for line in lines for axis in range(inside.axes(line))]


def go(page: Page, step: int) -> None:
    wait_for(page, "player?.updates >= 1")
    scrub = page.locator(".dh-inside-scrub").first
    scrub.evaluate(
        "(scrub, step) => { scrub.value = step; scrub.dispatchEvent(new Event('input')); }", step
    )
    wait_for(page, f"player.frame === {step}")


def test_every_optimizer_shows_the_numbers_of_each_step(
    open_page: Callable[..., Page], serve: Callable[[Path], str]
) -> None:
    traced = trace(SCENARIO)
    runs = [take_apart(SCENARIO, row, int(traced.stopped_at[row])) for row in range(SCENARIO.rows)]
    page = open_page(serve(APP), WITHOUT_3D, **STILL)
    page.set_default_timeout(60_000)
    strips = page.locator(".dh-inside:not([hidden])")
    expect(strips).to_have_count(len(runs), timeout=60_000)
    # The switch of SWATS lies between; back and forth, and from step to step.
    for step in (60, 3, 45, 1, 24):
        go(page, step)
        for number, (run, shown) in enumerate(zip(runs, strips.evaluate_all(SHOWN), strict=True)):
            assert run is not None
            assert shown == [run.steps[run.place(step)], expected(run, step)], SCENARIO.entries[
                number
            ]
    page.get_by_role("button", name="One step back").last.click()
    wait_for(page, "player.frame === 23")
    assert strips.first.get_attribute("data-step") == "23"
    go(page, 0)
    expect(strips.first).to_contain_text("This is the start")
    assert state(page, "error") is None


SHORT = Scenario(
    surface="beale",
    entries=(Entry("radam", {"learning_rate": 0.02}), Entry("adabound")),
    starts=((1.5, 1.2),),
    config=RunConfig(steps=30),
)


def test_the_strip_in_the_playground_opens_closes_and_speaks_both_languages(
    visit: Callable[..., Page],
) -> None:
    page = visit(SHORT)
    strip = page.locator(".dh-inside")
    assert strip.count() == 0
    opener = page.locator(".st-key-inside summary").first
    opener.click()
    expect(strip).to_be_visible(timeout=30_000)
    go(page, 2)
    expect(strip).to_contain_text("plain momentum")
    drawn = "[...document.querySelectorAll('.dh-contour .dh-heads')].map((c) => c.toDataURL())[0]"
    with_arrows = page.evaluate(drawn)
    for box in strip.locator("[data-arrow]").all():
        box.uncheck()
    assert page.evaluate(drawn) != with_arrows
    chosen = page.locator(".st-key-inside-playground-entry input")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        chosen.press(key)
    settled(page)
    expect(strip).to_contain_text("The band that closes on the final rate")
    opener.click()
    expect(strip).to_have_count(0)


def test_the_page_on_a_phone_in_chinese(visit: Callable[..., Page], server: str) -> None:
    page = visit(SHORT, **PHONE)
    page.goto(page.url.replace("/?", "/inside?") + "&lang=zh-TW")
    strip = page.locator(".dh-inside")
    expect(strip).to_be_visible(timeout=30_000)
    go(page, 2)
    expect(strip).to_contain_text("未自適應")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
