"""What the sweep's message holds: every value's paths, small, with gaps where there is nothing."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from landscapes import Bounds, Surface
from optim_core import (
    PRESETS,
    Entry,
    Outcome,
    RunConfig,
    Scenario,
    numeric_knobs,
    sweep,
    trace,
)
from pages.player import ShownSweep, Sweeping, SweptPaths, swept_paths
from pages.player.component import chosen_in, released_at
from pages.player.packing import pack, unpack
from pages.player.run import OUTCOMES
from pages.player.sweep import (
    GAP,
    HALF,
    MOST_BYTES,
    MOST_VERTICES,
    VERTEX_BYTES,
    End,
    pack_sweep,
    vertex_budget,
)
from pages.ui import sweeping as page
from pages.ui.presentation import Presentation, SweptKnob
from tests.pages.visiting import sound, visit

RACE = Scenario(
    surface="sharp_flat",
    entries=tuple(
        Entry(key, {"learning_rate": 0.06}) for key in ("sgd", "momentum", "nesterov", "adam")
    ),
    starts=((-3.8, 0.5),),
    config=RunConfig(steps=150),
)


def decoded(paths: SweptPaths, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions, losses and steps of one path, as the browser reads them; NaN for a gap."""
    _, arrays = unpack(pack({}, paths.arrays))
    count = int(arrays["rows"][row, 3])
    whole = np.stack([arrays["x"][row, :count], arrays["y"][row, :count]], axis=1).astype(float)
    low, high = np.array(paths.header["box"])
    positions = low + np.where(whole == GAP, np.nan, whole) / (GAP - 1) * (high - low)
    coded = arrays["losses"][row, :count].astype(float)
    bottom, top = paths.header["loss_range"]
    above = 10 ** (bottom + (coded - 1) % HALF / (HALF - 1) * (top - bottom))
    above[coded > HALF] *= -1
    above[coded == 0] = 0.0
    above[coded == GAP] = np.nan
    steps = arrays.get("steps")
    numbers = np.arange(count) if steps is None else steps[row, :count]
    return positions, above + paths.header["floor"], numbers


def sweeping_of(paths: SweptPaths, present_index: int = 0, values: int = 41) -> Sweeping:
    ended = np.zeros((values, len(paths.arrays["rows"]) // values), dtype=np.int64)
    shown = ShownSweep(
        entry=0,
        paths=paths,
        present=present_index,
        texts=["1"] * values,
        ends=[End("moving", "still on its way")],
        ended=ended,
        told="all: still on its way",
    )
    return Sweeping(
        [[("learning_rate", "Learning rate")]], shown, lambda e, k: None, lambda e, k, v: None
    )


def test_forty_one_values_and_the_present_one_is_the_plain_run() -> None:
    surface = RACE.landscape()
    found = sweep(RACE, 1, "momentum")
    paths = swept_paths(surface, found)
    assert len(paths.header["values"]) == 41
    assert len(paths.arrays["rows"]) == 41
    plain = trace(RACE)
    row = next(row for row, label in enumerate(plain.labels) if label.entry == 1)
    positions, losses, steps = decoded(paths, found.present)
    assert steps.tolist() == list(range(RACE.config.steps + 1))
    quantum = 2 * np.array([surface.bounds.size] * 2) / GAP
    assert (np.abs(positions - plain.positions[:, row]) <= quantum).all()
    assert losses == pytest.approx(plain.losses[:, row], rel=2e-3)
    outcome, stopped, settled, count = paths.arrays["rows"][found.present]
    assert count == RACE.config.steps + 1
    assert OUTCOMES[outcome] is plain.outcomes[row]
    never = GAP if plain.settled_at[row] < 0 else plain.settled_at[row]
    assert (stopped, settled) == (plain.stopped_at[row], never)


def test_other_values_go_elsewhere() -> None:
    found = sweep(RACE, 1, "momentum")
    paths = swept_paths(RACE.landscape(), found)
    low, _, _ = decoded(paths, 0)
    now, _, _ = decoded(paths, found.present)
    assert low[-1] == pytest.approx([-2, 0], abs=0.01)
    assert now[-1] == pytest.approx([2, 0], abs=0.01)


@pytest.mark.parametrize("steps", [20, 299, 300, 900])
@pytest.mark.parametrize("starts", [1, 4, 16])
def test_the_message_fits(steps: int, starts: int) -> None:
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("adam", {"learning_rate": 0.05}),),
        starts=tuple((math.cos(a), math.sin(a)) for a in range(starts)),
        config=RunConfig(steps=steps),
    )
    found = sweep(scenario, 0, "learning_rate")
    paths = swept_paths(scenario.landscape(), found)
    message = pack_sweep(sweeping_of(paths, found.present, len(found.values))).message
    assert len(message) <= MOST_BYTES
    for row in range(0, len(paths.arrays["rows"]), 13):
        _, _, numbers = decoded(paths, row)
        assert numbers[0] == 0
        assert numbers[-1] == found.trajectories.stopped_at[row]
        assert (np.diff(numbers.astype(int)) > 0).all()


