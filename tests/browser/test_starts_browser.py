"""Several starts on the contour map, arranged with a mouse, a finger and the keyboard."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import from_query
from tests.browser.driving import PHONE, READY, Visit, alone

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

RACE = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.06}), Entry("momentum", {"learning_rate": 0.06})),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=60),
)
RING = tuple((round(4 * math.cos(i / 2.5), 3), round(2 * math.sin(i / 2.5), 3)) for i in range(15))


def starts(page: Page) -> list[tuple[float, float]]:
    points = page.evaluate("globalThis.downhill_player.starts.points")
    return [tuple(point) for point in points]


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where the point (x, y) of the plane is on the screen."""
    box = page.locator(".dh-contour").bounding_box()
    across, down = page.evaluate("([x, y]) => globalThis.downhill_player.pixel(x, y)", [x, y])
    return box["x"] + 1 + across, box["y"] + 1 + down


def redrawn(page: Page, change: Callable[[], object]) -> None:
    """Do ``change`` and wait until its starts are drawn and stand in the address."""
    drawn, search = page.evaluate("[globalThis.downhill_player.drawn, location.search]")
    change()
    page.wait_for_function(
        "([drawn, search]) => downhill_player.drawn !== drawn && location.search !== search",
        arg=[drawn, search],
    )
    page.wait_for_selector(READY, state="attached")
    assert in_address(page) == tuple(starts(page))


