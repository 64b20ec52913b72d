"""A visit of the playground in Chromium, with what it costs: frames, messages, processor time."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from playwright.sync_api import Browser, CDPSession, Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

VIEWPORT = {"width": 1440, "height": 900}

# The clocks of this script and of the page differ, so times are taken in the page.
WATCH = """
globalThis.bench = {
  // Resolves when the player has drawn another run than `drawn`, two frames later: it is on screen.
  drawn(before) {
    return new Promise((done) => {
      const look = () => {
        if (downhill_player.drawn !== before) {
          requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
        } else requestAnimationFrame(look);
      };
      look();
    });
  },
  frame() { return new Promise((done) => requestAnimationFrame(done)); },
  // Moves a range input through `values`, one a frame, as a drag does.
  async drag(input, values) {
    for (const value of values) {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await bench.frame();
    }
  },
};
"""


class Sizes(NamedTuple):
    """Bytes of messages: those of the player, and those of the whole page."""

    player: int
    page: int


@dataclass
class Visit:
    """A page with the player, and what has come over its WebSocket."""

    page: Page
    devtools: CDPSession
    received: list[bytes] = field(default_factory=list)

    def state(self, name: str) -> Any:
        """One of the things that the player shows to tests."""
        return self.page.evaluate(f"downhill_player.{name}")

    def settle(self) -> None:
        """Wait until the script has run, the page has drawn, and nothing plays."""
        self.page.wait_for_function("globalThis.downhill_player?.updates >= 1")
        self.page.wait_for_selector('[data-test-script-state="notRunning"]', state="attached")
        self.page.evaluate("bench.frame().then(bench.frame)")

    def main_thread_seconds(self) -> float:
        """Processor time of the page's main thread so far."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def listen(self, socket: WebSocket) -> None:
        """Keep what comes over ``socket``."""

        def keep(data: bytes | str) -> None:
            self.received.append(data.encode() if isinstance(data, str) else data)

        socket.on("framereceived", keep)

    def received_bytes(self) -> Sizes:
        """How much has come since ``received`` was cleared: the player's share, and all of it."""
        own = 0
        for data in self.received:
            message = ForwardMsg.FromString(data)
            component = message.delta.new_element.bidi_component.component_name
            own += len(data) if component.startswith("downhill_") else 0
        return Sizes(own, sum(map(len, self.received)))

    def heap_megabytes(self) -> float:
        """What the page's scripts hold after a collection."""
        self.devtools.send("HeapProfiler.collectGarbage")
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 1e6


@contextmanager
def visiting(browser: Browser, address: str, script: str = "") -> Iterator[Visit]:
    """A visit of ``address`` that does not play by itself; ``script`` runs before the page's."""
    context = browser.new_context(
        viewport=VIEWPORT,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.add_init_script(WATCH + script)
    page = context.new_page()
    page.set_default_timeout(60_000)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    visit = Visit(page, devtools)
    page.on("websocket", visit.listen)
    page.goto(address)
    visit.settle()
    yield visit
    context.close()


class FirstDrawing(NamedTuple):
    """Seconds from the address until the run is to be seen, and until its scene is drawn too."""

    seen: float
    whole: float


def first_drawing(browser: Browser, address: str) -> FirstDrawing:
    """How soon a run is there, with the files in the browser's cache."""
    context = browser.new_context(
        viewport=VIEWPORT,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.add_init_script(WATCH)
    found = []
    for _ in range(6):
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("globalThis.downhill_player?.updates >= 1", timeout=60_000)
        whole, seen = page.evaluate(
            "bench.frame().then(bench.frame).then((now) => [now, downhill_player.seen])"
        )
        found.append(FirstDrawing(seen / 1000, whole / 1000))
        page.close()
    context.close()
    return FirstDrawing(*(statistics.median(times) for times in zip(*found[1:], strict=True)))
