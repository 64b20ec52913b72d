"""The training lab without a browser: set up, train, watch, compare, name, take home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optim_core import Entry, Schedule
from optim_core.jobs import Failure, JobRefusedError, State
from optim_core.training import DATASETS, DEFAULT_EXPERIMENT
from optim_core.training.networks import networks_for
from optim_core.training.presets import TRAINING_PRESETS
from pages.figures import DARK, LIGHT, FigureTheme
from pages.ui.training import charts, titles
from pages.ui.training.estimating import seconds_expected
from pages.ui.training.link_text import packed
from tests.pages.lab import SMALL, Lab, drawn, enter, figures, lab, listed, opened, set_up, told
from tests.pages.visiting import experiments, keys, press, sound, words

__all__ = ["lab"]


def test_a_first_visit_is_set_up_and_nothing_is_trained(lab: Lab) -> None:
    app = enter()
    assert set_up(app) == DEFAULT_EXPERIMENT
    assert opened(app) == []
    assert "Nothing is trained yet" in words(app)
    assert "3 networks, 186 steps each" in words(app)
    assert not app.query_params


def test_training_leaves_the_run_in_the_address_and_its_curves_on_the_page(lab: Lab) -> None:
    app = enter(experiment=packed(SMALL))
    assert set_up(app) == SMALL
    press(app, "train")
    (run,) = opened(app)
    assert lab.store.status(run).state is State.QUEUED
    assert "It is next." in told(app)
    assert drawn(app) == 4
    lab.begun(events=6)
    sound(app.run())
    assert "step" in told(app)
    assert "training" in words(app)


def test_a_run_is_found_again_by_its_link_with_what_was_set_up(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run)
    assert app.session_state["experiment"] == SMALL
    assert opened(app) == [run]
    assert "done" in words(app)
    assert drawn(app) == 4


@pytest.mark.parametrize(
    ("section", "charts_drawn"),
    [(charts.GRADIENTS, 1), (charts.RATES, 1), (charts.FIRST, 1), (charts.RESULTS, 3)],
)
def test_every_section_is_drawn(lab: Lab, section: str, charts_drawn: int) -> None:
    run = lab.submit(SMALL)
    app = enter(run=run)
    sound(app.segmented_control(key=charts.SECTION).set_value(section).run())
    assert drawn(app) == 0
    assert "Nothing to see yet" in told(app)
    lab.work()
    sound(app.run())
    assert drawn(app) == charts_drawn
    if section == charts.RESULTS:
        table = app.dataframe[0].value
        assert list(table["Entry"]) == ["SGD", "Adam"]
        assert list(table["Networks"]) == [2, 2]
        sound(app.selectbox(key="results.network").set_value(3).run())
        assert drawn(app) == charts_drawn


@pytest.mark.parametrize("against", ["steps", "seconds"])
def test_curves_run_against_what_is_asked_for(lab: Lab, against: str) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run)
    sound(app.segmented_control(key="charts.against").set_value(against).run())
    sound(app.toggle(key="charts.log").set_value(True).run())
    figure = figures(app)[0]
    assert figure["layout"]["yaxis"]["type"] == "log"
    sound(app.toggle(key="charts.published").set_value(True).run())
    assert drawn(app) == 5
    assert "Not measured here" in told(app)


def test_training_and_validation_have_one_scale(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run)
    ranges = [figure["layout"]["yaxis"]["range"] for figure in figures(app)]
    assert ranges[0] == ranges[1]
    assert ranges[2] == ranges[3]


def test_several_runs_are_laid_over_one_another(lab: Lab) -> None:
    runs = [lab.submit(SMALL, name="one"), lab.submit(SMALL.changed(order_seed=1), name="two")]
    lab.work()
    lab.work()
    app = enter(run=runs)
    assert opened(app) == runs
    spec = figures(app)[0]
    names = {trace.get("name") for trace in spec["data"] if trace.get("name")}
    assert names == {"one: SGD", "one: Adam", "two: SGD", "two: Adam"}


def test_what_was_trained_before_is_joined_and_told(lab: Lab) -> None:
    lab.submit(SMALL)
    lab.work()
    app = press(enter(experiment=packed(SMALL)), "train")
    assert "trained before" in app.toast[0].value
    other = press(enter(experiment=packed(SMALL.changed(epochs=3))), "train")
    assert not other.toast
    again = press(enter(experiment=packed(SMALL.changed(epochs=3))), "train")
    assert "joined" in again.toast[0].value
    assert opened(again) == opened(other)


def test_a_run_is_cancelled_and_asked_for_again(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (run,) = opened(app)
    press(app, f"run.{run}.cancel")
    assert lab.store.status(run).state is State.CANCELLED
    assert "cancelled" in words(app)
    press(app, f"run.{run}.again")
    (new,) = opened(app)
    assert new != run
    assert lab.store.status(new).state is State.QUEUED


def test_a_failure_is_told_in_words(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    lab.fail(lab.begun(), Failure.CRASHED, ending="SIGKILL")
    sound(app.run())
    assert "was ended from outside or crashed" in app.error[0].value.replace("\\", "")
    assert drawn(app) == 4


def test_a_network_that_diverges_is_told(lab: Lab) -> None:
    wild = Entry("sgd", {"learning_rate": 100.0, "weight_decay": 100.0})
    run = lab.submit(SMALL.changed(entries=(wild, *SMALL.entries)))
    lab.work()
    app = enter(run=run)
    assert "2 networks of 6 diverged" in told(app)
    sound(app.segmented_control(key=charts.SECTION).set_value(charts.RESULTS).run())
    assert app.dataframe[0].value["Diverged"].iloc[0] == 2


def test_cards_are_edited_as_in_the_playground(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "entry.add")
    added = set_up(app).entries[-1]
    assert added.optimizer == "momentum"
    assert added["learning_rate"] == 0.03
    card = app.session_state["training cards"][0]
    sound(app.selectbox(key=f"entry.{card}.optimizer").set_value("rmsprop").run())
    assert set_up(app).entries[0]["learning_rate"] == 1e-3
    app.session_state[f"entry.{card}.menu"] = True
    sound(app.run())
    press(app, f"entry.{card}.down")
    assert [entry.optimizer for entry in set_up(app).entries] == ["adam", "rmsprop", "momentum"]


def test_the_line_up_is_full_where_no_more_networks_fit(lab: Lab) -> None:
    app = enter(experiment=packed(SMALL.changed(seeds=tuple(range(22)))))
    assert app.button(key="entry.add").disabled


@pytest.mark.parametrize("key", DATASETS)
def test_every_data_set_can_be_chosen(lab: Lab, key: str) -> None:
    app = sound(enter().selectbox(key="experiment.dataset").set_value(key).run())
    assert set_up(app).dataset == key
    assert app.button(key="train").disabled == (not DATASETS[key].present())
    assert ("data.fetch" in keys(app)) == (not DATASETS[key].present())


@pytest.mark.parametrize("key", networks_for("pictures"))
def test_every_network_can_be_chosen(lab: Lab, key: str) -> None:
    app = enter(experiment=packed(SMALL))
    app.session_state["network.more"] = True
    sound(app.selectbox(key="experiment.network").set_value(key).run())
    assert set_up(app).network == key


def test_what_every_entry_shares_is_set(lab: Lab) -> None:
    app = enter(experiment=packed(SMALL))
    sound(app.number_input(key="experiment.seed_count.number").set_value(3).run())
    sound(app.number_input(key="experiment.first_seed.number").set_value(7).run())
    sound(app.number_input(key="experiment.epochs.number").set_value(4).run())
    sound(app.selectbox(key="experiment.schedule").set_value("cosine").run())
    sound(app.toggle(key="experiment.clip_norm.on").set_value(True).run())
    sound(app.selectbox(key="experiment.precision").set_value("float64").run())
    sound(app.toggle(key="experiment.compiled").set_value(True).run())
    now = set_up(app)
    assert (now.seeds, now.epochs, now.precision) == ((7, 8, 9), 4, "float64")
    assert now.schedule == Schedule("cosine")
    assert now.clip_norm is not None and now.compiled


def test_too_much_is_refused_in_words_and_nothing_changes(lab: Lab) -> None:
    app = enter(experiment=packed(SMALL.changed(batch_size=2, dataset_settings={"examples": 8000})))
    sound(app.number_input(key="experiment.epochs.number").set_value(500).run())
    assert "steps" in app.toast[0].value
    assert set_up(app).epochs == SMALL.epochs


def test_a_preset_asks_trains_all_of_its_networks_and_answers(lab: Lab) -> None:
    preset = next(one for one in TRAINING_PRESETS.values() if len(one.experiments) == 2)
    app = enter(training=preset.key)
    assert set_up(app) == preset.experiments[0].experiment
    assert preset.question in words(app)
    assert preset.answer not in words(app)
    press(app, "train")
    assert len(opened(app)) == 2
    labels = [lab.store.status(run).name for run in opened(app)]
    assert labels == [one.label for one in preset.experiments]
    press(app, "training.answer")
    assert preset.answer in words(app)
    sound(app.number_input(key="experiment.epochs.number").set_value(1).run())
    assert preset.question not in words(app)
    epochs = preset.experiments[0].experiment.epochs
    sound(app.number_input(key="experiment.epochs.number").set_value(epochs).run())
    assert preset.question in words(app)


def test_the_link_of_a_preset_begins_with_the_chart_that_shows_its_point(lab: Lab) -> None:
    app = press(enter(training="sigmoid_relu"), "train")
    section = app.segmented_control(key=charts.SECTION)
    assert section.value == charts.GRADIENTS
    sound(section.set_value(charts.CURVES).run())
    assert app.segmented_control(key=charts.SECTION).value == charts.CURVES
    shared = enter(training="sigmoid_relu", run=opened(app)[0])
    assert shared.segmented_control(key=charts.SECTION).value == charts.GRADIENTS


def test_without_its_pictures_a_preset_says_so_and_does_not_invite(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path))
    app = enter(training="cat_dog")
    assert app.button(key="train").disabled
    assert "have to be fetched first" in words(app)
    assert "Press Train" not in words(app)


@pytest.mark.parametrize("key", TRAINING_PRESETS)
def test_every_preset_can_be_picked(lab: Lab, key: str) -> None:
    app = enter()
    sound(experiments(app, "training.presets").set_value(key).run())
    assert set_up(app) == TRAINING_PRESETS[key].experiments[0].experiment
    press(app, "undo")
    assert set_up(app) == DEFAULT_EXPERIMENT


def test_undo_brings_back_the_runs_that_a_preset_closed_and_undoes_itself(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL), name="1~Mine"), "train")
    runs = opened(app)
    assert app.button(key="undo").disabled
    key = next(iter(TRAINING_PRESETS))
    sound(experiments(app, "training.presets").set_value(key).run())
    assert opened(app) == []
    press(app, "undo")
    assert (set_up(app), opened(app)) == (SMALL, runs)
    assert app.query_params["name"] in ("1~Mine", ["1~Mine"])
    press(app, "undo")
    assert set_up(app) == TRAINING_PRESETS[key].experiments[0].experiment
    assert opened(app) == []
    assert TRAINING_PRESETS[key].question in words(app)
    press(app, "undo")
    press(app, "train")
    press(listed(app), f"listed.{runs[0]}.open")
    assert (set_up(app), opened(app)) == (SMALL, runs)


def test_a_pace_that_was_measured_gives_a_time_and_nothing_else_does(lab: Lab) -> None:
    app = enter(experiment=packed(SMALL))
    assert "on this computer" not in words(app)
    press(app, "train")
    lab.work()
    sound(app.run())
    assert "on this computer" in words(app)
    done = lab.store.status(opened(app)[0])
    assert seconds_expected(SMALL.changed(epochs=4), [done]) == pytest.approx(2 * done.seconds)
    assert seconds_expected(SMALL.changed(network="mlp"), [done]) is None


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0.25, "0.25"),
        (999.4, "999"),
        (999.7, "1 k"),
        (5_030, "5.03 k"),
        (999_700, "1 M"),
        (1.2e12, "1.2 T"),
        (4.5e15, "4,500 T"),
    ],
)
def test_an_amount_has_three_digits_and_a_prefix(number: float, told: str) -> None:
    assert titles.amount(number) == told


@pytest.mark.parametrize(("number", "told"), [(0.042, "0.042"), (9.96, "9.96"), (1250, "1,250")])
def test_a_slow_pace_is_not_none(number: float, told: str) -> None:
    assert titles.pace(number) == told


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_card_has_the_colour_of_its_line(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, theme: FigureTheme
) -> None:
    monkeypatch.setattr(charts, "theme", lambda: theme)
    # Too faint on a light ground, too dark on a dark one.
    colours = ["1~f0e442", "2~332288"]
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run, experiment=packed(SMALL), colour=colours)
    styles = "".join(node.proto.body for node in app.get("html"))
    inks = [
        inks[theme is DARK]
        for inks in re.findall(r"--card-ink: light-dark\((.*?), (.*?)\)", styles)
    ]
    named = [trace for trace in figures(app)[0]["data"] if trace.get("name")]
    assert [trace["line"]["color"] for trace in named] == inks
    assert inks != ["#f0e442", "#332288"]


def test_a_store_that_cannot_be_opened_leaves_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from optim_core.jobs import Denial
    from pages.ui.training import watching

    def refuse() -> None:
        raise JobRefusedError(Denial.NO_FOLDER, reason="read-only")

    monkeypatch.setattr(watching, "open_store", refuse)
    app = enter()
    assert "cannot be written to" in app.error[0].value.replace("\\", "")
    assert app.button(key="train").disabled


def test_the_page_speaks_chinese(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run, lang="zh-TW")
    assert app.button(key="train").label == "開始訓練"
    assert "完成" in words(app)
