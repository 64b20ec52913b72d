"""The sweep of the playground in a real browser: dragged without the server, kept when let go."""

from __future__ import annotations

import pytest

from optim_core import Entry, RunConfig, Scenario
from tests.browser.driving import Visit, in_address, ink, redrawn, settled, state, wait_for

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

MOMENTUM = "1:momentum"
STOPS = 41

RACE = Scenario(
    surface="sharp_flat",
    entries=tuple(
        Entry(key, {"learning_rate": 0.06}) for key in ("sgd", "momentum", "nesterov", "adam")
    ),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=150),
)


def choose(page: Page, knob: str = MOMENTUM) -> None:
    redrawn(page, lambda: page.get_by_label("What to sweep").select_option(knob))
    expect(page.locator(".dh-slider")).to_be_visible()


def stop(page: Page, index: int) -> tuple[float, float]:
    """Where on the screen the slider's thumb is at one of its stops."""
    box = page.locator(".dh-slider").bounding_box()
    assert box is not None
    thumb = 24
    across = thumb / 2 + index * (box["width"] - thumb) / (STOPS - 1)
    return box["x"] + across, box["y"] + box["height"] / 2


def grip(page: Page, index: int = 36) -> None:
    page.locator(".dh-slider").scroll_into_view_if_needed()
    page.mouse.move(*stop(page, index))
    page.mouse.down()


def strip_colours(page: Page) -> list[tuple[int, ...]]:
    """The colour low in each column of the strip."""
    return page.evaluate(
        """(stops) => {
          const canvas = document.querySelector(".dh-strip"), pen = canvas.getContext("2d");
          const ratio = canvas.width / canvas.clientWidth, each = (canvas.clientWidth - 24) / 40;
          const down = (canvas.clientHeight - 10) * ratio;
          return Array.from({ length: stops }, (_, i) =>
            [...pen.getImageData((12 + i * each) * ratio, down, 1, 1).data]);
        }""",
        STOPS,
    )


def test_dragging_low_takes_momentum_to_the_sharp_minimum_without_the_server(visit: Visit) -> None:
    page = visit(RACE, solid=True)
    # A socket is only heard from its beginning.
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    wait_for(page, "player?.updates >= 1")
    settled(page)
    assert sent
    choose(page)
    assert state(page, "swept") == 0.9
    assert state(page, "heads")[1]["x"] == pytest.approx(2, abs=0.05)
    others = [state(page, "heads")[row] for row in (0, 2, 3)]
    cursors = page.locator(".dh-cursor").all()
    curves = [cursor.screenshot() for cursor in cursors]
    assert len(curves) == 3
    grip(page)
    place = page.locator(".dh-slider").bounding_box()
    sent.clear()
    for index in range(35, 7, -1):
        page.mouse.move(*stop(page, index))
    wait_for(page, "Math.abs(player.swept - 0.198) < 1e-9")
    wait_for(page, "Math.abs(player.heads[1].x + 2) < 0.05")
    expect(page.locator(".dh-value")).to_have_text("0.198")
    assert [state(page, "heads")[row] for row in (0, 2, 3)] == others
    assert all(c.screenshot() != before for c, before in zip(cursors, curves, strict=True))
    assert sent == []
    assert in_address(page) == RACE

    redrawn(page, page.mouse.up)
    # The entry is called otherwise now, and the slider stays under the hand.
    assert page.locator(".dh-slider").bounding_box() == place
    assert sent
    page.wait_for_function("location.search.includes('momentum~0.198')")
    kept = in_address(page)
    assert kept.entries[1]["momentum"] == 0.198
    assert kept.entries[::2] == RACE.entries[::2]
    assert state(page, "swept") == 0.198
    assert state(page, "heads")[1]["x"] == pytest.approx(-2, abs=0.01)
    card = page.locator(".st-key-card-1")
    card.get_by_text("More settings").click()
    expect(card.get_by_label("Momentum, typed")).to_have_value("0.198")


