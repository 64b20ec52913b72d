"""Figures: what they draw, how small they are, and that text stays text."""

from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from optim_core.training.curves import Against
from optim_core.training.events import BINS
from optim_core.training.log import TrainingLog
from optim_core.training.published import studies
from pages.figures import (
    DARK,
    LIGHT,
    LineStyle,
    accuracy_rows,
    confusion_matrix,
    effective_rates,
    figure_words,
    first_filters,
    first_gradients,
    layer_norms,
    learning_pair,
    lines_beside,
    lines_of,
    misclassified,
    published_curves,
)
from pages.figures.themes import LEAST_CONTRAST, _contrast, enlarged, escaped, visible
from tests.optim_core.training import training_events as made

HOSTILE = "<a href='javascript:alert(1)'>x</a> <b>$\\alpha$ &lt; %{y}"
WORDS = figure_words(lambda text: text)
STYLES = (
    LineStyle("First", "#ff6611", "solid", "circle"),
    LineStyle(HOSTILE, "#1100ff", "dash", "square"),
)
LIVE_BYTES = 60_000


@pytest.fixture(scope="module")
def log():
    log = TrainingLog()
    for kind, body in made.EVENTS:
        log.add(kind, body)
    return log


def texts(figure):
    """Every text that Plotly would lay out, wherever it stands."""
    whole = json.loads(figure.to_json())
    found, waiting = [], [whole["data"], {k: whole["layout"][k] for k in whole["layout"]}]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [value for key, value in item.items() if key not in ("template", "bdata")]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str):
            found.append(item)
    return found


def every_figure(log, theme=LIGHT):
    lines = lines_of(log, STYLES, theme)
    classes = ("one", HOSTILE, "three")
    images = np.zeros((3, 1, 8, 8), dtype=np.uint8)
    yield from learning_pair(lines, "loss", Against.STEPS, WORDS, theme)
    yield from learning_pair(lines, "accuracy", Against.EPOCHS, WORDS, theme)
    yield from learning_pair(lines, "loss", Against.SECONDS, WORDS, theme, log_scale=True)
    yield layer_norms(lines, WORDS, theme)
    yield effective_rates(lines, WORDS, theme)
    yield first_gradients(lines, WORDS, theme)
    yield confusion_matrix(log.final.confusion[0], classes, WORDS, theme)
    yield misclassified(images, [0, 1, 2], [1, 2, 0], classes, WORDS, theme)
    yield first_filters(np.ones((5, 1, 3, 3)), WORDS, theme)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_nothing_that_a_visitor_wrote_is_read_as_markup(log, theme):
    ours = re.compile(r"</?b>|<br>|<extra>.*</extra>|%\{(x|y|z|text|customdata)[^}]*\}")
    for figure in every_figure(log, theme):
        for text in texts(figure):
            rest = ours.sub("", text)
            assert "<" not in rest
            assert "%{" not in rest
            assert text.startswith("data:image/png") or "$" not in rest
            assert "&lt;" not in rest


def test_a_name_comes_back_whole_once_its_entities_are_read():
    shown = escaped(HOSTILE, 500)
    assert re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), shown) == HOSTILE
    assert len(re.sub(r"&#\d+;", "x", escaped("<" * 500))) == 60
    assert escaped("a\n\tb\u2028c") == "a b c"


def test_before_the_first_step_every_figure_is_empty_and_stands():
    empty = TrainingLog()
    assert lines_of(empty, STYLES, LIGHT) == []
    begun = TrainingLog()
    begun.add("started", made.STARTED)
    for log in (empty, begun):
        lines = lines_of(log, STYLES, LIGHT)
        for against in Against:
            learning_pair(lines, "loss", against, WORDS, LIGHT)
            learning_pair(lines, "accuracy", against, WORDS, LIGHT)
        for draw in (layer_norms, effective_rates, first_gradients):
            draw(lines, WORDS, LIGHT)
        assert accuracy_rows(log, STYLES, WORDS) == []


