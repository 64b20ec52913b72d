"""How many bytes an update takes, and that its numbers are those that were traced."""

from __future__ import annotations

import dataclasses
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from landscapes import get_surface
from optim_core import (
    OPTIMIZERS,
    PRESETS,
    Entry,
    Noise,
    RunConfig,
    Scenario,
    Trajectories,
    effective_step_sizes,
    numeric_knobs,
    step_lengths,
    sweep,
    trace,
)
from pages.player.digits import NONE, digits_of, distances, numbers_of, quotients
from pages.player.packing import Squeezed, drawable, pack, pack_named, unpack
from pages.player.paths import short_losses
from pages.player.run import EntryStyle, pack_run
from pages.player.sweep import MOST_BYTES, swept_paths

UPDATE_BYTES = 30_000
STEPS = 300
STYLE = EntryStyle("Gradient descent, rate 0.01 (warm restarts)", "#0072B2", "dash", "circle")

ALL_KINDS = tuple(Entry(key) for key in list(OPTIMIZERS)[:8])
LARGE_RATES = tuple(Entry("adam", {"learning_rate": 0.3 * (n + 1)}) for n in range(8))


def packed(scenario: Scenario) -> tuple[Trajectories, bytes]:
    runs = trace(scenario)
    styles = [STYLE] * len(scenario.entries)
    return runs, pack_run(scenario.landscape(), runs, styles, "0" * 16, sweep=("0" * 16, 40))


def size_of(scenario: Scenario) -> int:
    return len(packed(scenario)[1])


def eight(scenario: Scenario) -> Scenario:
    """The line-up of ``scenario`` again and again with rates a little apart, until it is eight."""
    entries = list(scenario.entries)
    for n in range(8 - len(entries)):
        entry = scenario.entries[n % len(scenario.entries)]
        slower = {"learning_rate": float(entry["learning_rate"]) * (0.97 - 0.02 * n)}
        entries.append(dataclasses.replace(entry, settings={**dict(entry.settings), **slower}))
    config = dataclasses.replace(scenario.config, steps=STEPS, noise_seeds=1)
    return dataclasses.replace(
        scenario, entries=tuple(entries), starts=scenario.starts[:1], config=config
    )


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_costs_at_most_30_kilobytes_and_so_does_its_like_with_eight(key: str) -> None:
    scenario = PRESETS[key].scenario
    assert size_of(scenario) <= UPDATE_BYTES
    assert size_of(eight(scenario)) <= UPDATE_BYTES


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "rastrigin"])
@pytest.mark.parametrize("entries", [ALL_KINDS, LARGE_RATES])
@pytest.mark.parametrize("noise", ["none", "gaussian"])
def test_eight_entries_of_300_steps_cost_at_most_30_kilobytes(
    surface: str, entries: tuple[Entry, ...], noise: str
) -> None:
    config = RunConfig(steps=STEPS, noise=Noise(noise))
    assert size_of(Scenario(surface=surface, entries=entries, config=config)) <= UPDATE_BYTES


@pytest.mark.parametrize("key", ["momentum_escapes", "adam_late_jump", "valley_noise"])
def test_a_sweep_and_its_run_cost_at_most_150_kilobytes(key: str) -> None:
    scenario = PRESETS[key].scenario
    knob = next(iter(numeric_knobs(scenario.entries[0])))
    swept = swept_paths(scenario.landscape(), sweep(scenario, 0, knob))
    # The words of a sweep get as much as all of its rows.
    assert len(pack(swept.header, swept.arrays)) + UPDATE_BYTES <= 120_000 < MOST_BYTES


def as_sent(message: bytes) -> dict[str, np.ndarray]:
    """The arrays of a run message with what the browser works out from them."""
    _, arrays = unpack(message)
    lengths = arrays["lengths"] + distances(arrays["x"], arrays["y"])
    sizes = arrays["sizes"] + quotients(lengths, arrays["norms"])
    return {**arrays, "lengths": lengths, "sizes": sizes}


