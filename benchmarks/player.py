"""How fast the playground is in a browser: frames, messages, slider to picture, memory.

    python -m benchmarks.player

A real Chromium without a graphics card (3D is drawn by the processor, so frames in 3D are few, but
what the page's own thread spends on one is the same as on any machine), and a server of its own on
the same machine. Main-thread time is the browser's count of processor time, not of waiting. Two
yardsticks are measured in the same run, by which a slow hour of a shared machine can be told from
a slow page: see ``yardsticks.py``.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import describe, save
from benchmarks.processes import processor_seconds, resident_megabytes
from benchmarks.visits import Sizes, Visit, first_drawing, visiting
from benchmarks.yardsticks import (
    CAMERA_MILLISECONDS_THEN,
    RERUN_MILLISECONDS_THEN,
    bare_rerun,
    camera_frame,
)
from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario
from optim_core.link import to_query
from tests.browser.chromium import launch
from tests.browser.driving import WITHOUT_3D
from tests.browser.serving import serving

EIGHT = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "amsgrad", "nadam")
STEPS = 300
CHANGES = 500
PRESSES = 60
LIMITS = {
    "frame_3d_and_contour_cpu_milliseconds": 12.0,
    "frame_side_by_side_cpu_milliseconds": 20.0,
    "contour_only_frame_p95_milliseconds": 34.0,
    "update_kilobytes": 30.0,
    "update_with_sweep_kilobytes": 150.0,
    "slider_to_drawn_p50_milliseconds": 130.0,
    "slider_to_drawn_p95_milliseconds": 200.0,
    "sweep_morph_cpu_milliseconds": 8.0,
    "server_cpu_milliseconds_a_rerun": 20.0,
    "first_drawing_warm_seconds": 3.0,
    "page_heap_growth_megabytes": 5.0,
    "server_growth_megabytes": 20.0,
}
"""What is asked of the playground; a figure over its limit is told, and saved all the same."""

SIZES = ("kilobytes", "megabytes")
"""What ends so does not depend on how fast a machine is."""


def line_up(surface: str = "rosenbrock", start: tuple[float, float] = (-1.5, 2.2)) -> Scenario:
    """Eight optimizers, 300 steps."""
    return Scenario(
        surface=surface,
        entries=tuple(Entry(key, {"learning_rate": suited(key)}) for key in EIGHT),
        starts=(start,),
        config=RunConfig(steps=STEPS),
    )


def suited(key: str) -> float:
    """A rate at which the optimizer neither stands still nor leaves the surface."""
    default = float(next(k.default for k in OPTIMIZERS[key].knobs if k.key == "learning_rate"))
    return {"sgd": 8e-4, "momentum": 2e-4, "nesterov": 2e-4}.get(key, default)


def frame_cost(visit: Visit) -> float:
    """Main-thread milliseconds of a frame with every panel drawn, scrubbing through the run.

    While it plays, slow 3D is left out of some frames; scrubbing draws all of it at every step.
    """
    steps = visit.state("steps")
    drag = "(values) => bench.drag(document.querySelector('.dh-transport .dh-scrub'), values)"
    visit.page.evaluate(drag, [*range(0, steps, 10)])
    before = visit.main_thread_seconds()
    visit.page.evaluate(drag, [*range(1, steps + 1)])
    return 1000 * (visit.main_thread_seconds() - before) / steps


def playing_intervals(visit: Visit) -> list[float]:
    """Milliseconds between the frames of one playback from the start."""
    return visit.page.evaluate(
        """async () => {
          const input = document.querySelector(".dh-transport .dh-scrub");
          input.value = 0;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector(".dh-play").click();
          const intervals = [];
          let last = await bench.frame();
          while (downhill_player.playing) {
            const now = await bench.frame();
            intervals.push(now - last);
            last = now;
          }
          return intervals;
        }"""
    )


def slider_presses(visit: Visit, presses: int) -> tuple[list[float], list[Sizes]]:
    """Milliseconds from a key on the learning rate to the drawn run, and bytes received for it.

    Each key is pressed when the page has nothing left to do: the widgets come after the picture.

    The slider goes to and fro over more values than the server remembers from this benchmark, so
    that runs are traced anew at first and found again later, as in a class.
    """
    slider = visit.page.locator(".st-key-card-1").get_by_role("slider").first
    slider.focus()
    times, sizes = [], []
    for press in range(presses):
        visit.page.evaluate("new Promise((done) => requestIdleCallback(done))")
        visit.received.clear()
        visit.page.evaluate(
            """() => {
              const before = downhill_player.drawn;
              addEventListener("keydown", (event) => {
                const pressed = performance.now();
                bench.pending = bench.drawn(before).then((drawn) => drawn - pressed);
              }, { once: true, capture: true });
            }"""
        )
        visit.page.keyboard.press("ArrowRight" if press % 24 < 12 else "ArrowLeft")
        times.append(visit.page.evaluate("bench.pending"))
        visit.page.wait_for_selector('[data-test-script-state="notRunning"]', state="attached")
        sizes.append(visit.received_bytes())
    return times, sizes


def sweep_cost(visit: Visit) -> tuple[float, Sizes]:
    """Main-thread milliseconds of a morph, and bytes received when the sweep was chosen."""
    visit.received.clear()
    choice = visit.page.locator(".dh-knob")
    option = choice.locator("option").nth(1).get_attribute("value")
    choice.select_option(option)
    visit.page.wait_for_function("downhill_player.swept !== null")
    visit.settle()
    size = visit.received_bytes()
    drag = "(values) => bench.drag(document.querySelector('.dh-slider'), values)"
    there_and_back = [*range(41), *range(40, -1, -1)]
    visit.page.evaluate(drag, there_and_back)
    before = visit.main_thread_seconds()
    visit.page.evaluate(drag, there_and_back * 2)
    spent = visit.main_thread_seconds() - before
    return 1000 * spent / (2 * len(there_and_back)), size


def memory(visit: Visit, server: int) -> dict[str, Any]:
    """What page and server hold after 100 changes of a slider, and after 500."""
    held = []
    slider = visit.page.locator(".st-key-card-1").get_by_role("slider").first
    slider.focus()
    for change in range(CHANGES):
        if change == CHANGES // 5:
            held.append((visit.heap_megabytes(), resident_megabytes(server)))
        drawn = visit.state("drawn")
        visit.page.keyboard.press("ArrowRight" if change % 24 < 12 else "ArrowLeft")
        visit.page.evaluate("(before) => bench.drawn(before)", drawn)
    held.append((visit.heap_megabytes(), resident_megabytes(server)))
    (page_before, server_before), (page_after, server_after) = held
    return {
        "changes": CHANGES,
        "page_heap_megabytes": page_after,
        "page_heap_growth_megabytes": page_after - page_before,
        "server_megabytes": server_after,
        "server_growth_megabytes": server_after - server_before,
    }


def context_returns(visit: Visit) -> bool:
    """Whether the 3D panel says that it lost its context, and draws again once it is back."""
    lost = visit.page.evaluate(
        """async () => {
          const canvas = document.querySelector(".dh-surface canvas");
          const context = canvas.getContext("webgl") ?? canvas.getContext("webgl2");
          const extension = context.getExtension("WEBGL_lose_context");
          extension.loseContext();
          const note = document.querySelector(".dh-surface .dh-note");
          while (note.hidden) await bench.frame();
          extension.restoreContext();
          while (!note.hidden) await bench.frame();
          return true;
        }"""
    )
    visit.settle()
    return bool(lost) and visit.state("error") is None


def measured(browser: Browser, address: str, server: int) -> dict[str, Any]:
    """Every figure, by name."""
    eight = f"{address}/?{to_query(line_up())}"
    first = first_drawing(browser, eight)
    figures: dict[str, Any] = {
        "bare_page_cpu_milliseconds_a_rerun": bare_rerun(browser),
        "first_seen_warm_seconds": first.seen,
        "first_drawing_warm_seconds": first.whole,
    }
    with visiting(browser, eight) as visit:
        figures["camera_alone_cpu_milliseconds"] = camera_frame(visit)
        figures["frame_3d_and_contour_cpu_milliseconds"] = frame_cost(visit)
        times, sizes = slider_presses(visit, PRESSES)
        figures["update_kilobytes"] = max(size.player for size in sizes) / 1000
        figures["update_of_the_whole_page_kilobytes"] = max(size.page for size in sizes) / 1000
        figures |= percentiles("slider_to_drawn_with_software_3d", times)
        figures["server_cpu_milliseconds_a_rerun"] = rerun_cost(visit, server)
        figures["webgl_context_returns"] = context_returns(visit)
        figures["sweep_morph_cpu_milliseconds"], size = sweep_cost(visit)
        figures["update_with_sweep_kilobytes"] = size.player / 1000
    with visiting(browser, f"{eight}&view=side") as visit:
        figures["frame_side_by_side_cpu_milliseconds"] = frame_cost(visit)
    with visiting(browser, eight, WITHOUT_3D) as visit:
        intervals = playing_intervals(visit)
        figures |= percentiles("contour_only_frame", intervals) | {"frames": len(intervals)}
        times, _ = slider_presses(visit, PRESSES)
        figures |= percentiles("slider_to_drawn", times)
        figures |= memory(visit, server)
    return figures


def rerun_cost(visit: Visit, server: int) -> float:
    """Server processor milliseconds of a rerun whose run is remembered: all but the tracing."""
    slider_presses(visit, 24)
    before = processor_seconds(server)
    slider_presses(visit, 48)
    return 1000 * (processor_seconds(server) - before) / 48


def percentiles(name: str, milliseconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile, with the name that LIMITS knows."""
    ordered = sorted(milliseconds)
    share = {p: ordered[round(p / 100 * (len(ordered) - 1))] for p in (50, 95)}
    return {f"{name}_p{p}_milliseconds": value for p, value in share.items()}


