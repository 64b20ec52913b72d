"""A training that is stopped and gone on with tells and finds the same, bit for bit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from optim_core import OPTIMIZERS, Entry, Schedule
from optim_core.jobs.ledger_reporting import MAX_CHECKPOINT_BYTES
from optim_core.jobs.tensor_files import pack, unpack
from optim_core.training import Experiment, batches, fit, network_entry, pictures
from optim_core.training.checkpoint import Checkpoint, UnfitCheckpointError
from optim_core.training.data.dataset import Examples, Part
from optim_core.training.events import (
    EpochDone,
    Event,
    FewerAtOnce,
    Finished,
    Gradients,
    Recorded,
    RowStopped,
    Started,
    Stepped,
)
from optim_core.training.experiment import MAX_NUMBERS
from optim_core.training.updating import Updater

torch.set_num_threads(1)

CLOCKS = {"seconds", "seconds_left", "networks_steps_a_second", "memory_bytes"}
"""What tells of the clock and the machine, not of the networks."""

LOOKAHEAD = ("momentum", "nesterov", "adam")
EVERY_RULE = (
    *(network_entry(key) for key in OPTIMIZERS),
    *(Entry(key, {"learning_rate": 0.01}, "lookahead", {"steps": 3}) for key in LOOKAHEAD),
    # Switches at its second step, where the plain one never does here.
    network_entry("swats", switch_tolerance=10.0, minimum_switch_step=1),
    network_entry("rmsprop", centered=True, momentum=0.9, variant="lecture"),
    network_entry("nesterov", variant="lecture"),
    # Each step multiplies the weights by about -10,000, whatever the gradient.
    network_entry("momentum", learning_rate=100.0, weight_decay=100.0),
)
WILD = len(EVERY_RULE) - 1


def experiment(**fields: Any) -> Experiment:
    given = {
        "dataset": "digits_8x8",
        "dataset_settings": {"examples": 96},
        "network": "small_cnn",
        "network_settings": {"width": 2, "batch_norm": True},
        "entries": EVERY_RULE,
        "schedule": Schedule("one_cycle"),
        "epochs": 2,
        "batch_size": 16,
        "record_every": 4,
    }
    return Experiment(**{**given, **fields})


@pytest.fixture(autouse=True, scope="module")
def few_and_changed_pictures() -> Iterator[None]:
    """Random changes of the training pictures, which the data sets in the app do not offer."""

    def few(examples: Examples, *others: Any, **more: Any) -> Any:
        parts = {name: getattr(examples, name) for name in ("train", "validation", "test")}
        cut = {name: Part(part.images[:96], part.labels[:96]) for name, part in parts.items()}
        whole = dataclasses.replace(examples, **cut)
        return batches.on_device(whole, *others, **{**more, "augment": "crop_flip"})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pictures, "on_device", few)
        patched.setattr(batches, "EVALUATED_AT_ONCE", 40)
        yield


@pytest.fixture(scope="module")
def kept() -> Checkpoint:
    """Of :data:`TWO`, before its first step."""
    shelf = Shelf()
    list(fit(TWO, stop=lambda: True, rows_at_once=2, keeper=shelf))
    kept = shelf.back()
    assert kept is not None
    return kept


TWO = experiment(entries=EVERY_RULE[:2], epochs=1)


class Shelf:
    """Keeps the last checkpoint as the store of runs does: JSON, and a file of arrays."""

    def __init__(self, due: Callable[[], bool] = lambda: False) -> None:
        self._due = due
        self._kept: tuple[str, bytes] | None = None
        self.kept = 0

    def due(self, *, stopped: bool) -> bool:
        return stopped or self._due()

    def keep(self, checkpoint: Checkpoint) -> None:
        self._kept = json.dumps(checkpoint.state, allow_nan=False), pack(checkpoint.arrays)
        self.kept += 1

    def back(self) -> Checkpoint | None:
        return Checkpoint(json.loads(self._kept[0]), unpack(self._kept[1])) if self._kept else None


def enough(asked: Iterator[int], questions: int) -> bool:
    return next(asked) >= questions


def in_pieces(chosen: Experiment, questions: int, rows_at_once: int) -> tuple[list[Event], int]:
    """All that is told when every so manieth question is answered with "stop", and how often."""
    shelf, events = Shelf(), []
    while not (events and isinstance(events[-1], Finished)):
        told = fit(
            chosen,
            stop=partial(enough, iter(range(1, 10**6)), questions),
            rows_at_once=rows_at_once,
            keeper=shelf,
            resume=shelf.back(),
        )
        events += told
        assert shelf.kept < 10**4
        # More each time: a look at pictures that asks more often than that would never end.
        questions += 1
    return events, shelf.kept


def whole(chosen: Experiment, rows_at_once: int) -> list[Event]:
    return list(fit(chosen, rows_at_once=rows_at_once))


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def bits(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return tuple(map(bits, value)) if isinstance(value, tuple) else value


def numbers(event: Event, besides: frozenset[str] = frozenset()) -> dict[str, object]:
    """All that ``event`` tells of the networks, to the last bit."""
    names = {field.name for field in dataclasses.fields(event)} - CLOCKS - besides
    return {name: bits(getattr(event, name)) for name in sorted(names)}


def assert_same(there: list[Event], here: list[Event]) -> None:
    """Equal but for the clock and for how steps are bundled."""
    one, other = of_kind(there, Stepped), of_kind(here, Stepped)
    losses, again = (np.concatenate([event.losses for event in told]) for told in (one, other))
    np.testing.assert_array_equal(losses, again)
    assert one[-1].rate_factor == other[-1].rate_factor
    for kind in (Gradients, EpochDone, Recorded, RowStopped, FewerAtOnce):
        assert list(map(numbers, of_kind(there, kind))) == list(map(numbers, of_kind(here, kind)))
    begun = numbers(there[0])
    assert all(numbers(event) == begun for event in of_kind(here, Started))
    end, ending = there[-1], here[-1]
    assert isinstance(end, Finished) and isinstance(ending, Finished)
    # What batch norms of a network that diverged have seen since depends on when that was seen.
    alive = np.isfinite(end.train_loss)
    np.testing.assert_array_equal(end.normalisation[alive], ending.normalisation[alive])
    unequal = frozenset({"normalisation"})
    for name, value in numbers(end, unequal).items():
        assert value == numbers(ending, unequal)[name], name


def test_every_rule_with_batch_norm_and_changed_pictures() -> None:
    """Stopped before, in the middle of and after steps, and while pictures are looked at."""
    chosen = experiment()
    there = whole(chosen, 5)
    here, stops = in_pieces(chosen, 2, 5)
    assert stops >= 5
    assert [event.row for event in of_kind(here, RowStopped)] == [WILD]
    assert_same(there, here)


@pytest.mark.parametrize(
    ("network", "entries", "precision"),
    [("mlp", EVERY_RULE, "float64"), ("lstm", EVERY_RULE[:2], "bfloat16")],
)
def test_without_batch_norm(network: str, entries: tuple[Entry, ...], precision: str) -> None:
    chosen = experiment(
        network=network,
        network_settings={"width": 8},
        entries=entries,
        precision=precision,
        clip_norm=0.5,
        epochs=1,
    )
    here, stops = in_pieces(chosen, 3, len(entries))
    assert stops >= 3
    assert_same(whole(chosen, len(entries)), here)


def test_it_goes_on_from_every_step_that_a_worker_may_die_after() -> None:
    """What was told after the checkpoint is told once more, and is the same."""
    chosen = experiment(entries=EVERY_RULE[:4] + EVERY_RULE[-2:], epochs=1)
    there = whole(chosen, 3)
    for wanted in range(1, 7):
        due = iter(range(1, 10**6))
        shelf = Shelf(lambda due=due, wanted=wanted: next(due) == wanted)
        told = fit(chosen, rows_at_once=3, keeper=shelf)
        before: list[Event] = []
        while not shelf.kept:
            before.append(next(told))
        # The event that was asked for last was told after the checkpoint: it is taken back.
        *before, _lost = before
        told.close()
        assert of_kind(before, Stepped)[-1].step == wanted
        assert_same(there, [*before, *fit(chosen, resume=shelf.back())])


def test_a_training_that_is_kept_has_not_finished_and_keeps_its_groups() -> None:
    shelf = Shelf()
    started, *recorded = fit(TWO, stop=lambda: True, rows_at_once=1, keeper=shelf)
    assert list(map(type, recorded)) == [Recorded]
    after = list(fit(TWO, rows_at_once=2, resume=shelf.back()))
    assert isinstance(after[0], Started)
    assert after[0] == started
    assert_same(whole(TWO, 1), [started, *recorded, *after])


def test_seconds_go_on_from_where_they_were(kept: Checkpoint) -> None:
    late = Checkpoint({**kept.state, "seconds": 5000.0}, kept.arrays)
    seconds = [event.seconds for event in fit(TWO, resume=late) if isinstance(event, Stepped)]
    assert 5000 < seconds[0] < 5060


@pytest.mark.parametrize(
    "state",
    [
        {"step": -1},
        {"step": 7},
        {"step": 2.0},
        {"step": None},
        {"epochs": 1},
        {"epochs": -1},
        {"rows_at_once": 0},
        {"rows_at_once": 3},
        {"seconds": float("nan")},
        {"seconds": "1"},
        {"ready": -1.0},
        {"pictures": [96.0]},
        {"experiment": "{}"},
        {"experiment": experiment(order_seed=9).to_json()},
    ],
)
def test_a_state_that_does_not_fit_is_refused(kept: Checkpoint, state: dict[str, Any]) -> None:
    with pytest.raises(UnfitCheckpointError):
        next(fit(TWO, resume=Checkpoint({**kept.state, **state}, kept.arrays)))


def test_arrays_that_do_not_fit_are_refused(kept: Checkpoint) -> None:
    for name in kept.arrays:
        fewer = {other: array for other, array in kept.arrays.items() if other != name}
        with pytest.raises(UnfitCheckpointError, match=name):
            next(fit(TWO, resume=Checkpoint(kept.state, fewer)))
    points = kept.arrays["points"]
    for other in (points[:-1], points.astype(np.float64)):
        with pytest.raises(UnfitCheckpointError, match="points"):
            next(fit(TWO, resume=Checkpoint(kept.state, {**kept.arrays, "points": other})))


def test_the_largest_training_there_may_be_can_be_kept() -> None:
    """Or it would fail at its first checkpoint."""
    matrices = []
    for entry in EVERY_RULE:
        updater = Updater((entry,), 1, Schedule(), 1)
        updater.start(torch.zeros(1, 50))
        matrices.append(sum(t.shape == (1, 50) for t in updater.remembered().values()))
    around = 1 + max(matrices[: len(OPTIMIZERS)])
    # The weights, the last gradient, and a wrapper around the rule that remembers most; float64.
    assert 8 * MAX_NUMBERS * (2 + around) < MAX_CHECKPOINT_BYTES


@pytest.mark.gpu
def test_a_gpu_goes_on_bit_for_bit() -> None:
    chosen = experiment(network_settings={"width": 8, "batch_norm": True})
    shelf, asked = Shelf(), iter(range(10**6))
    before = list(fit(chosen, "cuda", lambda: next(asked) >= 8, keeper=shelf))
    after = list(fit(chosen, "cuda", resume=shelf.back()))
    assert_same(list(fit(chosen, "cuda")), [*before, *after])
