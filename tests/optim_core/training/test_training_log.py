"""TrainingLog: what a run has told, folded event by event."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim_core.jobs import RunEvent
from optim_core.training import fit, plain
from optim_core.training.curves import Against, counts_of, epoch_curve, step_curve
from optim_core.training.growing import Growing
from optim_core.training.job import told
from optim_core.training.log import TrainingLog
from optim_core.training.summary import summaries
from tests.optim_core.training import training_events as made


def folded(count: int = len(made.EVENTS)) -> TrainingLog:
    log = TrainingLog()
    for kind, body in made.EVENTS[:count]:
        log.add(kind, body)
    return log


def same(one: TrainingLog, other: TrainingLog) -> None:
    for name in ("steps", "step_seconds", "losses"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name, values in vars(one.epochs).items():
        np.testing.assert_array_equal(values, getattr(other.epochs, name))
    assert (one.start, one.stopped, one.notices, one.pace, one.progress) == (
        (other.start, other.stopped, other.notices, other.pace, other.progress)
    )
    assert len(one.first_gradients) == len(other.first_gradients)
    assert (one.final is None) == (other.final is None)


def test_an_empty_log_has_nothing_to_show():
    log = TrainingLog()
    assert (log.start, log.final, log.pace, log.layer_norms) == (None, None, None, None)
    assert (log.rows, log.entries, log.progress, log.rows_at_once) == (0, 0, 0.0, 0)
    assert len(log.losses) == len(log.epochs.epoch) == 0
    assert summaries(log) == ()


def test_everything_is_where_charts_look_for_it():
    log = folded()
    assert (log.rows, log.entries) == (4, 2)
    assert log.steps.tolist() == list(range(1, 21))
    assert log.losses.shape == (20, 4)
    assert log.losses[6].tolist() == pytest.approx([7.0, 7.1, 7.2, 7.3])
    assert log.step_seconds[9] == pytest.approx(2.0)
    assert np.all(np.diff(log.step_seconds) > 0)
    assert log.epochs.validation_accuracy[1, 2] == 0.7
    assert np.isnan(log.epochs.train_loss[0, 3])
    assert [row.row for row in log.stopped] == [3]
    assert log.rows_at_once == 2
    assert log.notices == ("Memory ran out.",)
    assert log.final is not None
    assert log.final.answered[0].tolist() == [2, 0]
    assert log.progress == 1.0
    assert log.layer_norms is not None
    assert log.layer_norms[0] == 20
    assert log.pace is not None
    assert log.pace.memory_bytes is None


def test_views_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        folded().losses[0, 0] = 1.0


@pytest.mark.parametrize("kept", range(len(made.EVENTS) + 1))
def test_rewound_leaves_what_came_before(kept):
    log = folded()
    log.add("rewound", {"to": kept})
    same(log, folded(kept))


def test_a_rewound_run_goes_on():
    log = folded(9)
    log.add("rewound", {"to": 5})
    for kind, body in made.EVENTS[5:]:
        log.add(kind, body)
    same(log, folded())
    assert log.number == len(made.EVENTS) + 5


def test_what_was_there_already_is_passed_over():
    log = folded()
    for number, (kind, body) in enumerate(made.EVENTS, start=1):
        log.add(kind, body, number)
    same(log, folded())


def test_an_unknown_kind_counts_but_tells_nothing():
    log = folded(4)
    log.add("weather", {"sun": True})
    same(log, folded(4))
    assert log.number == 5


def test_a_run_that_says_again_what_it_is_keeps_its_curves():
    log = folded(7)
    log.add("started", made.STARTED)
    assert len(log.losses) == 10


def test_the_store_and_plain_events_give_one_log():
    stored, plainly = TrainingLog(), TrainingLog()
    files, events = {}, []
    for number, event in enumerate(fit(made.EXPERIMENT, rows_at_once=4), start=1):
        body = json.loads(json.dumps(plain(event)))
        plainly.add(body.pop("event"), body)
        kind, rest, arrays = told(event)
        assert json.dumps(rest, allow_nan=False)
        if number % 2:
            files[number], arrays = arrays, {}
        in_file = number in files
        events.append(RunEvent(number=number, kind=kind, body=rest, arrays=arrays, in_file=in_file))
    stored.read(events, files.__getitem__)
    same(stored, plainly)
    assert stored.final is not None
    assert plainly.final is not None
    for one, other in zip(stored.final.misclassified, plainly.final.misclassified, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(stored.final.confusion, plainly.final.confusion)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 3)), max_size=12), st.integers(0, 14))
def test_growing_takes_back_just_what_came_later(bundles, after):
    growing = Growing(2)
    kept = []
    for number, (count, _) in enumerate(bundles, start=1):
        rows = np.full((count, 2), number)
        growing.add(number, rows)
        if number <= after:
            kept += rows.tolist()
    growing.take_back(after)
    assert growing.values.tolist() == kept


def test_growing_refuses_rows_of_another_shape():
    with pytest.raises(ValueError, match="shape"):
        Growing(2).add(1, np.zeros((3, 4)))


def test_an_epoch_curve_is_the_mean_and_the_range_of_the_seeds():
    curve = epoch_curve(folded(), 0, "train_loss", Against.EPOCHS)
    assert curve.x.tolist() == [1.0, 2.0]
    assert (curve.middle[0], curve.low[0], curve.high[0]) == (2.0, 1.0, 3.0)
    alone = epoch_curve(folded(), 1, "train_loss", Against.STEPS)
    assert alone.middle.tolist() == [0.5, 0.5]
    assert not alone.spread
    assert alone.x.tolist() == [10.0, 20.0]


def test_the_epoch_under_way_has_a_point_that_becomes_its_own():
    log = TrainingLog()
    log.add("started", made.STARTED)
    assert not len(epoch_curve(log, 0, "train_loss", Against.EPOCHS).x)
    for kind, body in (
        ("stepped", made.stepped(1, 4, 6.0)),
        ("stepped", made.stepped(5, 10, 1.0)),
        ("epoch_done", made.epoch_done(1)),
        ("stepped", made.stepped(11, 15, 0.25)),
    ):
        log.add(kind, body)
        curve = epoch_curve(log, 0, "train_loss", Against.EPOCHS)
        if kind == "epoch_done":
            assert (curve.x.tolist(), curve.middle.tolist()) == ([1.0], [2.0])
        elif log.steps[-1] == 10:
            assert (curve.x.tolist(), curve.middle.tolist()) == ([1.0], [3.0])
    assert (curve.x.tolist(), curve.middle.tolist()) == ([1.0, 1.5], [2.0, 0.25])
    for measure in ("train_accuracy", "validation_loss", "validation_accuracy"):
        assert epoch_curve(log, 0, measure, Against.EPOCHS).x.tolist() == [1.0]
    assert epoch_curve(log, 0, "train_loss", Against.STEPS).x.tolist() == [10.0]


def test_thinning_hides_no_spike_and_no_lonely_low():
    log = TrainingLog()
    log.add("started", made.STARTED)
    for first in range(1, 5001, 50):
        log.add("stepped", made.stepped(first, first + 49, 1.0))
    spiked = made.stepped(5001, 5001, 99.0)
    log.add("stepped", spiked)
    log.add("stepped", made.stepped(5002, 6000, 1.0))
    log.add("stepped", made.stepped(6001, 6001, 0.001))
    curve = step_curve(log, 0, Against.STEPS, 100)
    assert 50 < len(curve.x) <= 100
    assert curve.high.max() == 99.0
    assert curve.low.min() == pytest.approx(0.001)
    assert curve.bundle == 64
    assert curve.x.tolist() == list(range(1, 6002, 64))
    assert np.all((curve.low <= curve.middle) & (curve.middle <= curve.high))


def test_five_hundred_epochs_are_thinned_too():
    log = TrainingLog()
    log.add("started", made.STARTED)
    for epoch in range(1, 501):
        log.add("epoch_done", made.epoch_done(epoch))
    assert len(epoch_curve(log, 0, "train_loss", Against.EPOCHS, 500).x) == 500
    thinned = epoch_curve(log, 0, "train_loss", Against.EPOCHS, 100)
    assert (len(thinned.x), thinned.bundle) == (63, 8)
    assert set(thinned.middle) == {2.0}


def test_a_growing_run_redraws_only_the_end_of_its_curve():
    log = TrainingLog()
    log.add("started", made.STARTED)
    log.add("stepped", made.stepped(1, 900))
    before = step_curve(log, 1, Against.STEPS, 128)
    log.add("stepped", made.stepped(901, 1000))
    after = step_curve(log, 1, Against.STEPS, 128)
    assert before.bundle == after.bundle
    last = len(before.x) - 1
    np.testing.assert_array_equal(before.middle[:last], after.middle[:last])


def test_rows_that_stopped_leave_a_gap_and_no_wrong_mean():
    log = TrainingLog()
    log.add("started", made.STARTED)
    body = made.stepped(1, 4)
    for place in (2, 3):
        body["losses"][place][0] = None
    body["losses"][3][1] = None
    log.add("stepped", body)
    curve = step_curve(log, 0, Against.STEPS)
    assert curve.middle[2] == pytest.approx(3.1)
    assert np.isnan(curve.middle[3])
    assert np.isnan(curve.high[3])


def test_shares_of_a_histogram_sum_to_one():
    log = folded()
    shares = counts_of(log, 1, log.epochs.rates[-1])
    assert shares.sum() == pytest.approx(1.0)
    assert shares[36] == pytest.approx(0.25)


def test_the_summary_tells_mean_spread_and_gap():
    first, second = summaries(folded())
    assert first.test_accuracy.mean == pytest.approx(0.75)
    assert (first.test_accuracy.low, first.test_accuracy.high) == (0.7, 0.8)
    assert first.gap.mean == pytest.approx(0.1)
    assert first.gap.deviation == pytest.approx(0.0)
    assert (second.seeds, second.stopped) == (2, 1)
    assert second.test_accuracy.mean == pytest.approx(0.85)
    assert np.isnan(second.test_accuracy.deviation)