@pytest.mark.parametrize("rows", [1, 41, 41 * 4, 41 * 16])
@pytest.mark.parametrize("steps", [1, 150, 299, 300, 20_000])
def test_vertices_fit_the_message(rows: int, steps: int) -> None:
    kept = vertex_budget(rows, steps)
    assert 2 <= kept <= min(steps + 1, MOST_VERTICES)
    each = VERTEX_BYTES if kept == steps + 1 else VERTEX_BYTES + 2
    assert rows * (kept * each + 10) <= MOST_BYTES


def test_more_paths_than_fit_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too many for a sweep"):
        vertex_budget(41 * 128, 300)


def test_diverged_rows_are_gaps_and_leave_through_the_side_of_the_box() -> None:
    scenario = dataclasses.replace(RACE, entries=(Entry("sgd", {"learning_rate": 0.06}),))
    surface = scenario.landscape()
    found = sweep(scenario, 0, "learning_rate")
    paths = swept_paths(surface, found)
    diverged = [r for r, o in enumerate(found.trajectories.outcomes) if o is Outcome.DIVERGED]
    assert diverged
    low, high = np.array(paths.header["box"])
    for row in diverged:
        positions, _, numbers = decoded(paths, row)
        true = found.trajectories.positions[numbers, row]
        inside = ((true >= low) & (true <= high)).all(axis=1)
        left = int(np.argmin(inside))
        assert np.isnan(positions[-1]).all()
        assert positions[:left] == pytest.approx(true[:left], abs=1e-3)
        # The first vertex outside stands on the side of the box, on the way there.
        assert np.isclose(positions[left], low).any() or np.isclose(positions[left], high).any()
        along, meant = positions[left] - true[left - 1], true[left] - true[left - 1]
        across = along[0] * meant[1] - along[1] * meant[0]
        assert across / np.linalg.norm(meant) == pytest.approx(0, abs=1e-3)


def test_what_cannot_be_drawn_is_a_gap() -> None:
    surface = Surface(
        key="half", title="Half", story="", source="",
        function=lambda x, y: (x + 1).sqrt() + y**2, bounds=Bounds(-1, 1, -1, 1), start=(0.5, 0.5),
    )  # fmt: skip
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 0.1}),),
        starts=((0.5, 0.5),),
        config=RunConfig(steps=40),
    )
    found = sweep(scenario, 0, "learning_rate", surface=surface)
    assert Outcome.LEFT_THE_DOMAIN in found.trajectories.outcomes
    paths = swept_paths(surface, found)
    for row in range(len(paths.arrays["rows"])):
        positions, losses, numbers = decoded(paths, row)
        assert numbers[-1] == found.trajectories.stopped_at[row]
        assert np.isfinite(losses).all() and np.isfinite(positions[0]).all()


def test_losses_below_nothing_keep_their_digits() -> None:
    surface = Surface(
        key="slope", title="Slope", story="", source="", unbounded_below=True,
        function=lambda x, y: x**2 - y**2, bounds=Bounds(-2, 2, -2, 2), start=(1.0, 1.0),
    )  # fmt: skip
    scenario = Scenario(
        surface="rosenbrock",
        entries=(Entry("sgd", {"learning_rate": 0.1}),),
        starts=((1.0, 0.5),),
        config=RunConfig(steps=60),
    )
    found = sweep(scenario, 0, "learning_rate", surface=surface)
    paths = swept_paths(surface, found)
    for row in (0, found.present):
        _, losses, numbers = decoded(paths, row)
        true = found.trajectories.losses[numbers, row]
        assert losses == pytest.approx(true, rel=5e-3)
    assert true.min() < 0 < true.max()


def test_an_integer_knob_with_few_values_is_swept_over_those() -> None:
    scenario = dataclasses.replace(RACE, entries=(Entry("sgd", wrapper="lookahead"),))
    whole = [
        name for name, knob in numeric_knobs(scenario.entries[0]).items() if knob.scale == "integer"
    ]
    assert whole
    found = sweep(scenario, 0, whole[0])
    paths = swept_paths(scenario.landscape(), found)
    assert len(paths.arrays["rows"]) == len(found.values)


