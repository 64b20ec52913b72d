"""How a run is shown, in a real browser: side by side, hidden entries, trails, full screen."""

from __future__ import annotations

import dataclasses
import math
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from optim_core import Entry, RunConfig, Scenario
from optim_core.link import to_query
from tests.browser.driving import PATIENCE, Visit, alone, ink, settled, state, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

KEYS = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "adamax", "nadam", "radam")
EIGHT = Scenario(
    surface="rosenbrock",
    entries=tuple(
        Entry(key, {"learning_rate": 0.0005 if key in ("sgd", "momentum") else 0.05})
        for key in KEYS
    ),
    starts=((-1.5, 2.2),),
    config=RunConfig(steps=60),
)
THREE = dataclasses.replace(EIGHT, entries=EIGHT.entries[3:6])


def in_link(page: Page, key: str, value: str | None) -> None:
    """Wait until the address holds ``value`` under ``key``."""
    page.wait_for_function(
        "([key, value]) => new URLSearchParams(location.search).get(key) === value",
        arg=[key, value],
    )


def test_eight_panels_share_axes_and_clock(visit: Visit) -> None:
    page = visit(f"{to_query(EIGHT)}&view=side", solid=True)
    panels = page.locator(".dh-small")
    expect(panels).to_have_count(8)
    expect(page.locator(".dh-contour")).to_be_hidden()
    expect(page.get_by_role("button", name="Side by side")).to_have_attribute(
        "aria-pressed", "true"
    )
    # Two rows of four fill the width.
    boxes = [panel.bounding_box() for panel in panels.all()]
    assert len({box["x"] for box in boxes}) == 4
    assert len({box["y"] for box in boxes}) == 2
    assert all(count > 0 for count in ink(page, ".dh-side .dh-ground"))
    # What puts the view back covers no picture.
    reset = panels.last.get_by_role("button", name="Reset the view").bounding_box()
    picture = panels.last.locator(".dh-plot").bounding_box()
    assert reset["y"] + reset["height"] <= picture["y"]

    small = state(page, "small")
    assert [panel["entry"] for panel in small] == list(range(8))
    assert {panel["paths"] for panel in small} == {1}
    assert {panel["step"] for panel in small} == {60}
    page.get_by_role("slider", name="Step", exact=True).fill("20")
    assert {panel["step"] for panel in state(page, "small")} == {20}

    # A zoom and a move in one panel are one in all.
    box = panels.nth(5).locator(".dh-plot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 15, steps=3)
    page.mouse.up()
    page.mouse.wheel(0, -300)
    wait_for(page, "player.view.x[1] - player.view.x[0] < 3.5")
    view, small = state(page, "view"), state(page, "small")
    assert all((panel["x"], panel["y"]) == (view["x"], view["y"]) for panel in small)
    assert len({tuple(panel["area"].values()) for panel in small}) == 1
    assert len({tuple(panel["heads"][0]) for panel in small}) > 4

    # A click sets the start, as on the big map, and what is seen stays.
    drawn = state(page, "drawn")
    page.mouse.click(x + 20, y + 10)
    wait_for(page, f"player.drawn !== {drawn!r}")
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["start"] != ["-1.5~2.2"]
    assert state(page, "view") == view
    # A slider keeps view, axes and step.
    drawn = state(page, "drawn")
    steps = page.locator('input[type="range"][aria-label="Steps"]')
    steps.focus()
    steps.press("ArrowRight")
    wait_for(page, f"player.drawn !== {drawn!r}")
    assert (state(page, "view"), state(page, "frame")) == (view, 20)
    assert state(page, "shown.view") == "side"

    # The big map shows the same part of the plane.
    page.get_by_role("button", name="Together").click()
    expect(page.locator(".dh-contour")).to_be_visible()
    wait_for(page, f"Math.abs(player.view.x[0] - ({view['x'][0]})) < 1e-9")
    in_link(page, "view", None)
    assert (state(page, "mounts"), state(page, "error")) == (1, None)


def test_an_axis_has_two_numbers_at_least(visit: Visit) -> None:
    page = visit(THREE)
    labels = alone("ticks.js", "linearTicks(...given).map(([, label]) => label)")
    # A panel among eight has room for three, and steps of five would leave the zero alone.
    assert page.evaluate(labels, [-4, 4, 3.4]) == ["−4", "−2", "0", "2", "4"]
    assert page.evaluate(labels, [-1.5, 1.5, 2]) == ["−1", "0", "1"]
    assert page.evaluate(labels, [-4, 4, 6]) == ["−4", "−2", "0", "2", "4"]


def test_a_surface_in_a_low_panel_is_larger_and_has_no_numbers(visit: Visit) -> None:
    page = visit(f"{to_query(EIGHT)}&view=side", solid=True)
    page.get_by_role("button", name="3D", exact=True).click()
    wait_for(page, "player.small.length === 8 && player.small.every((panel) => panel.eye)")
    scene = """[...document.querySelectorAll(".dh-small .dh-plot")].at(-1)._fullLayout.scene"""
    assert page.evaluate(f"[{scene}.aspectratio.x, {scene}.xaxis.showticklabels]") == [1.3, False]
    # One row of panels is high enough; eight scenes without a GPU take their time.
    for digit in "12345":
        page.keyboard.press(digit)
    expect(page.locator(".dh-small")).to_have_count(3, timeout=PATIENCE)
    page.wait_for_function(f"{scene}.aspectratio.x === 1 && {scene}.xaxis.showticklabels")
    assert state(page, "error") is None


def test_an_entry_is_hidden_everywhere_by_key_and_by_click(visit: Visit) -> None:
    page = visit(THREE, solid=True)
    rows = page.locator(".dh-toggle")
    everything, curves = ink(page, ".dh-contour .dh-trails"), ink(page, ".dh-losses canvas")
    # The key works on the page as it was opened, where nothing has the focus.
    page.keyboard.press("2")
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "false")
    in_link(page, "hidden", "2")
    settled(page)
    assert ink(page, ".dh-losses canvas") != curves
    assert {head["entry"] for head in state(page, "heads")} == {0, 2}
    assert ink(page, ".dh-contour .dh-trails") < everything
    # In 3D an entry has two traces, after that of the surface.
    in_3d = "document.querySelector('.dh-surface .dh-plot')._fullData"
    assert page.evaluate(f"{in_3d}[4].x.filter(Number.isFinite).length") == 0
    assert page.evaluate(f"{in_3d}[2].x.filter(Number.isFinite).length") > 10

    page.get_by_role("button", name="Side by side").click()
    expect(page.locator(".dh-small")).to_have_count(2)
    rows.first.click()
    expect(page.locator(".dh-small")).to_have_count(1)
    in_link(page, "hidden", "1.2")
    # Somebody who types means the field.
    field = page.get_by_role("spinbutton").first
    field.focus()
    field.press("2")
    field.press("Escape")
    assert state(page, "shown.hidden") == [0, 1]
    page.get_by_role("group", name=re.compile("^Player")).focus()
    page.keyboard.press("1")
    expect(page.locator(".dh-small")).to_have_count(2)
    in_link(page, "hidden", "2")

    # Fading leaves the last steps of each path.
    before = ink(page, ".dh-small .dh-trails")
    page.get_by_role("button", name="Let the paths fade").click()
    in_link(page, "trails", "fade")
    settled(page)
    assert 0 < sum(ink(page, ".dh-small .dh-trails")) < sum(before)

    # In 3D whoever turns one panel turns all, be it in the moment it appears.
    page.get_by_role("button", name="3D", exact=True).click()
    wait_for(page, "player.small.length === 2 && player.small.every((panel) => panel.eye)")
    eye = state(page, "small")[0]["eye"]
    box = page.locator(".dh-small .dh-plot").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 10, steps=3)
    page.mouse.up()
    # The height of a panel is half a turn, however long drawing takes, and all see the same.
    azimuth = math.atan2(eye["y"], eye["x"]) - math.pi * 90 / box["height"]
    page.wait_for_function(
        """(azimuth) => [...document.querySelectorAll(".dh-small .dh-plot")].every((chart) => {
          const { eye } = chart._fullLayout?.scene?._scene?.getCamera() ?? {};
          return eye && Math.abs(Math.sin((Math.atan2(eye.y, eye.x) - azimuth) / 2)) < 0.01;
        })""",
        arg=azimuth,
    )
    assert len({tuple(panel["eye"].values()) for panel in state(page, "small")}) == 1
    distances = "player.small.map(({ eye }) => Math.hypot(eye.x, eye.y, eye.z))"
    far = page.evaluate(f"(() => {{ const player = downhill_player; return {distances}[0]; }})()")
    page.mouse.wheel(0, -300)
    wait_for(page, f"{distances}.every((distance) => distance < {far} - 0.3)")
    page.get_by_role("button", name="Reset the view").click()
    before = eye["x"] / eye["y"]
    wait_for(page, f"player.small.every(({{ eye }}) => Math.abs(eye.x / eye.y - {before}) < 1e-6)")
    page.get_by_role("button", name="3D", exact=True).click()
    expect(page.locator(".dh-small .dh-trails")).to_have_count(2)

    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement?.classList.contains('dh-frame')")
    button = page.get_by_role("button", name=re.compile("^Full screen"))
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    page.wait_for_function("!document.fullscreenElement")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert (state(page, "mounts"), state(page, "error")) == (1, None)


