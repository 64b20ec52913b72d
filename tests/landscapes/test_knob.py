"""Knobs: what they accept, refuse, and write into a link."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landscapes import SURFACES, Choice, Knob, complete_settings

RATE = Knob(key="rate", title="Rate", default=0.1, low=0, high=10, scale="log", slider_low=1e-3)
SHIFT = Knob(key="shift", title="Shift", default=0.0, low=-2.0, high=2.0)
COUNT = Knob(key="count", title="Count", default=3, low=1, high=100, scale="integer")
SWITCH = Knob(key="on", title="On", default=False, scale="switch")
FORM = Knob(
    key="form",
    title="Form",
    default="torch",
    scale="choice",
    choices=(Choice(key="torch", title="torch"), Choice(key="paper", title="Paper")),
)
ALL = (RATE, SHIFT, COUNT, SWITCH, FORM)


@given(st.floats(min_value=-2.0, max_value=2.0))
def test_numbers_survive_a_link_bit_for_bit(value: float) -> None:
    read = SHIFT.parse(SHIFT.format(value))
    assert read == value and math.copysign(1, read) == math.copysign(1, value)


@given(st.floats(min_value=0.0, max_value=10.0))
def test_a_log_knob_keeps_zero_and_tiny_numbers(value: float) -> None:
    assert RATE.parse(RATE.format(value)) == value


@given(st.integers(min_value=1, max_value=100))
def test_whole_numbers_survive_a_link(value: int) -> None:
    read = COUNT.parse(COUNT.format(value))
    assert read == value and isinstance(read, int)


@pytest.mark.parametrize("value", (True, False))
def test_switches_survive_a_link(value: bool) -> None:
    assert SWITCH.parse(SWITCH.format(value)) is value


@pytest.mark.parametrize("value", ("torch", "paper"))
def test_choices_survive_a_link(value: str) -> None:
    assert FORM.parse(FORM.format(value)) == value


@given(st.text(max_size=80))
@example("\U0010ffff" * 80)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    for knob in ALL:
        try:
            value = knob.parse(text)
        except ValueError as error:
            assert str(error) and len(str(error)) < 200
        else:
            assert knob.parse(knob.format(value)) == value


@pytest.mark.parametrize(
    ("knob", "value", "message"),
    (
        (SHIFT, 2.0001, "shift must lie between -2 and 2"),
        (SHIFT, math.nan, "must be finite"),
        (SHIFT, -math.inf, "must be finite"),
        (SHIFT, "1", "must be a number"),
        (SHIFT, True, "must be a number"),
        (SHIFT, None, "must be a number"),
        (SHIFT, 10**400, "must lie between"),
        (COUNT, 2.5, "whole number"),
        (COUNT, 0, "between 1 and 100"),
        (SWITCH, 1, "true or false"),
        (FORM, "papr", "did you mean paper"),
        (FORM, 3, "unknown choice for form"),
    ),
)
def test_wrong_values_are_refused_in_words(knob: Knob, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        knob.check(value)


@pytest.mark.parametrize("text", ("", "nan", "inf", "1e999", "1_0", "1" * 40, "０.5", "0x1", "1,5"))
def test_text_that_no_number_field_writes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shift must be"):
        SHIFT.parse(text)


@pytest.mark.parametrize("text", ("", "2.0", "1e1", "three"))
def test_a_whole_number_is_written_without_a_point(text: str) -> None:
    with pytest.raises(ValueError, match="count must be a whole number"):
        COUNT.parse(text)


@pytest.mark.parametrize("text", ("", "true", "True", "2", "01"))
def test_a_switch_reads_only_0_and_1(text: str) -> None:
    with pytest.raises(ValueError, match="0 or 1"):
        SWITCH.parse(text)


def test_whole_numbers_given_as_floats_become_whole() -> None:
    kept = COUNT.check(5.0)
    assert kept == 5 and isinstance(kept, int)
    assert isinstance(SHIFT.check(1), float)


@pytest.mark.parametrize(
    ("wrong", "message"),
    (
        ({"default": 3.0}, "between 0 and 1"),
        ({"default": 0.5, "scale": "log"}, "positive lower end"),
        ({"default": "a", "scale": "choice"}, "needs choices"),
    ),
)
def test_a_knob_that_cannot_work_cannot_be_declared(wrong: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Knob(key="k", title="K", **wrong)


def test_slider_range_may_be_narrower_than_what_is_accepted() -> None:
    assert RATE.slider_range == (1e-3, 10)
    assert SHIFT.slider_range == (-2.0, 2.0)
    assert RATE.is_number and COUNT.is_number
    assert not SWITCH.is_number and not FORM.is_number


def test_settings_are_completed_in_declared_order() -> None:
    settings = complete_settings(ALL, {"count": 7, "rate": 1}, "thing")
    assert settings == (
        ("rate", 1.0),
        ("shift", 0.0),
        ("count", 7),
        ("on", False),
        ("form", "torch"),
    )
    assert hash(settings) == hash(complete_settings(ALL, dict(settings), "thing"))


def test_an_undeclared_setting_names_its_neighbours() -> None:
    with pytest.raises(ValueError, match=r"unknown setting of thing 'shft'; did you mean shift"):
        complete_settings(ALL, {"shft": 1.0}, "thing")
    with pytest.raises(ValueError, match=r"known: none"):
        complete_settings((), {"shift": 1.0}, "thing")


KNOBS = [(made, knob) for made in SURFACES.values() for knob in made.knobs]


@pytest.mark.parametrize(("made", "knob"), KNOBS, ids=lambda item: item.key)
def test_sliders_of_surfaces_stay_within_what_is_accepted(made: object, knob: Knob) -> None:
    del made
    low, high = knob.slider_range
    assert knob.low <= low < high <= knob.high
    assert isinstance(knob.default, float) and low <= knob.default <= high