def in_address(page: Page) -> tuple[tuple[float, float], ...]:
    result = from_query(page.url.partition("?")[2])
    assert not result.problems
    return result.scenario.starts


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_starts_are_added_dragged_and_removed_and_the_link_keeps_them(visit: Visit) -> None:
    page = visit(RACE)
    hint, add = page.locator(".dh-contour .dh-hint").first, page.locator(".dh-add-start")
    expect(hint).to_contain_text("Click to set the start")
    page.keyboard.down("Shift")
    redrawn(page, lambda: page.mouse.click(*at(page, 2, 2)))
    page.keyboard.up("Shift")
    add.click()
    expect(hint).to_have_text("Click wherever a start should be")
    redrawn(page, lambda: page.mouse.click(*at(page, 0, -1)))
    add.click()
    assert starts(page)[0] == (-3.8, 0.5)
    assert [len(starts(page)), *starts(page)[1]] == pytest.approx([3, 2, 2], abs=0.04)
    view = page.evaluate("globalThis.downhill_player.view")

    # The ring goes with the pointer before the server knows of it.
    page.mouse.move(*at(page, 2, 2))
    page.mouse.down()
    page.mouse.move(*at(page, 3, -1.5), steps=4)
    assert starts(page)[1] == pytest.approx((3, -1.5), abs=0.04)
    assert in_address(page)[1] == pytest.approx((2, 2), abs=0.04)
    redrawn(page, page.mouse.up)
    assert page.evaluate("globalThis.downhill_player.view") == view, "the map stood still"

    # A plain click brings the nearest, and a selected one from anywhere.
    redrawn(page, lambda: page.mouse.click(*at(page, 2.5, -0.5)))
    assert starts(page)[1] == pytest.approx((2.5, -0.5), abs=0.04)
    page.mouse.click(*at(page, -3.8, 0.5))
    expect(hint).to_contain_text("start 1")
    redrawn(page, lambda: page.mouse.click(*at(page, 1, 1.5)))
    moved = starts(page)
    assert moved[0] == pytest.approx((1, 1.5), abs=0.04)

    # Three ways to be rid of one; Escape lets go of what is held.
    redrawn(page, lambda: page.keyboard.press("Delete"))
    assert starts(page) == moved[1:]
    page.mouse.move(*at(page, 0, -1))
    page.mouse.down()
    page.mouse.move(*at(page, -2, -2), steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert starts(page) == moved[1:]
    redrawn(page, lambda: add.click() or page.mouse.click(*at(page, -2, 1)))
    page.keyboard.press("Escape")
    kept = starts(page)

    again = visit(page.url.partition("?")[2])
    assert starts(again) == kept
    assert again.evaluate("downhill_player.drawn") == page.evaluate("downhill_player.drawn")
    left, top = at(page, -2, 1)
    redrawn(page, lambda: drag(page, (left, top), (left, top - 300)))
    assert starts(page) == kept[:2]
    page.mouse.move(*at(page, *kept[1]))
    redrawn(page, lambda: page.get_by_role("button", name="Remove start 2", exact=True).click())
    assert starts(page) == kept[:1]


def test_the_sixteenth_start_is_the_last_and_the_list_types_and_removes(visit: Visit) -> None:
    page = visit(dataclasses.replace(RACE, starts=RING))
    sidebar, hint = page.get_by_test_id("stSidebar"), page.locator(".dh-contour .dh-hint").first
    redrawn(page, lambda: sidebar.get_by_role("button", name="Add a start").click())
    assert len(starts(page)) == 16
    expect(hint).to_contain_text("16 starts are the most")
    expect(sidebar.get_by_role("button", name="Add a start")).to_be_disabled()
    page.locator(".dh-add-start").click(force=True)
    page.keyboard.down("Shift")
    page.mouse.click(*at(page, -0.5, 0.3))
    page.keyboard.up("Shift")
    assert len(starts(page)) == 16
    field = sidebar.get_by_label("Start 16, x", exact=True)
    field.fill("0.123456789")
    redrawn(page, lambda: field.press("Enter"))
    assert starts(page)[15][0] == 0.123456789
    assert starts(page)[:15] == list(RING)
    remove = sidebar.get_by_role("button", name="Remove start 2", exact=True)
    redrawn(page, lambda: (remove.focus(), remove.press("Enter")))
    assert len(starts(page)) == 15
    assert starts(page)[1] == RING[2]
    keep = sidebar.get_by_role("button", name="Keep only start 15", exact=True)
    redrawn(page, keep.click)
    assert starts(page)[0][0] == 0.123456789
    expect(hint).to_contain_text("Click to set the start")


def test_a_finger_adds_with_a_long_press_and_drags(visit: Visit) -> None:
    page = visit(RACE, is_mobile=True, **PHONE)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    page.locator(".dh-contour").scroll_into_view_if_needed()
    expect(page.locator(".dh-contour .dh-hint").first).to_contain_text("hold to add one")

    def long_press() -> None:
        touch("touchStart", at(page, 1, -1))
        page.wait_for_function("globalThis.downhill_player.starts.points.length === 2")
        touch("touchEnd")

    redrawn(page, long_press)
    assert starts(page)[1] == pytest.approx((1, -1), abs=0.06)
    view = page.evaluate("globalThis.downhill_player.view")

    def slide() -> None:
        x, y = at(page, 1, -1)
        touch("touchStart", (x, y))
        for part in range(1, 6):
            touch("touchMove", (x + 8 * part, y - 10 * part))
        touch("touchEnd")

    redrawn(page, slide)
    assert starts(page)[1][0] > 1.3
    assert starts(page)[1][1] > -0.7
    assert page.evaluate("globalThis.downhill_player.view") == view
    page.touchscreen.tap(*at(page, *starts(page)[1]))
    redrawn(page, page.locator(".dh-remover:visible").tap)
    assert starts(page) == [(-3.8, 0.5)]


def test_numbers_of_crowded_rings_keep_apart(visit: Visit) -> None:
    page = visit(RACE)
    room = "{ radius: 10, size: 15, view: [[0, 400], [0, 300]], left: (x) => x > 370 }"
    sides = alone("numbers.js", f"sidesOfNumbers(given[0], {room}, given[1])")
    # Alone up and right, at the right edge left, at the upper edge down.
    apart = [[100, 100], [390, 100], [100, 12]]
    assert page.evaluate(sides, [apart, []]) == [[1, -1], [-1, -1], [1, 1]]
    # A neighbour on the right sends a number to the left; one closed in waits until it is in hand.
    row = [[x, y] for y in (80, 102, 124) for x in (100, 122, 144)]
    told = page.evaluate(sides, [row, []])
    assert told[3] == [-1, -1] and told[4] is None
    assert page.evaluate(sides, [row, [4]])[4] == [1, -1]
