"""The training lab in a real browser, with its real worker: networks are trained for real."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from optim_core.training import Experiment, network_entry
from pages.ui.training.link_text import packed
from tests.browser.serving import serving

PATIENCE_MS = 60_000
"""A worker imports torch before its first step; a machine that is busy does that slowly."""

SECONDS_LONG = Experiment(
    dataset="mnist",
    dataset_settings={"examples": 1_000},
    network="small_cnn",
    network_settings={"width": 4},
    entries=tuple(network_entry(key) for key in ("sgd", "momentum", "adam")),
    seeds=(0, 1),
    epochs=12,
    batch_size=50,
)
ENDLESS = SECONDS_LONG.changed(epochs=500)

POINTS = """
() => {
  const chart = document.querySelector('.st-key-charts .dh-figure');
  const named = (chart?._fullData ?? []).filter((line) => chart.data[line.index].name);
  return named.length ? Math.min(...named.map((line) => line.y?.length ?? 0)) : 0;
}
"""
"""How many epochs the shortest curve of the first chart has."""

WATCH = """
() => {
  const watched = { faintest: 1, heights: new Set() };
  const look = () => {
    for (let part of document.querySelectorAll('.st-key-charts .dh-figure')) {
      watched.heights.add(part.offsetHeight);
      let shown = 1;
      for (; part; part = part.parentElement) shown *= getComputedStyle(part).opacity;
      watched.faintest = Math.min(watched.faintest, shown);
    }
    requestAnimationFrame(look);
  };
  look();
  globalThis.watched = watched;
}
"""
WATCHED = "() => [watched.faintest, [...watched.heights].sort()]"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def lab(runs: Path) -> Iterator[str]:
    """A server with runs of its own."""
    with serving(environment={"DOWNHILL_RUNS": str(runs)}) as (address, _):
        yield f"{address}/training"


def train(page: Page) -> None:
    page.locator(".st-key-train button").click(timeout=PATIENCE_MS)


def says(page: Page, text: str) -> None:
    expect(page.locator(".st-key-live")).to_contain_text(text, timeout=PATIENCE_MS)


def has_points(page: Page, number: int) -> None:
    page.wait_for_function(f"() => ({POINTS})() >= {number}", timeout=PATIENCE_MS)


def worker_of(runs: Path, *besides: int) -> int:
    """The process of the worker, once there is one that is none of ``besides``."""
    between = Event()
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        with closing(sqlite3.connect(runs / "runs.db")) as database:
            found = [process for (process,) in database.execute("SELECT process FROM worker")]
        if found and found[0] not in besides:
            return int(found[0])
        assert time.monotonic() < deadline, "there is no other worker"
        between.wait(0.05)


def test_a_training_is_watched_paused_reloaded_finished_and_shared(
    lab: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{lab}?experiment={packed(SECONDS_LONG)}")
    # A deep link is the first visit of this server, and passes the frame.
    expect(page).to_have_title("Downhill: watch optimizers move", timeout=PATIENCE_MS)
    train(page)
    page.wait_for_url("**run=*", timeout=PATIENCE_MS)
    has_points(page, 2)
    page.get_by_role("button", name="Pause").click()
    says(page, "goes on exactly from here")
    page.reload()
    has_points(page, 2)
    page.get_by_role("button", name="Go on").click()
    says(page, "left")
    page.evaluate(WATCH)
    has_points(page, page.evaluate(POINTS) + 2)
    faintest, heights = page.evaluate(WATCHED)
    # No greying, no jumping, however often it is drawn anew.
    assert (faintest, heights) == (1, [270, 330])
    page.reload()
    has_points(page, 3)
    says(page, "done")
    has_points(page, SECONDS_LONG.epochs)
    link = page.url
    page.get_by_role("radio", name="Results").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".st-key-charts .dh-figure")).to_have_count(3, timeout=PATIENCE_MS)

    # Somewhere else the link opens the same run; it is nobody's to cancel there.
    other = open_page(link, viewport={"width": 390, "height": 844})
    has_points(other, SECONDS_LONG.epochs)
    says(other, "Keep in my runs")

    # To the playground and back: the run is still there, and the address says so.
    page.get_by_role("link", name="Playground").click()
    page.locator(".st-key-surface-row").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Training lab").click()
    says(page, "done")
    page.wait_for_url("**run=*", timeout=PATIENCE_MS)


def test_a_training_is_cancelled_and_a_killed_worker_is_told(
    lab: str, runs: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{lab}?experiment={packed(ENDLESS)}")
    train(page)
    says(page, "left")
    page.get_by_role("button", name="Cancel").click()
    says(page, "cancelled")

    page.get_by_role("button", name="Train again").click()
    says(page, "left")
    first = worker_of(runs)
    os.kill(first, signal.SIGKILL)
    says(page, "It was cut off")
    # The next worker goes on; a run that costs two their life is not tried a third time.
    second = worker_of(runs, first)
    says(page, "left")
    os.kill(second, signal.SIGKILL)
    says(page, "was ended from outside or crashed (SIGKILL)")
    # The next worker takes the next run.
    page.get_by_role("button", name="Train again").click()
    says(page, "left")
    # One that is held still is told within a few seconds, and so is that it goes on.
    third = worker_of(runs, first, second)
    os.kill(third, signal.SIGSTOP)
    expect(page.locator(".st-key-live")).to_contain_text("No news of this run", timeout=5_000)
    os.kill(third, signal.SIGCONT)
    expect(page.locator(".st-key-live")).not_to_contain_text("No news", timeout=PATIENCE_MS)
