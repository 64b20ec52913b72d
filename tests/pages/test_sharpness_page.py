"""The sharpness page without a browser: what is asked for, what is shown, what links hold."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from optim_core.training import network_entry
from optim_core.training.landscape.edge_presets import EDGE_PRESETS, EdgePreset
from optim_core.training.landscape.sharpness import SharpnessRequest
from pages.ui.sharpness import asking
from pages.ui.sharpness.state import Visit
from pages.ui.sharpness.tables import with_error
from tests.pages.lab import SMALL, Lab, enter, figures, lab, told
from tests.pages.visiting import sound

__all__ = ["lab"]

PAGE = "sharpness.py"
TINY = SMALL.changed(network="mlp", network_settings={"width": 4, "depth": 1}, seeds=(0,))
QUICK = {"pictures": "16", "eigenvalues": "2", "probes": "2", "depth": "4"}


def visit_of(app: AppTest) -> Visit:
    found: Visit = app.session_state["sharpness visit"]
    return found


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return sound(button.click().run())


def address(app: AppTest) -> dict[str, Any]:
    return {key: app.query_params[key] for key in app.query_params}


def unpacked(numbers: dict[str, str]) -> list[float]:
    """Numbers as Plotly packs an array."""
    return np.frombuffer(b64decode(numbers["bdata"]), numbers["dtype"]).tolist()


def trained(lab: Lab) -> str:
    run = lab.submit(TINY)
    lab.work()
    return run


def test_without_networks_the_page_says_where_they_come_from(lab: Lab) -> None:
    app = enter(PAGE)
    assert "no trained network yet" in told(app)
    assert next(one for one in app.button if one.label == "Measure").disabled


def test_networks_are_measured_beside_each_other_and_rescaled(lab: Lab) -> None:
    run = trained(lab)
    app = enter(PAGE, view="networks", network=[f"{run}.0", f"{run}.1"], **QUICK)
    assert visit_of(app).request == SharpnessRequest(
        networks=((run, 0), (run, 1)), pictures=16, eigenvalues=2, probes=2, depth=4
    )
    press(app, "Measure")
    assert "It is next." in told(app)
    lab.work()
    sound(app.run())
    table = app.dataframe[0].value
    assert len(table) == 2
    assert "Eigenvalue 2" in table.columns
    scatter, spectrum = figures(app)
    before = [trace["x"] for trace in scatter["data"]]
    assert len(spectrum["data"]) == 2
    slider = next(one for one in app.select_slider if "Rescale" in one.label)
    sound(slider.set_value(8.0).run())
    assert "the same to the last bit" in told(app)
    moved = [trace for trace in figures(app)[0]["data"] if trace["mode"] == "markers"]
    assert [trace["x"] for trace in moved] != before
    # The link opens the same, for somebody else, with what was measured.
    other = enter(PAGE, **address(app))
    assert visit_of(other) == visit_of(app)
    assert len(figures(other)) == 2


def test_an_edge_is_recorded_look_by_look(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    app = enter(PAGE, view="edge", recording="adam", steps="4", every="2", pictures="16")
    visit = visit_of(app)
    assert (visit.preset, visit.recording.steps, visit.recording.every) == ("adam", 4, 2)
    press(app, "Record")
    lab.work()
    sound(app.run())
    sharpness, losses = figures(app)
    assert [unpacked(trace["x"]) for trace in sharpness["data"]] == [[0, 2, 4]] * 3
    assert [len(unpacked(trace["y"])) for trace in losses["data"]] == [5] * 3
    assert "edge at 38,000" in told(app)
    assert visit_of(enter(PAGE, **address(app))) == visit_of(app)


def test_a_pair_is_trained_and_then_measured(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = (
        TINY.changed(entries=TINY.entries[:1]),
        TINY.changed(entries=TINY.entries[:1], epochs=3),
    )
    monkeypatch.setattr(asking, "batch_pair", lambda: pair)
    monkeypatch.setattr(asking, "LINE_POINTS", 5)
    app = enter(PAGE, view="batches")
    press(app, "Train both")
    lab.work()
    lab.work()
    sound(app.run())
    visit = visit_of(app)
    assert visit.run("line")
    assert visit.run("sharp")
    stranger = enter(PAGE, view="batches", small=visit.run("small"), large=visit.run("large"))
    assert not visit_of(stranger).run("line")
    lab.work()
    lab.work()
    sound(app.run())
    assert len(figures(app)) == 4
    assert len(app.dataframe[0].value) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"view": "pie"},
        {"network": "../../etc/passwd.0"},
        {"network": "0" * 32 + ".0", "probes": "1e9"},
        {"network": [f"{'0' * 32}.{row}" for row in range(20)]},
        {"view": "edge", "recording": "nothing"},
        {"view": "edge", "steps": "-1"},
        {"view": "networks", "measured": "1" * 32},
        {"view": "batches", "small": "1" * 32},
    ],
)
def test_bad_links_are_told_and_nothing_breaks(lab: Lab, given: dict[str, object]) -> None:
    assert enter(PAGE, **given).toast


@pytest.mark.parametrize(
    ("value", "error", "told"),
    [
        (12.345, 0.42, "12.3 ± 0.4"),
        (123.4, 20.0, "120 ± 20"),
        (0.001234, 1e-5, "0.00123 ± 1e-05"),
        (5.0, 1e-12, "5.000000 ± 1e-06"),
        (5.0, 0.0, "5"),
        (5.0, float("nan"), "5"),
        (float("nan"), 1.0, ""),
    ],
)
def test_numbers_have_the_digits_that_are_known(value: float, error: float, told: str) -> None:
    assert with_error(value, error) == told


@pytest.mark.parametrize("preset", EDGE_PRESETS.values(), ids=lambda preset: preset.key)
def test_ready_recordings_can_be_recorded(preset: EdgePreset) -> None:
    assert replace(preset.recording, steps=1).limits


def test_many_networks_are_rescaled_the_hollow_ones_too(lab: Lab) -> None:
    run = lab.submit(TINY.changed(seeds=(0, 1, 2)))
    lab.work()
    app = enter(PAGE, view="networks", network=[f"{run}.{row}" for row in range(6)], **QUICK)
    press(app, "Measure")
    lab.work()
    sound(app.run())
    slider = next(one for one in app.select_slider if "Rescale" in one.label)
    sound(slider.set_value(8.0).run())
    assert "the same to the last bit" in told(app)
    data = figures(app)[0]["data"]
    own, moved = ([one["marker"]["symbol"] for one in data[first::2]] for first in (0, 1))
    assert len(set(moved)) == 6
    assert all(symbol.count("-open") == 1 for symbol in own)


def test_a_run_of_another_kind_is_taken_off_the_page(lab: Lab) -> None:
    run = trained(lab)
    spec = {"kind": "slice", "networks": [[run, 0]], "resolution": 5, "pictures": 16}
    slice_ = lab.store.submit("landscape", spec, "somebody").run
    lab.work()
    links = [
        {"view": "networks", "measured": run},
        {"view": "edge", "recorded": run},
        {"view": "batches", "small": slice_, "large": slice_},
        {"view": "batches", "line": slice_, "sharp": slice_},
    ]
    for link in links:
        app = enter(PAGE, **link)
        assert visit_of(app).runs == ()
        assert not app.error
        assert "Parts of this link could not be used" in app.toast[0].value


def test_any_line_between_networks_is_drawn(lab: Lab) -> None:
    run = trained(lab)
    spec = {"kind": "interpolation", "networks": [[run, 0], [run, 1]], "resolution": 5}
    line = lab.store.submit("landscape", {**spec, "pictures": 16}, "somebody").run
    lab.work()
    app = enter(PAGE, view="batches", line=line)
    assert not app.error
    assert len(figures(app)) == 2
    assert "the network of small batches" not in told(app)


def test_a_network_that_diverged_leaves_the_others_their_numbers(lab: Lab) -> None:
    entries = (network_entry("sgd"), network_entry("sgd").changed(learning_rate=10.0))
    mlp = TINY.changed(
        network="mlp", network_settings={"depth": 4}, epochs=4, seeds=(0,), entries=entries
    )
    run = lab.submit(mlp)
    lab.work()
    app = enter(PAGE, view="networks", network=[f"{run}.0", f"{run}.1"], **QUICK)
    press(app, "Measure")
    lab.work()
    sound(app.run())
    table = app.dataframe[0].value
    assert table["Trace"][0] and not table["Trace"][1]
    assert "nan" not in table.to_string()
    healthy, diverged = figures(app)[1]["data"]
    assert np.isfinite(unpacked(healthy["y"])).any()
    assert not np.isfinite(unpacked(diverged["y"])).any()
