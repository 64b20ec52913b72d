"""The player in a real browser, driven as a person would."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driving import (
    MOVING,
    PATIENCE,
    PHONE,
    STILL,
    WITHOUT_3D,
    ink,
    redrawn,
    settled,
    state,
    wait_for,
)

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

APP = Path(__file__).parent / "apps" / "player_app.py"

COUNTER = ".dh-counter"

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def address(serve: Callable[[Path], str]) -> str:
    return serve(APP)


@pytest.fixture
def show(open_page: Open, address: str) -> Open:
    """``show(query, solid=..., **options)``: the test app with a drawn player, in 3D if asked."""

    def opened(query: str = "", script: str = "", *, solid: bool = False, **options: Any) -> Page:
        script = script if solid else WITHOUT_3D + script
        page = open_page(f"{address}/{query}", script, **{**STILL, **options})
        page.set_default_timeout(PATIENCE)
        page.wait_for_function("globalThis.downhill_player?.updates >= 1")
        assert state(page, "error") is None
        return page

    return opened


def slide(page: Page, name: str, key: str = "ArrowRight") -> None:
    """Move a Streamlit slider one step and wait until the player has drawn the new run."""
    slider = page.locator(f'input[type="range"][aria-label="{name}"]')
    slider.focus()
    redrawn(page, lambda: slider.press(key))


def pixel(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where the point (x, y) of the plane is on the screen, by the drawn axes."""
    box = page.locator(".dh-contour").bounding_box()
    assert box is not None
    across, down = page.evaluate("([x, y]) => globalThis.downhill_player.pixel(x, y)", [x, y])
    # The panel's pixels begin inside its border of one.
    return box["x"] + 1 + across, box["y"] + 1 + down


def test_first_run_plays_by_itself_to_its_end_and_tells_outcomes(show: Open) -> None:
    page = show(solid=True, **MOVING)
    page.get_by_label("Speed").select_option("4")
    wait_for(page, "player.playing || player.frame === player.steps")
    wait_for(page, "!player.playing && player.frame === player.steps")
    expect(page.locator(COUNTER)).to_have_text("step 300 of 300")
    expect(page.locator(".dh-entry").first).to_contain_text("still moving after 300 steps")
    expect(page.locator(".dh-live")).to_contain_text("step 300 of 300. SGD: loss")
    assert state(page, "private_drawing") is True


def test_reduced_motion_shows_the_whole_run_at_rest(show: Open) -> None:
    page = show()
    assert state(page, "playing") is False
    assert state(page, "frame") == state(page, "steps") == 300


def test_playing_asks_the_server_for_nothing(show: Open, address: str) -> None:
    page = show()
    settled(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "player.playing")
    wait_for(page, "!player.playing && player.frame === player.steps")
    assert asked == []
    assert (state(page, "updates"), state(page, "speed")) == (1, 4)


def test_steps_both_ways_ends_and_scrub(show: Open) -> None:
    page = show()
    page.get_by_label("Step", exact=True).fill("37")
    expect(page.locator(COUNTER)).to_have_text("step 37 of 300")
    page.get_by_role("button", name="One step forward").click()
    assert state(page, "frame") == 38
    page.get_by_role("button", name="One step back").click()
    page.get_by_role("button", name="One step back").click()
    assert state(page, "frame") == 36
    page.get_by_role("button", name="To the start").click()
    assert state(page, "frame") == 0
    for head in state(page, "heads"):
        assert (head["x"], head["y"]) == pytest.approx((-1.5, 2.2), abs=1e-6)
    page.get_by_role("button", name="To the end").click()
    assert state(page, "frame") == 300


def test_drawing_grows_with_the_step(show: Open) -> None:
    page = show("?case=bowl")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "player.frame > 5")
    early = ink(page, ".dh-trails")[0]
    wait_for(page, "player.frame > 150")
    assert ink(page, ".dh-trails")[0] > early > 0


