"""Races, ensembles and dimensions on the page of maps, and the figures that show them."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from optim_core import Entry, Noise, RunConfig, Scenario
from optim_core.link import to_parameters
from optim_core.maps.ensembles import EnsembleRequest
from optim_core.maps.escaping import EscapeRequest
from optim_core.maps.leaving import LeavingRequest
from optim_core.maps.racing import Mode, RaceRequest
from optim_core.maps.recipe import Recipe
from optim_core.maps.run_tables import (
    ensemble_table,
    escape_table,
    leaving_table,
    race_table,
    settling_table,
)
from optim_core.maps.settling import SettlingRequest
from pages.figures import LIGHT, Axes, Density, Ground, Rule, Series, densities, ranges, standings
from pages.ui.maps.race import set_entries
from tests.pages.visiting import ROUTER, sound, words

RACE = Scenario(
    surface="sharp_flat",
    entries=(Entry("sgd", {"learning_rate": 0.06}), Entry("momentum", {"learning_rate": 0.06})),
    starts=((-2.0, 0.0),),
    config=RunConfig(steps=30),
)
NOISY = dataclasses.replace(
    RACE, config=RunConfig(steps=30, noise=Noise("gaussian", {"decay": 0.0, "scale": 3.0}))
)
RECIPE = Recipe(entries=RACE.entries, dimensions=(2, 5), runs=6, config=RACE.config)
TITLES = ("=SUM(A1)", "Momentum")
HOSTILE = "<a href='x'>$y$</a> %{x}"


def whole(request):
    *_, last = request.stages()
    return last


def visit(scenario: Scenario, given: str) -> AppTest:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("maps.py")
    for key, value in {**to_parameters(scenario), "map": given}.items():
        app.query_params[key] = value
    return sound(app.run())


def told(app: AppTest) -> str:
    """All that the page says, captions too."""
    captions = "\n".join(text.value for text in app.caption)
    return words(app) + captions.replace("\\", "")


def finished(app: AppTest) -> AppTest:
    """Run on until the map is whole."""
    for _ in range(40):
        if "computed so far" not in told(app) and "being computed" not in told(app):
            return app
        sound(app.run())
    raise AssertionError("the map never became whole")


def test_a_race_tells_who_wins_and_plays_with_the_rates_that_were_found() -> None:
    app = finished(visit(RACE, "race~trials~8~starts~4~mode~best"))
    assert "Lowest median loss" in told(app) and "With a quarter of the budget" in told(app)
    app.button(key="map.race.play").click()
    sound(app.run())
    rates = [entry["learning_rate"] for entry in app.session_state["scenario"].entries]
    race = whole(RaceRequest(scenario=RACE, trials=8, starts=4))
    assert rates == [entry["learning_rate"] for entry in race.compared[Mode.BEST]]
    assert rates != [0.06, 0.06]


def test_an_ensemble_without_noise_offers_some() -> None:
    app = visit(RACE, "noise~seeds~20")
    assert "Without noise" in app.warning[0].value
    app.button(key="map.noise.add").click()
    app = finished(sound(app.run()))
    assert app.session_state["scenario"].config.noise.key == "gaussian"
    assert not app.warning and "All optimizers meet the same noise" in told(app)
    app.button(key="map.noise.start.1").click()
    sound(app.run())
    assert app.session_state["scenario"].starts == ((2.0, 0.0),)


def test_escapes_say_who_has_no_such_setting() -> None:
    app = finished(visit(NOISY, "noise~view~escape~against~momentum~seeds~5"))
    assert "Without such a setting: SGD." in told(app)
    alone = dataclasses.replace(NOISY, entries=(Entry("adam"),))
    app = visit(alone, "noise~view~escape~against~momentum~seeds~5")
    assert "No optimizer of the line-up has this setting" in app.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("view", ["saddles", "wells"])
def test_dimensions_open_from_a_link(view: str) -> None:
    app = finished(visit(RACE, f"dimensions~view~{view}~most~5~runs~6"))
    assert "Line-up, steps, schedule" in told(app)
    # The surface of the visit has no part in it: it is not in the heading.
    assert "Sharp and flat minimum" not in words(app) and "# High dimensions" in words(app)
    assert ("critical point" in words(app)) == (view == "saddles")


def test_too_large_a_race_is_refused_in_words() -> None:
    long = dataclasses.replace(RACE, config=RunConfig(steps=20_000))
    app = visit(long, "race~trials~512~starts~100")
    assert "2 entries x 512 trials x 100 runs" in app.warning[0].value.replace("\\", "")


def test_rates_that_were_found_take_the_place_of_the_entries() -> None:
    entries = tuple(entry.changed(learning_rate=0.5) for entry in RACE.entries)
    assert set_entries(RACE, entries) == dataclasses.replace(RACE, entries=entries)


def test_tables_have_a_line_for_everything_and_no_formulas() -> None:
    tables = {
        race_table: (whole(RaceRequest(scenario=RACE, trials=4)), 8),
        ensemble_table: (whole(EnsembleRequest(scenario=NOISY, seeds=5)), 10),
        escape_table: (
            whole(EscapeRequest(scenario=NOISY, knob="momentum", values=(0.1, 0.9), seeds=2)), 2,
        ),
        leaving_table: (whole(LeavingRequest(recipe=RECIPE)), 4),
        settling_table: (whole(SettlingRequest(recipe=RECIPE)), 4),
    }  # fmt: skip
    for table, (found, lines) in tables.items():
        rows = list(csv.DictReader(io.StringIO(table(found, TITLES))))
        assert len(rows) == lines
        assert {row["entry"] for row in rows} <= {"'=SUM(A1)", "Momentum"}
        assert all(None not in row.values() and None not in row for row in rows)


def series(**changes) -> Series:
    x = np.array([0.01, 0.1, 1.0])
    values = {"title": HOSTILE, "colour": "#ff6611", "x": x, "middle": np.array([1.0, 0.0, np.inf])}
    return Series(**{**values, **changes})


AXES = Axes(x="x", y="y", x_scale="log", y_scale="log", beyond="diverged", lowest=1e-9)


def test_what_has_no_number_stands_along_the_edge() -> None:
    figure = ranges([series()], AXES, LIGHT, rules=[Rule(0.1, "now")])
    line, gone = figure.data
    assert np.isnan(line.y[2]) and line.y[1] == 1e-9
    assert list(gone.x) == [1.0] and gone.y[0] > 1.0
    low, high = figure.layout.yaxis.range
    assert low < -9 and high > np.log10(gone.y[0])
    assert [shape.x0 for shape in figure.layout.shapes] == [0.1]


def test_bands_reach_to_the_edge_and_bars_to_their_ends() -> None:
    low, high = np.array([0.5, 0.0, 2.0]), np.array([2.0, np.inf, np.inf])
    banded = ranges([series(low=low, high=high)], AXES, LIGHT)
    assert len(banded.data) == 4 and np.isfinite(banded.data[1].y).all()
    middle, low, high = np.array([0.5, 0.2, 0.1]), np.array([0.4, 0.1, 0.0]), np.ones(3)
    shares = Axes(x="x", y="y", y_scale="share")
    barred = ranges([series(middle=middle, low=low, high=high, bars=True)], shares, LIGHT)
    assert np.allclose(barred.data[0].error_y.arrayminus, 0.1)


@pytest.mark.parametrize("values", [np.array([]), np.full(3, np.nan), np.full(3, np.inf)])
def test_charts_of_nothing_are_still_charts(values: np.ndarray) -> None:
    x = np.array([0.01, 0.1, 1.0])[: len(values)]
    figure = ranges([series(x=x, middle=values)], AXES, LIGHT)
    assert np.isfinite(figure.layout.yaxis.range).all()


def test_the_best_stands_on_top() -> None:
    one = [
        series(title=title, middle=np.array([m]), low=np.array([m / 2]), high=np.array([m * 2]))
        for title, m in (("slow", 1.0), ("quick", 1e-3), ("lost", np.inf))
    ]
    figure = standings(one, [2, 1, 3], AXES, LIGHT)
    assert list(figure.layout.yaxis.ticktext) == ["1. quick", "2. slow", "3. lost"]
    assert figure.data[5].marker.symbol == "x"


def test_densities_have_a_panel_each_and_titles_stay_text() -> None:
    x = np.linspace(-1, 1, 5)
    ground = Ground(x, x, np.add.outer(x**2, x**2), log=False)
    counts = np.zeros((4, 4), dtype=np.int64)
    counts[3, 0] = 7
    panels = [Density(HOSTILE, "#ff6611", counts)] * 3
    figure = densities(panels, ground, (0.0, 0.0), "{number} runs", LIGHT, columns=2)
    heat = [trace for trace in figure.data if trace.type == "heatmap"]
    assert len(heat) == 3 and heat[0].z[3][0] == 1.0
    assert (heat[0].x0, heat[0].y0) == (-0.75, -0.75)
    assert "<a" not in json.dumps(figure.to_json()) and "%{x}</b>" not in figure.to_json()
