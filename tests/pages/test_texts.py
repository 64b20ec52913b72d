"""The lab with a text: what is chosen for it, and what is shown of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optim_core.training import Experiment, network_entry
from optim_core.training.summary import spread
from pages.figures.accuracy import raised
from pages.ui.training import charts
from pages.ui.training.link_text import packed
from pages.ui.training.texts import LINE, compared
from tests.pages.lab import SMALL, Lab, drawn, enter, figures, lab, set_up, told
from tests.pages.visiting import sound, words

__all__ = ["lab"]

TEXT = Experiment(
    dataset="persuasion",
    dataset_settings={"examples": 48},
    network="char_lstm",
    network_settings={"width": 4},
    entries=(network_entry("adam"), network_entry("sgd", learning_rate=100.0)),
    seeds=(0,),
    epochs=1,
    batch_size=16,
)


def test_a_text_brings_a_network_that_reads_it_and_a_picture_takes_it_back() -> None:
    app = enter()
    sound(app.selectbox(key="experiment.dataset").set_value("persuasion").run())
    assert set_up(app).network == "char_lstm"
    assert app.selectbox(key="experiment.network").options == ["LSTM over characters"]
    assert "5,800 passages to train" in told(app) and "operations a passage" in told(app)
    assert "data.persuasion.augment" not in {box.key for box in app.selectbox}
    sound(app.selectbox(key="experiment.dataset").set_value("mnist").run())
    assert set_up(app).network == "small_cnn"
    assert "LSTM over characters" not in app.selectbox(key="experiment.network").options


@pytest.fixture
def trained(lab: Lab) -> str:
    run = lab.submit(TEXT)
    lab.work()
    return run


def test_its_loss_is_shown_as_perplexity_too(trained: str) -> None:
    app = enter(run=trained)
    before = figures(app)
    sound(app.toggle(key="charts.perplexity").set_value(True).run())
    after = figures(app)
    assert len(before) == len(after) == 4
    assert "Perplexity" in str(after[0]["layout"]["annotations"])
    assert "Perplexity" in str(after[1]["layout"]["annotations"])
    assert after[2]["layout"]["annotations"] == before[2]["layout"]["annotations"]


def test_results_show_what_it_writes_and_what_it_expected(trained: str) -> None:
    app = enter(run=trained)
    sound(app.segmented_control(key=charts.SECTION).set_value(charts.RESULTS).run())
    assert drawn(app) == 0
    assert "for pictures only" in told(app)
    table = app.dataframe[0].value
    value = float(table["Test perplexity"][0])
    assert 20 < value < 80 and "Accuracy" not in words(app)
    written, expected = (block.value for block in app.code)
    assert "▸" in written and len(written) == 32 + 1 + 240
    assert expected.splitlines()[1].count("·") < LINE
    sound(app.selectbox(key="results.network").set_value(1).run())
    assert "Nothing: it diverged." in told(app) or len(app.code) == 2


def test_pictures_have_no_perplexity(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run)
    assert "charts.perplexity" not in {toggle.key for toggle in app.toggle}


def test_a_set_up_with_a_text_is_found_again_by_its_link() -> None:
    assert set_up(enter(experiment=packed(TEXT))) == TEXT


def test_mistakes_stand_below_the_text() -> None:
    classes = ("\n", "a", "b", " ")
    truth = np.array([1, 2, 0, 1] * 20)
    wrong, answered = np.array([1, 5, 34, 35]), np.array([0, 3, 1, 2])
    lines = compared(truth, wrong, answered, classes)
    assert lines[0] == "ab↵a" * 8 and lines[1] == "·↵···_" + "·" * 26
    assert lines[2] == ""
    # Nobody has told of anything behind the last mistake.
    assert lines[3] == "ab↵a" and lines[4] == "··ab"
    assert compared(truth, wrong[:0], answered[:0], classes) == []


def test_perplexity_is_e_to_the_loss() -> None:
    assert raised(spread(np.array([math.log(5), math.log(5)]))) == "5.00"
    assert raised(spread(np.array([np.nan]))) == "–"
    assert len(raised(spread(np.array([1e300])))) < 30