def test_line_and_band_are_those_of_the_log(log):
    lines = lines_of(log, STYLES, LIGHT)
    train, validation = learning_pair(lines, "loss", Against.EPOCHS, WORDS, LIGHT)
    low, high, line = train.data[:3]
    assert (low.y[0], high.y[0], line.y[0]) == (1.0, 3.0, 2.0)
    assert high.fill == "tonexty"
    assert line.line.dash == "solid"
    assert (line.name, line.showlegend) == ("First", True)
    assert [trace.showlegend for trace in train.data].count(True) == 2
    assert [one.layout.annotations[0].text for one in (train, validation)] == [
        "Training: Loss",
        "Validation: Loss",
    ]
    assert train.layout.xaxis.range[1] >= 2


@pytest.mark.parametrize(
    ("measure", "against", "log_scale"),
    [
        ("loss", Against.EPOCHS, False),
        ("loss", Against.STEPS, True),
        ("accuracy", Against.EPOCHS, False),
    ],
)
def test_training_and_validation_share_an_axis_that_holds_both(log, measure, against, log_scale):
    lines = lines_of(log, STYLES, LIGHT)
    pair = learning_pair(lines, measure, against, WORDS, LIGHT, log_scale=log_scale)
    low, high = pair[0].layout.yaxis.range
    assert (low, high) == pair[1].layout.yaxis.range
    drawn = np.concatenate([trace.y for figure in pair for trace in figure.data])
    drawn = drawn[np.isfinite(drawn)]
    drawn = np.log10(drawn) if log_scale else drawn
    assert low <= drawn.min() < drawn.max() <= high
    assert drawn.max() - drawn.min() > 0.5 * (high - low) or measure == "accuracy"


def test_the_lowest_pair_alone_says_who_is_who(log):
    lines = lines_of(log, STYLES, LIGHT)
    for last in (True, False):
        for one in learning_pair(lines, "loss", Against.EPOCHS, WORDS, LIGHT, last=last):
            assert one.layout.showlegend == last
            assert one.layout.xaxis.title.text == ("Epoch" if last else "")


def test_zoom_stays_while_a_run_grows_and_goes_with_another_axis(log):
    lines = lines_of(log, STYLES, LIGHT)
    young = TrainingLog()
    for kind, body in made.EVENTS[:7]:
        young.add(kind, body)
    early, _ = learning_pair(lines_of(young, STYLES, LIGHT), "loss", Against.STEPS, WORDS, LIGHT)
    late, _ = learning_pair(lines, "loss", Against.STEPS, WORDS, LIGHT)
    other, _ = learning_pair(lines, "loss", Against.EPOCHS, WORDS, LIGHT)
    assert early.layout.uirevision == late.layout.uirevision != other.layout.uirevision
    assert early.layout.xaxis.range == late.layout.xaxis.range


def test_one_line_that_blows_up_does_not_flatten_the_others():
    log = TrainingLog()
    log.add("started", made.STARTED)
    body = made.stepped(1, 20, 2.0)
    body["losses"][9][2] = 1e30
    log.add("stepped", body)
    figure, _ = learning_pair(lines_of(log, STYLES, LIGHT), "loss", Against.STEPS, WORDS, LIGHT)
    assert 1 < figure.layout.yaxis.range[1] < 10
    assert max(max(trace.y) for trace in figure.data if len(trace.y)) > 1e29


def test_an_update_of_the_live_charts_is_small():
    entries, seeds, steps = 8, 8, 6_000
    rows = [[entry, seed] for entry in range(entries) for seed in range(seeds)]
    chance = np.random.default_rng(0)
    log = TrainingLog()
    log.add("started", made.STARTED | {"rows": rows, "steps": steps, "steps_per_epoch": 60})
    for last in range(100, steps + 1, 100):
        losses = chance.random((100, len(rows)))
        log.add("stepped", made.stepped(1, 1) | {"step": last, "losses": losses, "seconds": last})
    for epoch in range(1, 101):
        measures = {
            f"{part}_{measure}": chance.random(len(rows))
            for part in ("train", "validation")
            for measure in ("loss", "accuracy")
        }
        body = {"epoch": epoch, "step": 60 * epoch, "seconds": epoch, **measures}
        norms, rates = np.ones((len(rows), 3)), np.ones((len(rows), BINS))
        log.add("epoch_done", body | {"layer_norms": norms, "rates": rates})
    styles = [LineStyle(f"Entry {number}", "#0077ff", "dash", "x") for number in range(entries)]
    lines = lines_of(log, styles, LIGHT)
    live = [("loss", against) for against in Against] + [("accuracy", Against.EPOCHS)]
    for measure, against in live:
        pair = learning_pair(lines, measure, against, WORDS, LIGHT)
        assert sum(len(figure.to_json()) for figure in pair) < LIVE_BYTES
    assert len(layer_norms(lines, WORDS, LIGHT).to_json()) < LIVE_BYTES / 3
    assert len(effective_rates(lines, WORDS, LIGHT).to_json()) < LIVE_BYTES / 2


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("colour", ["#1100ff", "#aabbee", "#ffaa00", "#000000", "#ffffff"])
def test_every_colour_stands_out(theme, colour):
    assert _contrast(visible(colour, theme), theme.ground) >= LEAST_CONTRAST