def test_the_message_does_not_change_with_the_present_value() -> None:
    found = sweep(RACE, 1, "momentum")
    paths = swept_paths(RACE.landscape(), found)
    first, second = (pack_sweep(sweeping_of(paths, index)) for index in (3, 30))
    assert first == second
    header, arrays = unpack(first.message)
    assert header["knobs"] == [[["learning_rate", "Learning rate"]]]
    assert arrays["ended"].shape == (41, 1)


@pytest.mark.parametrize(
    "given",
    [None, 3, {}, {"entry": "1", "knob": "momentum", "value": 1}, {"entry": True, "knob": "a"},
     {"entry": 1, "knob": 2, "value": 1.0}],
)  # fmt: skip
def test_what_a_browser_sends_is_checked(given: object) -> None:
    assert chosen_in({"sweep": given}) is None
    assert released_at({"swept": given}) is None
    assert chosen_in(given) is None
    assert released_at({"swept": {"entry": 1, "knob": "momentum", "value": math.nan}}) is None
    assert released_at({"swept": {"entry": 1, "knob": "momentum", "value": 0.5}}) == (
        1, "momentum", 0.5,
    )  # fmt: skip


def test_ends_are_minima_by_index_and_outcomes() -> None:
    found = sweep(RACE, 0, "learning_rate")
    ends, ended = page.ends_of(found)
    assert ends == (0, 1, Outcome.RAN_OUT_OF_STEPS, Outcome.DIVERGED)
    strip = found.outcome_strip()
    for index, (way,) in enumerate(ended):
        (end,) = strip[index]
        assert ends[way] == (end.minimum if end.minimum >= 0 else end.outcome)


def test_the_strip_in_words() -> None:
    titles = [["shallow"]] * 3 + [["deep"]] + [["shallow", "deep"]] + [["deep"]] * 2
    assert page.told([str(n) for n in range(7)], titles) == (
        "0 to 2: shallow; 3: deep; 4: deep, shallow; 5 and up: deep"
    )


def script() -> None:
    import streamlit as st

    from pages.ui import state
    from pages.ui.sweeping import choose, release, sweeping

    scenario = state.open_link()
    for name, *given in st.session_state.pop("asked", []):
        choose(scenario, *given) if name == "choose" else release(*given)
    st.session_state.found = sweeping(state.open_link())
    st.session_state.told = state.notice()


def ask(app: AppTest, *asked: tuple[object, ...]) -> ShownSweep | None:
    """What the page would show after these choices and releases."""
    app.session_state["asked"] = list(asked)
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app.session_state["found"].shown


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["scenario"] = RACE
    return app


def test_off_until_a_knob_is_chosen_and_off_again(app: AppTest) -> None:
    assert ask(app) is None
    offered = app.session_state["found"].knobs
    assert [key for key, _ in offered[1]] == [
        "learning_rate", "momentum", "dampening", "weight_decay",
    ]  # fmt: skip
    assert ask(app, ("choose", 1, "momentum")) is not None
    assert ask(app) is not None
    assert ask(app, ("choose", -1, "")) is None


@pytest.mark.parametrize("entry, knob", [(1, "variant"), (1, "nonsense"), (9, "momentum")])
def test_what_cannot_be_swept_is_not(app: AppTest, entry: int, knob: str) -> None:
    assert ask(app, ("choose", entry, knob)) is None


def test_letting_go_sets_the_value_and_leaves_the_sweep_as_it_is(app: AppTest) -> None:
    before = ask(app, ("choose", 1, "momentum"))
    assert before is not None
    value = before.paths.header["values"][4]
    after = ask(app, ("release", 1, "momentum", value))
    assert after is not None
    assert app.session_state["scenario"].entries[1]["momentum"] == value
    assert after.present == 4
    assert before.present == 36
    found = app.session_state["found"]
    again = dataclasses.replace(found, shown=before)
    assert pack_sweep(found) == pack_sweep(again)


def test_a_value_between_two_stops_becomes_one(app: AppTest) -> None:
    ask(app, ("choose", 1, "momentum"))
    shown = ask(app, ("release", 1, "momentum", 0.5432))
    assert shown is not None
    assert shown.paths.header["values"][shown.present] == 0.5432
    assert shown.texts[shown.present] == "0.5432"


def test_what_a_browser_makes_up_changes_nothing_and_is_told(app: AppTest) -> None:
    ask(app)
    for asked in ((9, "momentum", 0.5), (1, "variant", 0.5), (1, "momentum", 7.0)):
        ask(app, ("release", *asked))
        assert app.session_state["scenario"] == RACE
        assert app.session_state["told"]


def test_the_strip_names_the_minima_of_the_surface(app: AppTest) -> None:
    shown = ask(app, ("choose", 1, "momentum"))
    assert shown is not None
    assert [end.kind for end in shown.ends] == ["deepest", "local", "moving"]
    assert shown.ends[0].title == "sharp minimum (\u22122, 0)"
    assert shown.told.startswith("0 to 0.792: sharp minimum (\u22122, 0); 0.817 to 0.941: flat")


