"""The strip and the page that show the inside of a step, without a browser."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from visiting import ROUTER, present, sound, visit

from landscapes import Phrase
from optim_core import Entry, RunConfig, Scenario
from optim_core.inside import take_apart
from optim_core.link import to_parameters
from pages.player.inside import pack_inside
from pages.player.packing import unpack
from pages.ui import cached

SCENARIO = Scenario(
    surface="beale",
    entries=(Entry("adam"), Entry("swats")),
    starts=((1.5, 1.0), (2.0, -1.0)),
    config=RunConfig(steps=30),
)


def test_a_closed_strip_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nobody has opened the strip")

    monkeypatch.setattr(cached, "inside", never)
    app = visit(SCENARIO)
    assert not [box for box in app.selectbox if str(box.key).startswith("inside.")]


def test_the_page_takes_the_same_link_and_chooses_a_run() -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("inside.py")
    for key, value in to_parameters(SCENARIO).items():
        app.query_params[key] = value
    sound(app.run())
    assert present(app) == SCENARIO
    entry, start = app.selectbox(key="inside.page.entry"), app.selectbox(key="inside.page.start")
    assert entry.options == ["Adam", "SWATS"] and len(start.options) == 2
    entry.select_index(1)
    start.select_index(1)
    sound(app.run())
    assert app.selectbox(key="inside.page.entry").value == 1


def test_the_page_tells_nothing_of_a_lesson_whose_question_is_open() -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.switch_page("inside.py")
    asked = {"ask": ["Who wins?"], "choice": ["Adam", "SWATS"], "answer": ["1"]}
    for key, value in {**to_parameters(SCENARIO), **asked}.items():
        app.query_params[key] = value
    sound(app.run())
    assert "asks first" in app.info[0].value
    assert not any(str(box.key).startswith("inside.") for box in app.selectbox)
    shown = {element.proto.component_name for element in app.get("bidi_component")}
    assert not any(name.endswith("downhill_player") for name in shown)


def test_the_message_holds_every_number_in_full() -> None:
    inside = take_apart(SCENARIO, 2, 30)
    assert inside is not None

    def told(phrase: Phrase) -> str:
        return phrase.told(str)

    titles = tuple(told(quantity.title) for quantity in inside.quantities.values())
    titles += tuple(told(chart.title) for chart in inside.charts)
    titles += tuple(told(mark.sentence) for mark in inside.marks)
    header, arrays = unpack(pack_inside(inside, 1, 0, titles, (("inside", "Inside"),)))
    assert header["entry"] == 1 and header["words"] == {"inside": "Inside"}
    assert len(header["lines"]) == len(inside.lines)
    for quantity in header["quantities"]:
        key, values = quantity["key"], inside.values[quantity["key"]]
        if "value" in quantity:
            assert [quantity["value"]] == values.tolist()
            continue
        sent = np.ascontiguousarray(arrays[f"quantity {key}"]).view("<f8")
        np.testing.assert_array_equal(sent, np.broadcast_to(values, sent.shape))
    for number, mark in enumerate(inside.marks):
        np.testing.assert_array_equal(arrays[f"mark {number}"] != 0, mark.when)
    np.testing.assert_array_equal(
        np.ascontiguousarray(arrays["arrow move"]).view("<f8"), inside.arrows["move"]
    )
