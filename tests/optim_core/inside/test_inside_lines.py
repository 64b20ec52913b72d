"""Each printed line of every update rule can be worked out again from its printed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from printed_arithmetic import as_printed, overlap, redone

from landscapes import Value
from optim_core import OPTIMIZERS, Entry, Noise, RunConfig, Scenario, Schedule, trace
from optim_core.inside import EXPLAINED, Inside, take_apart
from optim_core.inside.expressions import Quantity
from optim_core.inside.sheet import Line

STEPS = 80
EXTRA: dict[str, Value] = {
    "weight_decay": 0.02,
    "momentum": 0.7,
    "dampening": 0.3,
    "learning_rate_decay": 0.05,
    "initial_accumulator": 0.5,
}
"""Terms that a rule leaves out by default."""


def entries() -> Iterator[Entry]:
    """Every rule in every combination of its choices, as it comes and with all its terms."""
    for key, spec in OPTIMIZERS.items():
        static: list[dict[str, Value]] = [{}]
        for knob in spec.knobs:
            values: list[Value] = [choice.key for choice in knob.choices] or [False, True]
            if not knob.is_number:
                static = [chosen | {knob.key: value} for chosen in static for value in values]
        own = {knob.key for knob in spec.knobs}
        for chosen in static:
            yield Entry(key, chosen)
            yield Entry(key, chosen | {k: v for k, v in EXTRA.items() if k in own}, "lookahead")


def name_of(entry: Entry) -> str:
    static = [str(value) for _, value in entry.settings if isinstance(value, (str, bool))]
    return "-".join([entry.optimizer, *static, *([entry.wrapper] if entry.wrapper else [])])


ALL = [pytest.param(entry, id=name_of(entry)) for entry in entries()]
CONFIG = RunConfig(
    steps=STEPS,
    noise=Noise("gaussian", {"scale": 0.2}),
    schedule=Schedule("cosine"),
    clip_norm=20.0,
)


def scenario(entry: Entry, config: RunConfig = CONFIG) -> Scenario:
    """The entry beside another of its rule, whose settings use terms that it may not."""
    other = Entry("momentum", {"learning_rate": 1e-4, "dampening": 0.5, "weight_decay": 0.1})
    return Scenario(
        surface="beale", entries=(other, entry), starts=((1.0, 1.5), (2.0, -1.0)), config=config
    )


@cache
def apart(entry: Entry, row: int = 2) -> tuple[Inside, np.ndarray]:
    asked = scenario(entry)
    traced = trace(asked)
    last = int(traced.stopped_at[row])
    assert last > 20
    inside = take_apart(asked, row, last)
    assert inside is not None
    return inside, traced.positions[: last + 1, row]


@pytest.mark.parametrize("entry", ALL)
def test_a_line_can_be_worked_out_again_from_its_printed_numbers(entry: Entry) -> None:
    inside, _ = apart(entry)
    for at in looked_at(inside):
        for line in inside.shown(at):
            for axis in range(inside.axes(line)):
                redo(inside, line, at, axis)


def looked_at(inside: Inside) -> list[int]:
    """The beginning, what comes around the earliest switch of SWATS, and the end."""
    last = len(inside.steps)
    return sorted({*range(min(last, 11)), *range(47, min(last, 56)), last - 1})


def redo(inside: Inside, line: Line, at: int, axis: int) -> None:
    def number(quantity: Quantity, of: int | None) -> float:
        numbers = inside.numbers(quantity, at)
        return numbers[(axis if of is None else of) % len(numbers)]

    told = as_printed(number(line.quantity, None), line.quantity.exact)
    found = redone(line.expression, number)
    assert overlap(told, found), (line.quantity.key, int(inside.steps[at]), told, found)


@pytest.mark.parametrize("entry", ALL)
def test_the_lines_lead_where_the_rule_went(entry: Entry) -> None:
    inside, path = apart(entry)
    np.testing.assert_array_equal(inside.values["before"], path[:-1])
    np.testing.assert_array_equal(inside.values["after"], path[1:])
    for line in inside.lines:
        with np.errstate(all="ignore"):
            ours = line.expression.evaluate(inside.values)
        told = inside.values[line.quantity.key]
        for at in looked_at(inside):
            if line in inside.shown(at):
                two = told[at % len(told)]
                one = np.broadcast_to(ours[at % len(ours)], two.shape)
                np.testing.assert_allclose(one, two, rtol=1e-7, atol=1e-13, err_msg=str(line))


@pytest.mark.parametrize("entry", ALL)
def test_the_arrows_add_up_to_the_direction(entry: Entry) -> None:
    inside, _ = apart(entry)
    parts = inside.arrows["gradient"] + inside.arrows.get("momentum", 0.0)
    direction = inside.arrows["direction"]
    # Scaling an axis turns no part of it round: on each axis the signs agree.
    clear = np.abs(parts) > 1e-9
    assert (np.sign(parts)[clear] * np.sign(direction)[clear] >= 0).all()
    assert np.isfinite(inside.arrows["move"]).all()


def test_every_optimizer_has_lines() -> None:
    assert set(EXPLAINED) == set(OPTIMIZERS)


@pytest.mark.parametrize("entry", ALL)
def test_every_rule_names_what_a_reader_asks_for(entry: Entry) -> None:
    inside, _ = apart(entry)
    assert {"gradient", "learning_rate", "effective_rate", "move", "before", "after"} <= set(
        inside.values
    )
    assert np.isfinite(inside.rates).all()
    report = inside.report(5)
    assert report.step == 5 and report.lines
    assert all("\\" in line.symbols or "=" in line.symbols for line in report.lines)
    titles = [str(quantity.title) for quantity in report.quantities]
    assert len(set(titles)) == len(titles)


def test_a_run_that_leaves_is_told_up_to_where_it_stopped() -> None:
    asked = scenario(Entry("sgd", {"learning_rate": 0.5}), RunConfig(steps=60))
    traced = trace(asked)
    last = int(traced.stopped_at[2])
    assert 0 < last < 60
    inside = take_apart(asked, 2, last)
    assert inside is not None and inside.steps[-1] == last


def test_without_a_step_there_is_nothing_to_tell() -> None:
    asked = scenario(Entry("sgd"))
    assert take_apart(asked, 0, 0) is None
    with pytest.raises(ValueError, match="no run 4"):
        take_apart(asked, 4, 10)
    with pytest.raises(ValueError, match="81 steps"):
        take_apart(asked, 0, 81)


def test_of_a_long_run_every_so_many_steps_are_kept_and_the_last() -> None:
    asked = Scenario(
        surface="rosenbrock",
        entries=(Entry("adam", {"learning_rate": 1e-3}),),
        starts=((-1.5, 2.0),),
        config=RunConfig(steps=4_999),
    )
    inside = take_apart(asked, 0, 4_999)
    assert inside is not None
    assert inside.every == 3
    assert len(inside.steps) == 1_667 and inside.steps[-1] == 4_999
    assert inside.report(100).step == 99
    assert inside.report(4_999).step == 4_999
    with pytest.raises(ValueError, match="step 1"):
        inside.report(0)
    path = trace(asked).positions[:, 0]
    np.testing.assert_array_equal(inside.values["after"], path[inside.steps])
    np.testing.assert_array_equal(inside.values["before"], path[inside.steps - 1])
