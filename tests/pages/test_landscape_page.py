"""The landscape page without a browser: what is asked for, what is shown, what links hold."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from optim_core.training import network_entry
from optim_core.training.landscape import PICTURES, LandscapeRequest
from pages.ui.found_surfaces import key_of
from tests.pages.lab import SMALL, Lab, enter, figures, lab, told
from tests.pages.visiting import sound

__all__ = ["lab"]

PAGE = "landscape.py"
TINY = SMALL.changed(record_every=4)


def trained(lab: Lab) -> str:
    run = lab.submit(TINY)
    lab.work()
    return run


def request_of(app: AppTest) -> LandscapeRequest:
    found: LandscapeRequest = app.session_state["landscape request"]
    return found


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return sound(button.click().run())


def measured(app: AppTest, lab: Lab, kind: str, **fields: object) -> AppTest:
    app.session_state["landscape request"] = LandscapeRequest(
        kind=kind,
        networks=request_of(app).networks[: PICTURES[kind].most],
        resolution=5,
        pictures=16,
        **fields,  # type: ignore[arg-type]
    )
    press(sound(app.run()), "Measure")
    lab.work()
    return sound(app.run())


def test_without_networks_the_page_says_where_they_come_from(lab: Lab) -> None:
    app = enter(PAGE)
    assert "no trained network yet" in told(app)
    assert next(one for one in app.button if one.label == "Measure").disabled


@pytest.mark.parametrize(("kind", "charts"), [("slice", 2), ("interpolation", 2), ("paths", 1)])
def test_a_picture_is_asked_for_drawn_and_linked(lab: Lab, kind: str, charts: int) -> None:
    run = trained(lab)
    networks = [f"{run}.{row}" for row in range(4)][: PICTURES[kind].most]
    app = enter(PAGE, network=networks, kind=kind, resolution="5", pictures="16")
    assert request_of(app).kind == kind
    press(app, "Measure")
    assert "It is next." in told(app)
    lab.work()
    sound(app.run())
    assert len(figures(app)) == charts
    assert "done" in told(app)
    address = app.query_params
    assert address["kind"] == [kind] or address["kind"] == kind
    other = enter(PAGE, **{key: address[key] for key in address})
    assert request_of(other) == request_of(app)
    assert len(figures(other)) == charts


def test_the_lab_leads_here_and_the_picture_leads_to_the_playground(lab: Lab) -> None:
    run = trained(lab)
    app = enter(run=run)
    (button,) = [one for one in app.button if one.label == "Landscape"]
    sound(button.click().run())
    assert request_of(app).kind == "paths"
    assert "Landscape of a network" in told(app)
    app.switch_page(PAGE)  # the tester stays where it was when a script goes elsewhere
    measured(app, lab, "slice")
    assert "A random section" in told(app)
    picture = app.session_state["open landscape"]
    (bridge,) = [one for one in app.button if one.label == "Open in the playground"]
    sound(bridge.click().run())
    assert app.session_state["scenario"].surface == key_of(picture)
    assert "Slice of a network" in told(app)
    # A link opens it as well, and one to a picture that is gone says so.
    linked = enter("playground.py", surface=key_of(picture))
    assert linked.session_state["scenario"].surface == key_of(picture)
    gone = enter("playground.py", surface=key_of("0" * 32))
    assert not gone.session_state["scenario"].surface.startswith("run-")
    assert any("not on this server" in toast.value for toast in gone.toast)


@pytest.mark.parametrize(
    "given",
    [
        {"network": "../../etc/passwd.0"},
        {"network": "0" * 32 + ".-1"},
        {"network": ["0" * 32 + ".0"], "kind": "pie"},
        {"network": ["0" * 32 + ".0"], "resolution": "1e9"},
        {"network": ["0" * 32 + ".0"], "picture": "1" * 32},
        {"network": ["0" * 32 + ".0"], "kind": "plane"},
    ],
)
def test_bad_links_are_told_and_nothing_breaks(lab: Lab, given: dict[str, object]) -> None:
    app = enter(PAGE, **given)
    assert app.toast


def test_a_picture_that_fails_says_why(lab: Lab) -> None:
    run = trained(lab)
    app = enter(PAGE, network=[f"{run}.9"], resolution="5")
    press(app, "Measure")
    with pytest.raises(Exception, match="REFUSED"):
        lab.work()


def test_networks_that_were_trained_on_different_data_are_told_of_and_look_different(
    lab: Lab,
) -> None:
    runs = [trained(lab)]
    runs.append(lab.submit(TINY.changed(dataset_settings={"examples": 96})))
    lab.work()
    networks = [f"{run}.0" for run in runs]
    app = enter(PAGE, network=networks, kind="interpolation", resolution="5", pictures="16")
    press(app, "Measure")
    lab.work()
    sound(app.run())
    assert "trained on different data" in told(app)
    marks = [trace["marker"] for trace in figures(app)[0]["data"][2:]]
    assert len({mark["symbol"] for mark in marks}) == len({mark["color"] for mark in marks}) == 2


@pytest.mark.parametrize("kind", ["slice", "interpolation", "paths"])
def test_a_training_that_diverged_is_told_and_breaks_nothing(lab: Lab, kind: str) -> None:
    wild = network_entry("sgd").changed(learning_rate=10.0)
    mlp = TINY.changed(network="mlp", network_settings={"depth": 4}, epochs=4, seeds=(0,))
    run = lab.submit(mlp.changed(entries=(wild, network_entry("sgd"))))
    lab.work()
    rows = (0,) if kind == "slice" else (1, 0)
    app = enter(PAGE, network=[f"{run}.{row}" for row in rows], kind=kind)
    measured(app, lab, kind)
    assert "not a finite number" in told(app)
    if kind == "slice":
        assert ["diverged" in one.value for one in app.warning] == [True]
        assert not figures(app)
        assert "Open in the playground" not in {one.label for one in app.button}
