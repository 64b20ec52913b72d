"""The sharpness page in a real browser: a measurement by its link, a recording by its button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from optim_core.training.landscape.sharpness import SharpnessRequest
from tests.browser.serving import serving
from tests.optim_core.training.landscape.landscape_hands import SMALL, Hands

PATIENCE_MS = 60_000
POINTS = """
() => document.querySelector('.dh-figure')
  .data.filter((one) => one.mode === 'markers').map((one) => one.x[0])
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server whose folder holds a measurement, and the link's part that opens it."""
    folder: Path = tmp_path_factory.mktemp("runs")
    hands = Hands(folder)
    training = hands.train(SMALL)
    networks = ((training, 0), (training, 2))
    request = SharpnessRequest(networks=networks, pictures=32, probes=2, depth=6, eigenvalues=2)
    run, _ = hands.done("sharpness", request.to_spec())
    hands.store.close()
    hands.ledger.database.close()
    named = "&".join(f"network={training}.{row}" for _, row in networks)
    with serving(environment={"DOWNHILL_RUNS": str(folder)}) as (address, _):
        yield f"{address}/sharpness", f"view=networks&{named}&measured={run}"


def test_a_measurement_opens_by_its_link_and_its_networks_are_rescaled(
    open_page: Callable[..., Page], measured: tuple[str, str]
) -> None:
    address, link = measured
    page = open_page(f"{address}?{link}")
    live = page.locator(".st-key-live")
    expect(live.locator(".dh-figure .main-svg").first).to_be_visible(timeout=PATIENCE_MS)
    expect(live.get_by_test_id("stDataFrame")).to_be_visible()
    before = page.evaluate(POINTS)
    slider = live.get_by_role("slider", name="Rescale the first layer by")
    slider.focus()
    slider.press("End")
    expect(live).to_contain_text("the same to the last bit")
    page.wait_for_function(f"(before) => ({POINTS})()[0] !== before", arg=before[0])
    assert len(before) == 2


def test_a_recording_is_made_when_somebody_asks(
    open_page: Callable[..., Page], measured: tuple[str, str]
) -> None:
    address, _ = measured
    page = open_page(f"{address}?view=edge&recording=adam&steps=4&every=2&pictures=16&lang=zh-TW")
    page.get_by_role("button", name="記錄").click(timeout=PATIENCE_MS)
    live = page.locator(".st-key-live")
    expect(live).to_contain_text("完成", timeout=PATIENCE_MS)
    expect(live.locator(".dh-figure .main-svg").first).to_be_visible(timeout=PATIENCE_MS)