def test_too_many_runs_end_the_sweep_and_say_what_to_do(app: AppTest) -> None:
    ask(app, ("choose", 1, "momentum"))
    config = dataclasses.replace(RACE.config, noise_seeds=8)
    app.session_state["scenario"] = dataclasses.replace(
        RACE, config=config, starts=((0.0, 1.0), (1.0, 1.0), (-1.0, 1.0))
    )
    assert ask(app) is None
    assert "fewer starts" in app.session_state["told"]


def test_the_sweep_ends_with_its_optimizer(app: AppTest) -> None:
    ask(app, ("choose", 1, "momentum"))
    app.session_state["scenario"] = dataclasses.replace(RACE, entries=(Entry("sgd"), Entry("adam")))
    assert ask(app) is None
    app.session_state["scenario"] = RACE
    assert ask(app) is None, "it does not come back by itself"


def test_the_sweep_goes_with_its_entry(app: AppTest) -> None:
    ask(app, ("choose", 1, "momentum"))
    app.session_state["presentation"] = app.session_state["presentation"].arranged([1, 0, 2, 3])
    entries = (RACE.entries[1], RACE.entries[0], *RACE.entries[2:])
    app.session_state["scenario"] = dataclasses.replace(RACE, entries=entries)
    shown = ask(app)
    assert shown is not None and shown.entry == 0


def test_a_link_holds_the_sweep() -> None:
    app = visit(RACE, sweep="2~momentum")
    assert "2~momentum" in app.query_params["sweep"]
    assert not app.toast
    assert app.session_state["presentation"].sweep == SweptKnob(1, "momentum")
    sound(app.pills[0].set_value(app.pills[0].options[3]).run())
    assert "sweep" not in app.query_params, "another experiment has other knobs"
    sound(app.button(key="undo").click().run())
    assert "2~momentum" in app.query_params["sweep"]


@pytest.mark.parametrize("text", ["2~beta1", "7~momentum", "2~variant", "x", "1~<b>"])
def test_a_link_that_sweeps_nothing_is_told(text: str) -> None:
    app = visit(RACE, sweep=text)
    (toast,) = app.toast
    assert "sweeps something that there is not" in toast.value
    assert "sweep" not in app.query_params


def test_undo_brings_a_sweep_back_although_another_was_begun_there() -> None:
    app = visit(RACE, sweep="1~learning_rate")
    first = [preset.scenario.entries[0] for preset in PRESETS.values()]
    other = next(
        place
        for place, entry in enumerate(first)
        if entry.optimizer != RACE.entries[0].optimizer and "learning_rate" in numeric_knobs(entry)
    )
    sound(app.pills[0].set_value(app.pills[0].options[other]).run())
    app.session_state["presentation"] = Presentation(sweep=SweptKnob(0, "learning_rate"))
    sound(app.run())
    assert app.session_state["presentation"].sweep
    sound(app.button(key="undo").click().run())
    assert app.session_state["presentation"].sweep == SweptKnob(0, "learning_rate")
    assert "1~learning_rate" in app.query_params["sweep"]


def test_a_sweep_waits_while_its_scenario_cannot_be_drawn() -> None:
    entries = tuple(Entry("momentum", {"learning_rate": 0.01 * (n + 1)}) for n in range(8))
    starts = tuple((0.1 * n, 0.5) for n in range(16))
    many = dataclasses.replace(
        RACE, entries=entries, starts=starts, config=RunConfig(steps=20, noise_seeds=2)
    )
    app = visit(many, sweep="5~momentum")
    known = app.session_state["cards"]
    sound(app.run())
    assert app.session_state["cards"] == known and len(known) == 8
    assert app.session_state["presentation"].sweep == SweptKnob(4, "momentum")


def test_a_sweep_that_is_refused_stays_in_the_link_and_is_told_once() -> None:
    starts = ((0.0, 1.0), (1.0, 1.0), (-1.0, 1.0))
    many = dataclasses.replace(RACE, starts=starts, config=RunConfig(steps=20, noise_seeds=8))
    app = visit(many, sweep="2~momentum")
    (toast,) = app.toast
    assert "fewer starts" in toast.value
    assert not sound(app.run()).toast
    assert "2~momentum" in app.query_params["sweep"]


def test_a_sweep_ends_where_its_knob_goes() -> None:
    app = visit(RACE, sweep="2~momentum")
    sound(app.selectbox(key="entry.1.optimizer").set_value("adam").run())
    assert "sweep" not in app.query_params