def limits_here(figures: dict[str, Any]) -> dict[str, float]:
    """The limits for a machine as slow as this one is now; no stricter than they are."""
    server = max(1.0, figures["bare_page_cpu_milliseconds_a_rerun"] / RERUN_MILLISECONDS_THEN)
    page = max(1.0, figures["camera_alone_cpu_milliseconds"] / CAMERA_MILLISECONDS_THEN)
    return {
        name: limit * (1.0 if name.endswith(SIZES) else server if is_servers(name) else page)
        for name, limit in LIMITS.items()
    }


def is_servers(name: str) -> bool:
    """Whether a figure is mostly what the server does."""
    return name.startswith(("server", "slider"))


def verdict(value: float, limit: float | None, here: float | None) -> str:
    """How a figure stands to its limit, and to the limit of a machine like this one."""
    if limit is None or here is None:
        return ""
    if value <= limit:
        return f"  (limit {limit:g})"
    return (
        f"  (limit {limit:g}: OVER; for this machine {here:.3g}{'' if value <= here else ': OVER'})"
    )


def main() -> None:
    """Measure everything, print and save it."""
    machine = describe()
    with serving() as (address, server), sync_playwright() as playwright:
        browser = launch(playwright)
        figures = measured(browser, address, server)
        machine["browser"] = browser.version
        browser.close()
    here = limits_here(figures)
    for name, value in figures.items():
        print(f"{name:48s} {value:10.4g}{verdict(value, LIMITS.get(name), here.get(name))}")
    payload = {
        "presses": PRESSES,
        "limits": LIMITS,
        "over_the_limit": [name for name, limit in LIMITS.items() if figures[name] > limit],
        "limits_for_this_machine": here,
        "over_the_limit_for_this_machine": [n for n, limit in here.items() if figures[n] > limit],
        "figures": figures,
    }
    print(save("player", payload, machine))


if __name__ == "__main__":
    main()