def test_runs_beside_each_other_differ_in_name_colour_and_dash(log):
    alone = TrainingLog()
    alone.add("started", made.STARTED | {"rows": [[0, 0], [0, 1]]})
    runs = [("20 layers", alone, STYLES[:1]), ("56 layers", alone, STYLES[:1])]
    twenty, fifty = lines_beside(runs, LIGHT, WORDS)
    assert (twenty.style.title, fifty.style.title) == ("20 layers", "56 layers")
    assert twenty.style.colour != fifty.style.colour
    assert twenty.style.dash != fifty.style.dash
    many = lines_beside([("on", log, STYLES), ("off", log, STYLES)], DARK, WORDS)
    assert many[2].style.title == "off: First"
    assert len({line.style.title for line in many}) == 4


def test_bars_and_whiskers_of_the_layers(log):
    figure = layer_norms(lines_of(log, STYLES, LIGHT), WORDS, LIGHT)
    first, second = figure.data
    assert first.y.tolist() == pytest.approx([0.2, 1.0, 10.0])
    assert second.y.tolist() == pytest.approx([0.2, 1.0, 10.0])
    assert list(figure.layout.xaxis.ticktext) == ["dense 1", "dense 2", "output"]
    assert figure.layout.yaxis.type == "log"


def test_nets_of_different_layers_have_panels_of_their_own(log):
    deep = TrainingLog()
    deep.add("started", made.STARTED | {"layers": [f"conv {n}" for n in range(20)]})
    norms = np.full((made.ROWS, 20), 0.1)
    deep.add("epoch_done", made.epoch_done(1) | {"layer_norms": norms})
    lines = lines_beside([("3", log, STYLES), ("20", deep, STYLES)], LIGHT, WORDS)
    figure = layer_norms(lines, WORDS, LIGHT)
    assert [trace.type for trace in figure.data] == ["bar", "bar", "scatter", "scatter"]
    assert {trace.xaxis for trace in figure.data} == {"x", "x2"}
    assert len(figure.layout.xaxis2.tickvals) <= 20


def test_zeros_are_told_in_words_and_not_drawn(log):
    figure = first_gradients(lines_of(log, STYLES, LIGHT), WORDS, LIGHT)
    assert len(figure.data) == 4
    assert "25.0&#37;" in figure.data[0].name
    assert min(figure.data[0].x) > 1e-8


def test_ridges_of_rates_have_a_place_each(log):
    figure = effective_rates(lines_of(log, STYLES, LIGHT), WORDS, LIGHT)
    one_rate, many_rates = figure.data
    assert max(one_rate.y) == pytest.approx(max(many_rates.y) + 1)
    assert len(one_rate.x) < len(many_rates.x)


def test_the_confusion_matrix_tells_shares_and_numbers(log):
    counts = np.array([[8, 2], [0, 0]])
    figure = confusion_matrix(counts, ("cat", "dog"), WORDS, LIGHT)
    assert figure.data[0].z[0].tolist() == pytest.approx([0.8, 0.2])
    assert np.isnan(figure.data[0].z[1]).all()
    assert [note.text for note in figure.layout.annotations] == ["8", "2"]


def pixels(figure):
    data = base64.b64decode(figure.data[0].source.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)))


def test_misclassified_pictures_are_shown_as_they_are():
    images = np.zeros((30, 3, 4, 4), dtype=np.uint8)
    images[1, 0] = 200
    figure = misclassified(images, [0] * 30, [1] * 30, ("cat", "dog"), WORDS, LIGHT)
    assert len(figure.layout.annotations) == 24
    assert figure.layout.annotations[0].text == "cat → <b>dog</b>"
    canvas = pixels(figure)
    assert (canvas[..., 0] == 200).sum() == 16
    assert (canvas[..., 3] == 255).sum() == 24 * 16