def turn_first(page: Page) -> None:
    """Turn the first of the panels in 3D by dragging in it."""
    wait_for(page, "player.small.length === 3 && player.small.every((panel) => panel.eye)")
    settled(page)
    box = page.locator(".dh-small .dh-plot").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=3)
    page.mouse.up()


def test_together_follows_what_is_done_to_the_scene_side_by_side(visit: Visit) -> None:
    page = visit(THREE, solid=True)
    wait_for(page, "player.camera !== null")
    settled(page)
    first = state(page, "camera")["eye"]
    page.get_by_role("button", name="Side by side").click()
    page.get_by_role("button", name="3D", exact=True).click()
    turn_first(page)
    near = f"Math.abs(player.camera.eye.x - {first['x']}) < 1e-6"
    page.get_by_role("button", name="Together").click()
    wait_for(page, f"!({near})")
    page.get_by_role("button", name="Side by side").click()
    settled(page)
    page.get_by_role("button", name="Reset the view").click()
    page.get_by_role("button", name="Together").click()
    wait_for(page, near)


def test_a_page_that_opened_side_by_side_hands_its_camera_on(visit: Visit) -> None:
    page = visit(f"{to_query(THREE)}&view=side", solid=True)
    page.get_by_role("button", name="3D", exact=True).click()
    turn_first(page)
    turned = state(page, "small")[0]["eye"]
    page.get_by_role("button", name="Together").click()
    wait_for(page, f"Math.abs(player.camera?.eye.x - {turned['x']}) < 1e-6")


def test_a_sweep_morphs_a_page_that_opened_side_by_side(visit: Visit) -> None:
    page = visit(f"{to_query(THREE)}&view=side", solid=True)
    choice = page.locator(".dh-knob")
    choice.select_option(index=1)
    wait_for(page, "player.swept !== null")
    settled(page)
    before, swept = ink(page, ".dh-side .dh-trails"), state(page, "swept")
    page.locator(".dh-slider").press("End")
    wait_for(page, f"player.swept !== {swept!r}")
    page.locator(".dh-slider").press("Enter")
    settled(page)
    assert ink(page, ".dh-side .dh-trails") != before
    page.get_by_role("button", name="Together").click()
    wait_for(page, "player.camera !== null")
    assert (state(page, "mounts"), state(page, "error")) == (1, None)
