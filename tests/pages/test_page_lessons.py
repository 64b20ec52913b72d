"""Lessons made of the other pages: what their links fix, ask and hold back, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from optim_core import PRESETS
from optim_core.link import to_parameters
from pages.ui.teaching.guide import PARTS, Guide, read_guide
from tests.pages.lab import SMALL, Lab, enter, figures, lab
from tests.pages.visiting import ROUTER, keys, press, sound, words

__all__ = ["lab"]

TINY = SMALL.changed(network="mlp", network_settings={"width": 4, "depth": 1}, seeds=(0,))
QUESTION = {"ask": "Who *wins*?", "choice": ["SGD", "Adam"], "answer": "2", "why": "It adapts."}
KINDS = (
    "button",
    "selectbox",
    "select_slider",
    "number_input",
    "toggle",
    "multiselect",
    "segmented_control",
    "button_group",
)


def widget_keys(app: AppTest) -> set[str]:
    return {str(widget.key) for kind in KINDS for widget in app.get(kind)}


def has(app: AppTest, begin: str) -> bool:
    return any(key.startswith(begin) for key in widget_keys(app))


def on_page(page: str, **parameters: Any) -> AppTest:
    """A visit that begins on a page of scenarios."""
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page(page)
    own = to_parameters(PRESETS["momentum_escapes"].scenario)
    for key, value in {**own, **parameters}.items():
        app.query_params[key] = value
    return sound(app.run())


def trained(lab: Lab) -> str:
    run = lab.submit(TINY)
    if not lab.store.status(run).state.ended:
        lab.work()
    return run


def said(app: AppTest) -> str:
    """All that is told, as it reads."""
    boxes = [one.value for one in (*app.info, *app.success, *app.warning)]
    return "\n".join([words(app), *boxes]).replace("\\", "")


def in_lab(lab: Lab, **parameters: Any) -> AppTest:
    return enter(run=trained(lab), **parameters)


def in_landscape(lab: Lab, **parameters: Any) -> AppTest:
    return enter("landscape.py", network=[f"{trained(lab)}.0"], **parameters)


def on_sharpness(lab: Lab, **parameters: Any) -> AppTest:
    return enter("sharpness.py", view="networks", network=[f"{trained(lab)}.0"], **parameters)


def on_maps(lab: Lab, **parameters: Any) -> AppTest:
    del lab
    return on_page("maps.py", **parameters)


def on_inside(lab: Lab, **parameters: Any) -> AppTest:
    del lab
    return on_page("inside.py", **parameters)


Visit = Callable[..., AppTest]
PAGES: dict[str, Visit] = {
    "maps": on_maps,
    "inside": on_inside,
    "training": in_lab,
    "landscape": in_landscape,
    "sharpness": on_sharpness,
}
WIDGETS = {
    ("maps", "map"): "map.kind",
    ("maps", "line_up"): "entry.",
    ("inside", "surface"): "surface",
    ("inside", "run"): "inside.page.",
    ("training", "data"): "experiment.dataset",
    ("training", "network"): "experiment.network",
    ("training", "line_up"): "entry.",
    ("training", "length"): "experiment.epochs",
    ("training", "rest"): "experiment.schedule",
    ("landscape", "picture"): "landscape.kind",
    ("landscape", "networks"): "landscape.network",
    ("landscape", "settings"): "landscape.resolution",
    ("sharpness", "view"): "sharpness.view",
    ("sharpness", "settings"): "sharpness.pictures",
}
"""How the keys of the widgets of each part of a page begin."""


@pytest.mark.parametrize("way", ["hide", "lock"])
@pytest.mark.parametrize(("page", "part"), WIDGETS)
def test_what_a_link_fixes_has_no_widget(lab: Lab, page: str, part: str, way: str) -> None:
    free = PAGES[page](lab)
    assert has(free, WIDGETS[page, part])
    app = PAGES[page](lab, **{way: part})
    assert not has(app, WIDGETS[page, part])
    for other, begin in ((two, begin) for (one, two), begin in WIDGETS.items() if one == page):
        assert other == part or has(app, begin), f"{other} is free"
    locked = [text.value for text in app.markdown if ":material/lock:" in text.value]
    assert part == "line_up" or bool(locked) == (way == "lock")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_first_and_shows_what_it_has_after_the_answer(lab: Lab, page: str) -> None:
    app = PAGES[page](lab, title="A <b>title</b>", caption="Look.", **QUESTION)
    assert "# A <b>title</b>" in words(app)
    assert "Look." in words(app) and "Who *wins*?" in words(app)
    assert "asks first" in said(app)
    assert "adapts" not in said(app)
    before = app.get("bidi_component"), app.get("expandable"), app.get("dataframe")
    press(app, "lesson.choice.1")
    assert "asks first" not in said(app)
    assert "ask for the answer" in words(app)
    after = app.get("bidi_component"), app.get("expandable"), app.get("dataframe")
    if page == "training":
        assert not before[0] or len(after[0]) > len(before[0])
        assert figures(app)
    press(app, "lesson.tell")
    assert "It adapts." in said(app)
    assert "Right" in said(app)
    press(app, "lesson.again")
    assert "asks first" in said(app) and "adapts" not in said(app)
    press(app, "lesson.choice.0")
    press(app, "lesson.tell")
    assert "Not quite. Your guess: SGD. The answer: Adam." in said(app)
    # What its reader does to the page does not lose the question.
    assert app.query_params["ask"] in ("Who *wins*?", ["Who *wins*?"])
    assert app.query_params["choice"] == ["SGD", "Adam"]


def test_curves_that_are_there_wait_for_the_answer(lab: Lab) -> None:
    run = trained(lab)
    app = enter(run=run, **QUESTION)
    assert not figures(app)
    assert app.button(key="train").disabled
    press(app, "lesson.skip")
    assert figures(app)
    assert not app.button(key="train").disabled


@pytest.mark.parametrize("page", PAGES)
def test_a_page_makes_a_link_that_opens_the_same_lesson(lab: Lab, page: str) -> None:
    app = PAGES[page](lab)
    app.session_state["make-lesson"] = True
    sound(app.run())
    app.text_input(key="make.title").set_value("Mine")
    app.text_input(key="make.ask").set_value("Which?")
    app.text_area(key="make.choices").set_value("A\nB")
    sound(app.run())
    part = next(two for one, two in WIDGETS if one == page)
    sound(app.segmented_control(key=f"make.part.{part}").set_value("hidden").run())
    (button,) = [one for one in app.get("link_button") if "new tab" in one.proto.label]
    fields = parse_qs(urlsplit(button.proto.url).query)
    guide = Guide(title="Mine", question="Which?", choices=("A", "B"), hidden=(part,))
    assert read_guide(fields) == guide
    # Only the playground's lessons have a file.
    assert not app.get("download_button") or "make.download" not in keys(app)
    other = AppTest.from_file(ROUTER, default_timeout=60)
    other.switch_page(f"{page}.py")
    for key, values in fields.items():
        other.query_params[key] = values
    sound(other.run())
    assert "# Mine" in words(other) and "Which?" in words(other)
    assert not has(other, WIDGETS[page, part])
    assert not other.toast
    # Nobody makes a lesson of a lesson.
    assert "make-lesson" not in other.session_state


@pytest.mark.parametrize("page", PAGES)
def test_a_part_that_another_page_has_does_nothing_here(lab: Lab, page: str) -> None:
    elsewhere = [part for part in PARTS if (page, part) not in WIDGETS and part != "steps"]
    if page in ("maps", "inside"):
        elsewhere = ["data", "picture"]
    app = PAGES[page](lab, hide=".".join(elsewhere))
    for (one, _part), begin in WIDGETS.items():
        assert one != page or has(app, begin)


@pytest.mark.parametrize("page", PAGES)
def test_hostile_texts_of_a_link_are_cut_told_and_plain(lab: Lab, page: str) -> None:
    hostile = "<img src=x onerror=alert(1)> [x](javascript:y) $z$ \u202e" + "x" * 500
    app = PAGES[page](lab, title=hostile, caption=hostile, hide="everything", **QUESTION)
    assert any("longer than" in one.value.replace("\\", "") for one in app.toast)
    for text in [one.value for one in app.markdown]:
        assert "<img" not in text.replace("\\<img", "") and "\u202e" not in text
        assert "](javascript" not in text and "$z$" not in text


def test_the_inside_of_a_step_is_told_whose_it_is_by_the_link(lab: Lab) -> None:
    app = on_page("inside.py", inside="3.1")
    assert app.selectbox(key="inside.page.entry").value == 2
    sound(app.selectbox(key="inside.page.entry").set_value(1).run())
    assert app.query_params["inside"] in ("2.1", ["2.1"])
    sound(app.selectbox(key="inside.page.entry").set_value(0).run())
    assert "inside" not in app.query_params
    for wrong in ("9.1", "0.0", "x", "1.99", "1.1.1", "٣.1"):
        assert on_page("inside.py", inside=wrong).selectbox(key="inside.page.entry").value == 0


@pytest.mark.parametrize("way", ["hide", "lock"])
def test_whose_steps_are_shown_stays_as_a_link_has_it(way: str) -> None:
    app = on_page("inside.py", inside="3.1", **QUESTION, **{way: "run"})
    press(app, "lesson.choice.1")
    assert not has(app, "inside.page.")
    assert app.query_params["inside"] in ("3.1", ["3.1"])
    told = [text.value for text in app.markdown if "**Optimizer**" in text.value]
    assert bool(told) == (way == "lock")
    if told:
        assert "Momentum 0.9" in told[0].replace("\\", "")


def test_the_heading_of_a_landscape_tells_nothing_that_is_hidden(lab: Lab) -> None:
    title = "SGD, seed 0"
    assert title in words(in_landscape(lab))
    assert title not in words(in_landscape(lab, hide="networks"))
    assert "random directions" not in words(in_landscape(lab, hide="networks.picture"))