@pytest.mark.parametrize(
    ("classes", "columns", "label"),
    [
        (("4", "9"), 7, "4 → <b>9</b>"),
        (("cat", "dog"), 4, "cat → <b>dog</b>"),
        (("airplane", "automobile"), 3, "airplane<br>→ <b>automobile</b>"),
    ],
)
def test_what_stands_above_a_picture_fits_on_a_telephone(classes, columns, label):
    images = np.zeros((24, 1, 28, 28), dtype=np.uint8)
    figure = misclassified(images, [0] * 24, [1] * 24, classes, WORDS, LIGHT)
    notes = figure.layout.annotations
    assert notes[0].text == label
    assert len({note.x for note in notes}) == columns
    rows = sorted({note.y for note in notes})
    # Pixels of a label's room on a telephone: what lies between two rows but for the picture.
    scale = 366 / (figure.layout.xaxis.range[1] - figure.layout.xaxis.range[0])
    assert (rows[1] - rows[0] - 28) * scale >= 20 * (1 + label.count("<br>"))


def test_nothing_misclassified_is_an_empty_grid():
    none = np.zeros((0, 1, 8, 8), dtype=np.uint8)
    figure = misclassified(none, [], [], ("cat", "dog"), WORDS, LIGHT)
    assert len(figure.layout.annotations) == 0


def test_filters_are_grey_or_white_where_they_are_zero():
    colour = first_filters(np.zeros((2, 3, 3, 3)), WORDS, DARK)
    grey = first_filters(np.stack([np.ones((1, 2, 2)), -np.ones((1, 2, 2))]), WORDS, DARK)
    shown = pixels(colour)
    assert set(shown[shown[..., 3] == 255][:, 0]) == {128}
    drawn = pixels(grey)
    drawn = drawn[drawn[..., 3] == 255]
    assert {tuple(one[:3]) for one in drawn} == {(178, 24, 43), (33, 102, 172)}


@pytest.mark.parametrize("key", studies())
def test_published_curves_say_that_they_are_not_ours(key):
    study = studies()[key]
    figure = published_curves(study, WORDS, LIGHT)
    heading, authors, paper = (note.text for note in figure.layout.annotations[:3])
    assert "not ours" in heading
    assert study.model in heading.replace("<br>", " ")
    assert authors.replace("<br>", " ") == study.authors
    assert max(map(len, paper.split("<br>"))) <= 50  # as much as a telephone has room for
    assert len(figure.data) == 2 * len(study.curves)
    assert len(figure.to_json()) < LIVE_BYTES


def test_the_accuracy_table_is_plain_text(log):
    first, second = accuracy_rows(log, STYLES, WORDS)
    assert first["Test accuracy"] == "75.0 ± 7.1 %"
    assert first["Generalisation gap"] == "10.0 ± 0.0 %"
    assert first["Spread over seeds"] == "70.0 – 80.0 %"
    assert second["Entry"] == HOSTILE
    assert second["Test accuracy"] == "85.0 %"
    assert second["Diverged"] == 1


def test_figures_know_no_streamlit():
    import pathlib

    import pages.figures

    for file in pathlib.Path(pages.figures.__file__).parent.glob("*.py"):
        assert "streamlit" not in re.sub(r'"""[\s\S]*?"""', "", file.read_text(encoding="utf-8"))


def test_a_figure_on_the_wall_has_larger_letters_and_the_same_data():
    study = next(iter(studies().values()))
    desk = published_curves(study, WORDS, LIGHT)
    wall = enlarged(desk, 2)
    assert wall.layout.font.size == 2 * desk.layout.font.size
    assert wall.layout.xaxis.tickfont.size == 2 * desk.layout.xaxis.tickfont.size
    assert wall.layout.annotations[0].yshift == 2 * desk.layout.annotations[0].yshift
    assert wall.layout.yaxis.range == desk.layout.yaxis.range
    assert desk.layout.height < wall.layout.height < 2 * desk.layout.height
    assert wall.to_plotly_json()["data"][0]["name"] == desk.data[0].name