def test_dragging_back_to_where_it_was_changes_nothing(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    drawn, heads = state(page, "drawn"), state(page, "heads")
    grip(page)
    page.mouse.move(*stop(page, 3))
    wait_for(page, "player.swept < 0.1")
    page.mouse.move(*stop(page, 36))
    page.mouse.up()
    wait_for(page, "player.swept === 0.9")
    settled(page)
    assert (state(page, "drawn"), state(page, "heads")) == (drawn, heads)
    assert in_address(page) == RACE


def test_dragging_draws_only_the_swept_path(visit: Visit) -> None:
    page = visit(RACE)
    trails, heads = ".dh-contour .dh-trails", ".dh-contour .dh-heads"
    all_four = ink(page, trails)[0]
    choose(page)
    grip(page)
    page.mouse.move(*stop(page, 20))
    wait_for(page, "player.swept < 0.6")
    others, at_twenty = ink(page, trails)[0], ink(page, heads)[0]
    assert 0 < others < all_four
    page.evaluate(
        """(name) => {
          globalThis.cleared = 0;
          const { clearRect } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            if (this.canvas.matches(name)) cleared += 1;
            return clearRect.apply(this, box);
          };
        }""",
        trails,
    )
    for index in range(19, 2, -1):
        page.mouse.move(*stop(page, index))
    wait_for(page, "player.swept < 0.1")
    assert page.evaluate("cleared") == 0
    assert ink(page, trails)[0] == others
    assert ink(page, heads)[0] != at_twenty
    # Back at a past step its path is as short as theirs, with the rest of it faint.
    long = ink(page, heads)[0]
    page.evaluate(
        """() => {
          const scrub = document.querySelector(".dh-transport .dh-scrub");
          scrub.value = 0;
          scrub.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    wait_for(page, "player.frame === 0")
    assert 0 < ink(page, heads)[0] < long
    page.mouse.up()
    redrawn(page, lambda: page.get_by_label("What to sweep").select_option(""))
    page.get_by_role("button", name="To the end").click()
    settled(page)
    assert ink(page, trails)[0] > others


def test_whoever_opens_the_link_has_the_slider(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    page.wait_for_function("location.search.includes('sweep=2~momentum')")
    grip(page)
    page.mouse.move(*stop(page, 5))
    redrawn(page, page.mouse.up)
    page.wait_for_function("location.search.includes('momentum~0.124')")
    page.goto(page.url)
    wait_for(page, "player?.updates >= 1")
    settled(page)
    expect(page.locator(".dh-slider")).to_be_visible()
    expect(page.get_by_label("What to sweep")).to_have_value(MOMENTUM)
    assert state(page, "swept") == in_address(page).entries[1]["momentum"]
    redrawn(page, lambda: page.get_by_label("What to sweep").select_option(""))
    page.wait_for_function("!location.search.includes('sweep')")


def test_the_keyboard_morphs_and_enter_commits(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    slider = page.locator(".dh-slider")
    slider.focus()
    frame = state(page, "frame")
    slider.press("Home")
    wait_for(page, "player.swept === 0")
    wait_for(page, "Math.abs(player.heads[1].x + 2) < 0.05")
    # The keys of the clock are not those of the sweep.
    assert state(page, "frame") == frame
    redrawn(page, lambda: slider.press("Enter"))
    assert in_address(page).entries[1]["momentum"] == 0.0


def test_space_plays_while_the_slider_has_the_focus(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    page.locator(".dh-slider").focus()
    page.keyboard.press("Space")
    wait_for(page, "player.playing || player.frame < player.steps")
    page.keyboard.press("Space")
    wait_for(page, "!player.playing")


def test_the_keyboard_commits_after_a_rest(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    slider = page.locator(".dh-slider")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowLeft")
    # A slow machine may rest between two presses: then more than one value is kept on the way.
    page.wait_for_function("location.search.includes('momentum~0.743')")
    assert in_address(page).entries[1]["momentum"] == 0.743
    wait_for(page, "player.swept === 0.743")


def test_the_strip_shows_the_threshold_in_colours_and_words(visit: Visit) -> None:
    page = visit(RACE)
    choose(page)
    strip = page.get_by_role("img", name="Where the run ends for each value.")
    expect(strip).to_have_accessible_name(
        "Where the run ends for each value. 0 to 0.792: sharp minimum (−2, 0); "
        "0.817 to 0.941: flat minimum (2, 0); 0.965: sharp minimum (−2, 0); 0.99: still on its way"
    )
    colours = [tuple(colour) for colour in strip_colours(page)]
    assert len(set(colours)) == 3
    assert len(set(colours[:33])) == len(set(colours[33:39])) == 1
    assert colours[39] == colours[0] != colours[33]
    expect(page.locator(".dh-ends li")).to_have_text(
        ["sharp minimum (−2, 0)", "flat minimum (2, 0)", "still on its way"]
    )


def test_off_at_first_and_off_again(visit: Visit) -> None:
    page = visit(RACE)
    expect(page.locator(".dh-slider")).to_be_hidden()
    assert state(page, "swept") is None
    choose(page)
    redrawn(page, lambda: page.get_by_label("What to sweep").select_option(""))
    expect(page.locator(".dh-slider")).to_be_hidden()
    assert in_address(page) == RACE


def test_a_sweep_over_divergence_and_several_starts(visit: Visit) -> None:
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 1e-3}), Entry("adam", {"learning_rate": 0.05})),
        starts=((-1.5, 2.0), (1.5, -0.5), (0.0, 2.5)),
        config=RunConfig(steps=400),
    )
    page = visit(scenario)
    choose(page, "0:learning_rate")
    expect(page.locator(".dh-ends")).to_contain_text("diverged")
    grip(page, 10)
    page.mouse.move(*stop(page, STOPS - 1))
    wait_for(page, "player.swept === 2")
    statuses = [head["status"] for head in state(page, "heads")]
    assert statuses[:3] == ["diverged"] * 3
    assert "diverged" not in statuses[3:]
    redrawn(page, page.mouse.up)
    assert in_address(page).entries[0]["learning_rate"] == 2.0


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_picture_and_sweep_are_seen_together(visit: Visit, width: int, height: int) -> None:
    page = visit(RACE, viewport={"width": width, "height": height})
    choose(page)
    parts = [".dh-contour", ".dh-slider", ".dh-strip", ".dh-ends"]
    if width > 700:
        parts += [".dh-surface", ".dh-losses"]
    for part in parts:
        expect(page.locator(part)).to_be_in_viewport(ratio=0.99)
    for control in (".dh-slider", ".dh-knob"):
        box = page.locator(control).bounding_box()
        assert box is not None and box["height"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") == width
