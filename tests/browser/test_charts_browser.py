"""The charts under the panels and the numbers of the present step, in a real browser."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest

from optim_core import Entry, RunConfig, Scenario, step_lengths, trace
from tests.browser.driving import Visit, state

sync_api = pytest.importorskip("playwright.sync_api")
Page, expect = sync_api.Page, sync_api.expect

CHARTS = ("losses", "sizes", "norms")
MINUS = str.maketrans("\u2212", "-")

# One diverges, one comes to rest where the gradient is exactly zero, one goes on.
SCENARIO = Scenario(
    surface="booth",
    entries=(
        Entry("sgd", {"learning_rate": 0.4}),
        Entry("sgd", {"learning_rate": 0.05}),
        Entry("adam", {"learning_rate": 0.05}),
    ),
    starts=((-4.0, 5.0),),
    config=RunConfig(steps=240),
)


def digits(value: float) -> float:
    """``value`` to three digits, halves up."""
    return float(Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(Decimal(float(value))))


def around(value: float) -> tuple[float, float]:
    return value * (1 - 1e-7), value * (1 + 1e-7)


def painted(page: Page, name: str, colour: str) -> int:
    """How many pixels of a chart's curves have the colour."""
    return page.evaluate(
        """([name, colour]) => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.fillStyle = colour;
          pen.fillRect(0, 0, 1, 1);
          const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
          const canvas = document.querySelector(`.dh-${name} .dh-curves`);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            const same = data[i] === red && data[i + 1] === green && data[i + 2] === blue;
            if (same && data[i + 3] === 255) count++;
          }
          return count;
        }""",
        [name, colour],
    )


def place(page: Page, name: str, share: float) -> tuple[float, float]:
    """A place in a chart, as far along its steps as ``share`` says."""
    page.locator(f".dh-{name}").scroll_into_view_if_needed()
    box = page.locator(f".dh-{name}").bounding_box()
    area = state(page, f"charts.{name}.area")
    assert box is not None
    across = box["x"] + 1 + area["left"] + share * area["width"]
    return across, box["y"] + 1 + area["top"] + area["height"] / 2


def test_three_charts_scrub_the_clock_and_the_list_tells_what_was_traced(
    visit: Visit,
) -> None:
    page = visit(SCENARIO)
    runs, colours = trace(SCENARIO), state(page, "colours")
    assert len(set(colours)) == 3

    for name in CHARTS:
        for colour in colours:
            assert painted(page, name, colour) > 20, (name, colour)
        page.mouse.move(*place(page, name, 0.25))
        page.mouse.down()
        assert state(page, "frame") == 60
        page.mouse.move(*place(page, name, 0.5), steps=3)
        assert state(page, "frame") == 120
        page.mouse.up()
        page.mouse.move(*place(page, name, 0.75))
        assert state(page, "frame") == 120

    # The rate of plain gradient descent is its effective step size at every step.
    for step in (1, 37):
        page.get_by_label("Step", exact=True).fill(str(step))
        sizes = state(page, "numbers.map(({ size }) => size)")
        assert sizes[:2] == pytest.approx([0.4, 0.05], rel=1e-9)

    for step in (0, 1, 37, 240):
        page.get_by_label("Step", exact=True).fill(str(step))
        expect(page.locator(".dh-counter")).to_have_text(f"step {step} of 240")
        for row, line in enumerate(page.locator(".dh-entry").all()):
            at = min(step, int(runs.stopped_at[row]))
            length = step_lengths(runs)[at - 1, row] if at else None
            x, y = runs.positions[at, row]
            loss, norm = runs.losses[at, row], runs.gradient_norms[at, row]
            shown = [text.translate(MINUS) for text in line.locator(".dh-number").all_inner_texts()]
            places = [float(text) for text in shown[:2]]
            assert places == pytest.approx([x, y], rel=0.05 if abs(x) > 1e4 else 0, abs=0.005)
            # A loss is a float32: one on the edge between two may go either way.
            edges = [round(e) if 1000 <= e < 99_999 else digits(e) for e in around(loss)]
            assert float(shown[2]) in edges
            assert float(shown[3]) == digits(norm)
            expected = "\u2013" if length is None else digits(length)
            assert (shown[4] if length is None else float(shown[4])) == expected

    about = page.locator(".dh-sizes .dh-about")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="What is the effective step size?").click()
    expect(about).to_contain_text("Where the gradient is zero it is undefined")
    expect(page.get_by_role("figure", name="Gradient norm of each optimizer")).to_be_visible()
    assert state(page, "error") is None
