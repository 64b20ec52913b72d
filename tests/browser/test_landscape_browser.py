"""The landscape page in a real browser, with its real worker: a slice, path planes, the bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from optim_core.training import Experiment, network_entry
from pages.ui.training.link_text import packed
from tests.browser.serving import serving

PATIENCE_MS = 60_000
"""A worker imports torch before its first point; a machine that is busy does that slowly."""

TINY = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 160},
    network="small_cnn",
    network_settings={"width": 2},
    entries=(network_entry("momentum"), network_entry("adam")),
    epochs=2,
    batch_size=32,
    record_every=2,
)
DRAWN = ".st-key-live .dh-figure[data-drawn]:not([data-drawn='0'])"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with runs of its own."""
    runs = tmp_path_factory.mktemp("runs")
    with serving(environment={"DOWNHILL_RUNS": str(runs)}) as (address, _):
        yield address


def measure(page: Page) -> None:
    page.locator(".st-key-measure button").click(timeout=PATIENCE_MS)
    expect(page.locator(".st-key-landscape-files")).to_be_visible(timeout=PATIENCE_MS)


def test_a_training_leads_to_its_paths_a_slice_and_the_playground(
    lab: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{lab}/training?experiment={packed(TINY)}")
    page.locator(".st-key-train button").click(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Landscape").click(timeout=PATIENCE_MS)
    page.wait_for_url("**/landscape?kind=paths**", timeout=PATIENCE_MS)
    few = page.url.replace("resolution=25", "resolution=9").replace("pictures=500", "pictures=32")

    other = open_page(few)
    measure(other)
    # The paths in the player, on its clock, without the charts that nothing is known of.
    player = other.locator(".dh-player")
    expect(player).to_contain_text("of 5", timeout=PATIENCE_MS)
    expect(player.locator(".dh-losses")).to_be_visible()
    expect(player.locator(".dh-norms")).to_be_hidden()
    expect(other.locator(DRAWN)).to_have_count(1, timeout=PATIENCE_MS)
    expect(other.locator(".st-key-live")).to_contain_text("of the squared distances")
    other.wait_for_url("**picture=*", timeout=PATIENCE_MS)

    slice_of = few.replace("kind=paths", "kind=slice").split("&network=")
    third = open_page("&network=".join(slice_of[:2]) + "&resolution=9&pictures=32")
    measure(third)
    expect(third.locator(DRAWN)).to_have_count(2, timeout=PATIENCE_MS)
    third.get_by_role("button", name="Open in the playground").click()
    expect(third.locator("h1")).to_contain_text("Slice of a network", timeout=PATIENCE_MS)
    third.wait_for_url("**surface=run-*", timeout=PATIENCE_MS)
    expect(third.locator(".dh-player")).to_contain_text("step", timeout=PATIENCE_MS)

    # Its link opens the same surface somewhere else; one to a slice that is gone says so.
    link = third.url
    fourth = open_page(link)
    expect(fourth.locator("h1")).to_contain_text("Slice of a network", timeout=PATIENCE_MS)
    fourth.goto(f"{lab}/?surface=run-{'0' * 32}")
    expect(fourth.get_by_test_id("stToast")).to_contain_text("not on this server", timeout=30_000)