@pytest.mark.parametrize(
    "entries, steps",
    [(ALL_KINDS, STEPS), (LARGE_RATES, 9_000), ((Entry("sgd", {"learning_rate": 0.5}),), STEPS)],
)
def test_norms_lengths_and_sizes_are_those_traced(entries: tuple[Entry, ...], steps: int) -> None:
    scenario = Scenario(surface="rosenbrock", entries=entries, config=RunConfig(steps=steps))
    runs, message = packed(scenario)
    arrays = as_sent(message)
    every = np.arange(arrays["x"].shape[1])
    assert ("steps" in arrays) == (steps > STEPS)
    for row in range(runs.rows):
        count = int(arrays["rows"][row, 6])
        at = (arrays["steps"][row] if "steps" in arrays else every)[:count].astype(int)
        norms = runs.gradient_norms[at, row]
        np.testing.assert_array_equal(arrays["norms"][row, :count], digits_of(norms))
        for name, measured in (
            ("lengths", step_lengths(runs)),
            ("sizes", effective_step_sizes(runs)),
        ):
            sent = arrays[name][row, :count]
            assert sent[0] == NONE
            np.testing.assert_array_equal(sent[1:], digits_of(measured[at[1:] - 1, row]))


def rounded(value: float) -> str:
    """``value`` to three digits, as a browser's ``toPrecision(3)`` rounds it."""
    exact = Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    return f"{float(exact):.2e}"


@given(st.floats(min_value=1e-36, max_value=9.9e35))
def test_three_digits_are_those_of_the_number(value: float) -> None:
    code = digits_of(value)
    shown = f"{float(numbers_of(code)):.2e}"
    # A number on the edge between two may go either way in its sixteenth digit.
    assert shown in {rounded(value), rounded(value * (1 + 4e-16)), rounded(value * (1 - 4e-16))}


def test_digits_of_what_has_none() -> None:
    given_values = [0.0, 1e-40, np.nan, np.inf, 1e36, 9.999e35, 999.9, 1.0]
    codes = digits_of(given_values)
    assert codes[:5].tolist() == [0, 0, NONE, NONE, NONE]
    assert numbers_of(codes[5:]) == pytest.approx([1e36, 1000.0, 1.0])
    assert np.isnan(numbers_of(codes[2:5])).all()


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(-1e8, 1e8),
    ),
    st.floats(-100, 100),
)
def test_short_losses_show_the_digits_of_the_full_ones(losses: np.ndarray, floor: float) -> None:
    short = floor + short_losses(losses, floor).astype(np.float64)
    full = floor + drawable(losses - floor).astype(np.float64)
    for a, b, true in zip(short.flat, full.flat, losses.flat, strict=True):
        assert a == pytest.approx(true, rel=2e-4, abs=2e-4 * abs(true - floor) + 1e-29)
        if rounded(b) == rounded(true):
            assert rounded(a) == rounded(true)


@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=7),
        elements=st.floats(width=32),
    ),
    st.booleans(),
)
def test_squeezing_loses_nothing(floats: np.ndarray, deltas: bool) -> None:
    whole = floats.view(np.uint16)[:, ::2]
    arrays = {"a": np.arange(3, dtype=np.uint16), "b": Squeezed(floats, deltas), "c": whole}
    message, digest = pack_named({"text": "é"}, {**arrays, "d": Squeezed(whole, not deltas)})
    header, found = unpack(message)
    assert header == {"text": "é", "digest": digest}
    for name, array in (("a", arrays["a"]), ("b", floats), ("c", whole), ("d", whole)):
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert found[name].tobytes() == np.ascontiguousarray(array).tobytes()


def test_another_path_is_another_name() -> None:
    names = {
        pack_named({}, {"a": Squeezed(np.full((1, 3), value, dtype=np.float32))})[1]
        for value in (1, 2)
    }
    assert len(names) == 2


def test_only_tables_are_squeezed() -> None:
    with pytest.raises(ValueError, match="two"):
        pack({}, {"a": Squeezed(np.zeros(3, dtype=np.float32))})


def test_the_numbers_of_a_run_that_diverges_are_there_up_to_its_last_step() -> None:
    entry = Entry("sgd", {"learning_rate": 0.5})
    scenario = Scenario(surface="rosenbrock", entries=(entry,), config=RunConfig(steps=40))
    runs, message = packed(scenario)
    arrays, last = as_sent(message), int(runs.stopped_at[0])
    assert 0 < last < 40
    assert arrays["x"].shape == (1, last + 1)
    assert (arrays["norms"][0] != NONE).all()
    assert get_surface("rosenbrock").bounds.size < numbers_of(arrays["lengths"])[0, -1]
