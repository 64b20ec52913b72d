"""What this machine costs for work that is not ours, in the same run as ours.

The limits of ``benchmarks/player.py`` are milliseconds, and were set on a machine on which a rerun
of a page with one slider cost the server 6.7 ms of processor time, and a turn of Plotly's camera
cost the page 6.0 ms. The same two cores of a shared host have been seen several times slower than
that, for hours. So both are measured again beside every figure: a limit holds on a machine as slow
as this one when the figure is within limit x (yardstick here / yardstick then).
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.processes import processor_seconds
from benchmarks.visits import VIEWPORT, Visit
from tests.browser.serving import serving

BARE_PAGE = Path(__file__).with_name("bare_page.py")
RERUN_MILLISECONDS_THEN = 6.7
"""Of the server's processor, for a rerun of Streamlit's smallest page with a slider."""

CAMERA_MILLISECONDS_THEN = 6.0
"""Of the page's main thread, for a frame of 3D in which nothing but the camera has moved."""

PRESSES = 60
FRAMES = 60


def bare_rerun(browser: Browser) -> float:
    """Server processor milliseconds of a rerun of the page in ``bare_page.py``."""
    with serving(BARE_PAGE) as (address, server):
        context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        slider = page.get_by_role("slider")
        slider.focus()

        def press(count: int) -> None:
            for number in range(count):
                page.keyboard.press("ArrowRight" if number % 20 < 10 else "ArrowLeft")
                at = slider.get_attribute("aria-valuetext") or slider.input_value()
                page.get_by_text(f"At {at}.").wait_for()

        press(20)
        before = processor_seconds(server)
        press(PRESSES)
        spent = processor_seconds(server) - before
        context.close()
    return 1000 * spent / PRESSES


def camera_frame(visit: Visit) -> float:
    """Main-thread milliseconds of a frame of the 3D panel with only its camera moved."""
    turn = """async (frames) => {
      const { scene } = document.querySelector(".dh-surface .js-plotly-plot")._fullLayout;
      const plot = scene._scene.glplot, { eye, up, center } = scene._scene.getCamera();
      for (let frame = 0; frame < frames; frame++) {
        const angle = 0.01 * (frame % 2 ? 1 : -1);
        const x = eye.x * Math.cos(angle) - eye.y * Math.sin(angle);
        const y = eye.x * Math.sin(angle) + eye.y * Math.cos(angle);
        const camera = { eye: { x, y, z: eye.z }, up, center, projection: { type: "perspective" } };
        scene._scene.setViewport({ camera, aspectratio: scene.aspectratio });
        plot.redraw();
        await bench.frame();
      }
      scene._scene.setViewport(scene);
    }"""
    visit.page.evaluate(turn, FRAMES // 4)
    before = visit.main_thread_seconds()
    visit.page.evaluate(turn, FRAMES)
    return 1000 * (visit.main_thread_seconds() - before) / FRAMES