@pytest.mark.parametrize("width", [390, 768, 1152, 1200, 1440])
def test_numbers_beside_each_other_do_not_touch(show: Open, width: int) -> None:
    page = show(viewport={"width": width, "height": 900})
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll(".dh-toggle, .dh-columns")].flatMap((row) => {
          const boxes = [...row.querySelectorAll(".dh-number")].map((cell) => {
            const widest = cell.matches(".dh-toggle :is(.dh-loss, .dh-norm, .dh-length)");
            if (widest) cell.textContent = "1.23e\u221215";
            const range = document.createRange();
            range.selectNodeContents(cell);
            return { text: cell.textContent, box: range.getBoundingClientRect() };
          });
          return boxes.flatMap(({ text, box }, i) => boxes.slice(i + 1).filter((other) => {
            const { left, right, top, bottom } = other.box;
            const beside = box.top < bottom - 4 && top < box.bottom - 4;
            return beside && box.left < right && left < box.right;
          }).map((other) => [text, other.text]));
        })"""
    )
    assert overlaps == []


def test_a_step_puts_no_node_into_the_page(show: Open) -> None:
    page = show()
    page.keyboard.press("Home")
    settled(page)
    page.evaluate(
        """() => {
          globalThis.nodes = 0;
          const observer = new MutationObserver((changes) => {
            for (const { addedNodes } of changes) nodes += addedNodes.length;
          });
          for (const element of document.querySelectorAll(".dh-list, .dh-counter")) {
            observer.observe(element, { childList: true, subtree: true });
          }
        }"""
    )
    losses = page.locator(".dh-loss").all_inner_texts()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    wait_for(page, "player.frame === 5")
    settled(page)
    assert page.locator(".dh-loss").all_inner_texts() != losses
    expect(page.locator(COUNTER)).to_have_text("step 5 of 300")
    assert page.evaluate("nodes") == 0


def test_keyboard(show: Open) -> None:
    page = show()
    player = page.get_by_role("group", name=re.compile("^Player"))
    player.focus()
    page.keyboard.press("Home")
    assert state(page, "frame") == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert state(page, "frame") == 2
    page.keyboard.press("ArrowLeft")
    assert state(page, "frame") == 1
    page.keyboard.press("Space")
    wait_for(page, "player.playing && player.frame > 1")
    page.keyboard.press("Space")
    assert state(page, "playing") is False
    page.keyboard.press("End")
    assert state(page, "frame") == 300


def test_frame_zoom_and_camera_survive_a_change_of_data(show: Open) -> None:
    page = show(solid=True)
    page.get_by_label("Step", exact=True).fill("60")
    contour = page.locator(".dh-contour")
    x, y = pixel(page, 0, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 25, steps=4)
    page.mouse.up()
    page.mouse.wheel(0, -300)
    wait_for(page, "Math.abs(player.view.x[1] - player.view.x[0] - 4) > 0.1")
    box = page.locator(".dh-surface").bounding_box()
    assert box is not None
    before_turn = state(page, "camera")
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 220, steps=5)
    page.mouse.up()
    wait_for(page, f"Math.abs(player.camera.eye.x - {before_turn['eye']['x']}) > 0.05")
    camera = state(page, "camera")
    # A zoom by wheel settles in the layout a little later.
    wait_for(
        page,
        "document.querySelector('.dh-contour .dh-plot').layout.xaxis.range[0] === player.view.x[0]",
    )
    view = state(page, "view")
    assert contour.is_visible()
    slide(page, "Rate")
    slide(page, "Rate")
    assert state(page, "mounts") == 1
    assert state(page, "frame") == 60
    assert state(page, "view") == view
    assert state(page, "camera")["eye"] == pytest.approx(camera["eye"], abs=1e-6)
    slide(page, "Steps", "Home")
    assert state(page, "frame") == state(page, "steps") == 20


def test_at_the_end_a_change_shows_the_end_of_the_new_run(show: Open) -> None:
    page = show()
    slide(page, "Steps", "End")
    assert state(page, "frame") == state(page, "steps") == 600
    assert state(page, "playing") is False


def test_unchanged_surface_is_not_sent_again(show: Open) -> None:
    page = show()
    sizes: list[int] = []
    # Playwright tells of sockets as they open; this one is open, so the browser itself is asked.
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.webSocketFrameReceived",
        lambda event: sizes.append(len(event["response"]["payloadData"]) * 3 // 4),
    )
    slide(page, "Rate")
    assert sizes
    # Three entries of 301 vertices are 11 KB; the surface alone would be 58 KB.
    assert sum(sizes) < 30_000


def test_theme_changes_live(show: Open) -> None:
    page = show(solid=True, color_scheme="light")
    assert page.locator(".dh-player.dh-dark").count() == 0
    page.emulate_media(color_scheme="dark")
    page.locator(".dh-player.dh-dark").wait_for()
    assert state(page, "mounts") == 1
    text = page.evaluate("document.querySelector('.dh-contour .dh-plot').layout.xaxis.color")
    assert text == page.evaluate(
        "getComputedStyle(document.querySelector('.dh-player')).getPropertyValue('--st-text-color').trim()"
    )


def test_click_on_the_contour_sets_the_start(show: Open) -> None:
    page = show()
    drawn = state(page, "drawn")
    page.mouse.click(*pixel(page, 0.5, -0.5))
    wait_for(page, f"player.drawn !== {drawn!r}")
    page.get_by_role("button", name="To the start").click()
    head = state(page, "heads")[0]
    assert (head["x"], head["y"]) == pytest.approx((0.5, -0.5), abs=0.02)
    expect(page.get_by_text(re.compile(r"^start 0\.[45]\d* -0\.[45]\d*$"))).to_be_visible()


def test_dragging_the_contour_is_no_click(show: Open) -> None:
    page = show()
    x, y = pixel(page, 0, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    page.mouse.up()
    wait_for(page, "Math.abs(player.view.x[0] + 2) > 0.1")
    expect(page.get_by_text("start -1.5 2.2")).to_be_visible()


def test_public_drawing_works_too(show: Open) -> None:
    page = show("?player=public", solid=True)
    assert state(page, "private_drawing") is False
    page.get_by_label("Step", exact=True).fill("40")
    # The lines of the 3D chart end where the heads are.
    page.wait_for_function(
        """() => {
          const { data } = document.querySelector(".dh-surface .dh-plot");
          const end = (entry) => data[2 * entry + 2].x.filter(Number.isFinite).at(-1);
          return downhill_player.heads.every((head) => Math.abs(end(head.entry) - head.x) < 1e-6);
        }"""
    )
    slide(page, "Rate")
    assert state(page, "frame") == 40
    assert state(page, "error") is None


def test_divergence_is_told_where_and_when(show: Open) -> None:
    page = show("?case=diverge")
    badge = page.locator(".dh-badge")
    expect(badge).to_have_text(re.compile(r"^SGD diverged at step \d+$"))
    step = int(re.search(r"\d+$", badge.inner_text()).group())  # type: ignore[union-attr]
    assert state(page, "heads[0].status") == "diverged"
    page.get_by_label("Step", exact=True).fill(str(step - 1))
    expect(badge).to_have_text(re.compile(r"^SGD left the picture at step \d+$"))
    page.get_by_role("button", name="To the start").click()
    expect(badge).to_have_count(0)


def test_numbers_no_chart_can_draw(show: Open) -> None:
    page = show("?case=huge", solid=True)
    page.get_by_role("button", name="To the start").click()
    for _ in range(10):
        page.get_by_role("button", name="One step forward").click()
    assert state(page, "error") is None
    largest = page.evaluate(
        """() => Math.max(...document.querySelector(".dh-contour .dh-plot").data[0].z.flat()
        .filter(Number.isFinite).map(Math.abs))"""
    )
    assert largest < 100
    assert page.locator(".dh-bar").inner_text().strip()


def test_surface_without_values_says_so(show: Open) -> None:
    page = show("?case=empty")
    expect(page.locator(".dh-whole")).to_contain_text("no defined value")
    assert page.locator(".dh-contour").is_hidden()


def test_surface_with_holes_is_drawn(show: Open) -> None:
    page = show("?case=holes", solid=True)
    assert state(page, "error") is None
    assert ink(page, ".dh-trails")[0] > 0


def test_many_starts_are_numbered_and_summed_up(show: Open) -> None:
    page = show("?case=many", solid=True)
    assert len(state(page, "heads")) == 80
    expect(page.locator(".dh-entry").first).to_contain_text(re.compile(r"\d+ of 16 settled"))


def test_without_webgl_everything_else_works(show: Open) -> None:
    page = show()
    expect(page.locator(".dh-surface .dh-note")).to_contain_text("WebGL is missing")
    page.get_by_label("Step", exact=True).fill("12")
    assert state(page, "frame") == 12
    assert ink(page, ".dh-trails")[0] > 0


COUNT_READS = """
globalThis.reads = 0;
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
  const read = kind.prototype.readPixels;
  kind.prototype.readPixels = function (...given) { reads++; return read.apply(this, given); };
}
"""


def test_nobody_waits_until_a_surface_is_read_back(show: Open) -> None:
    page = show(script=COUNT_READS, solid=True)
    page.get_by_label("Step", exact=True).fill("40")
    slide(page, "Rate")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for(page, "player.playing")
    wait_for(page, "!player.playing && player.frame === player.steps")
    assert state(page, "private_drawing") is True
    assert page.evaluate("reads") == 0
    # Plotly.js itself reads a picture of the scene back: the count counts.
    page.evaluate("Plotly.toImage(document.querySelector('.dh-surface .dh-plot'))")
    assert page.evaluate("reads") > 0


@pytest.mark.parametrize("playing", [False, True])
def test_lost_webgl_is_told_and_comes_back(show: Open, playing: bool) -> None:
    page = show(solid=True, **(MOVING if playing else STILL))
    if playing:
        wait_for(page, "player.playing")
    page.evaluate(
        """() => {
          const canvas = document.querySelector(".dh-surface canvas");
          const gl = canvas.getContext("webgl") ?? canvas.getContext("webgl2");
          globalThis.loss = gl.getExtension("WEBGL_lose_context");
          globalThis.loss.loseContext();
          // A drawing between the loss and the news of it.
          document.querySelector(".dh-surface .dh-plot")._fullLayout.scene._scene.glplot.redraw();
        }"""
    )
    note = page.locator(".dh-surface .dh-note")
    expect(note).to_contain_text("WebGL was lost")
    slide(page, "Rate")
    page.evaluate("globalThis.loss.restoreContext()")
    expect(note).to_be_hidden()
    page.get_by_label("Step", exact=True).fill("12")
    assert state(page, "error") is None


def test_narrow_screen_stacks_with_the_transport_in_reach(show: Open) -> None:
    page = show(is_mobile=True, **PHONE)
    contour = page.locator(".dh-contour").bounding_box()
    surface = page.locator(".dh-surface").bounding_box()
    play = page.get_by_role("button", name="Play", exact=True).bounding_box()
    assert contour and surface and play
    assert contour["y"] + contour["height"] <= play["y"] < surface["y"]
    assert play["y"] + play["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_touch_targets_and_names_and_pictures_that_are_saved(show: Open) -> None:
    page = show(solid=True)
    save = page.get_by_role("button", name="Save picture")
    save.click()
    for control in page.locator(".dh-player :is(button, select, input):visible").all():
        box = control.bounding_box()
        assert box and box["height"] >= 40 and box["width"] >= 40
        assert control.get_attribute("aria-label") or control.inner_text().strip()
    page.keyboard.press("Escape")
    expect(page.locator(".dh-menu")).to_be_hidden()
    beginnings = {"svg": b"<svg", "png": b"\x89PNG"}
    for name, picture in (("Contour map as SVG", "contour"), ("3D picture as PNG", "surface")):
        save.click()
        with page.expect_download() as saved:
            page.get_by_role("button", name=name).click()
        kind = name[-3:].lower()
        assert saved.value.suggested_filename == f"downhill-{picture}.{kind}"
        found = Path(saved.value.path()).read_bytes()
        assert found.startswith(beginnings[kind])
        # The path, which the page draws on a canvas of its own, and the name of whose it is.
        assert kind == "png" or (b"scatterlayer" in found and b"SGD" in found)
    assert state(page, "error") is None


def test_loss_axis_switches_between_log_and_linear(show: Open) -> None:
    page = show()
    assert state(page, "charts.losses.log") is True
    page.get_by_role("button", name="linear").click()
    wait_for(page, "!player.charts.losses.log")
    slide(page, "Rate")
    assert state(page, "charts.losses.log") is False


def test_files_are_compressed_and_kept(show: Open, address: str) -> None:
    page = show()
    script = page.evaluate(
        "[...document.scripts].map((s) => s.src).find((s) => s.includes('plotly.min.js'))"
    )
    answer = page.request.get(script)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] in ("br", "gzip")
    assert page.request.get(re.sub(r"[0-9a-f]{16}", "0" * 16, script)).status == 404
