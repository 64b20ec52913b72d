"""Pause and go on in the lab, and what the page says of a run that was cut off."""

from __future__ import annotations

from optim_core.jobs import Failure, State
from optim_core.jobs.settling import settle
from optim_core.training import fit
from optim_core.training.events import Finished
from pages.ui.training.link_text import packed
from tests.pages.lab import SMALL, Lab, enter, lab, opened, told
from tests.pages.visiting import keys, press, sound, words

__all__ = ["lab"]


def test_a_run_is_paused_and_gone_on_with_to_the_same_end(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (run,) = opened(app)
    claim = lab.work_until_paused(questions=7)
    press(app, f"run.{run}.pause")
    assert "pausing" in words(app)
    lab.end(claim, State.PAUSED)
    sound(app.run())
    assert "paused" in words(app)
    assert "goes on exactly from here within 60 days" in told(app)
    assert f"run.{run}.pause" not in keys(app)
    press(app, f"run.{run}.go-on")
    assert "waiting" in words(app)
    assert "goes on after step" in told(app)
    assert "It is next." in told(app)
    lab.work()
    sound(app.run())
    assert "done" in words(app)
    assert "cut off" not in told(app)
    *_, end = fit(SMALL, rows_at_once=1)
    assert isinstance(end, Finished)
    assert lab.store.result(run)["step"] == end.step


def test_the_wish_to_pause_is_taken_back_by_going_on(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (run,) = opened(app)
    claim = lab.work_until_paused(questions=7)
    press(app, f"run.{run}.pause")
    press(app, f"run.{run}.go-on")
    assert f"run.{run}.pause" in keys(app)
    lab.end(claim, State.PAUSED)
    sound(app.run())
    assert "waiting" in words(app)


def test_a_run_that_others_want_too_cannot_be_paused_and_says_why(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (run,) = opened(app)
    assert not app.button(key=f"run.{run}.pause").disabled
    lab.submit(SMALL, "another")
    sound(app.run())
    button = app.button(key=f"run.{run}.pause")
    assert button.disabled
    assert "Others wait for this run too" in button.help


def test_a_run_that_lost_its_worker_says_from_where_it_goes_on(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    lab.begun()
    settle(lab.ledger.database, token="me", failure=Failure.CRASHED)
    sound(app.run())
    assert "cut off before there was anything to go on from, and begins anew" in told(app)
    claim = lab.work_until_paused(questions=9)
    lab.ledger.append(claim, 99, "stepped", "{}", b"", size=0)
    settle(lab.ledger.database, token="me", failure=Failure.CRASHED, lost=False)
    sound(app.run())
    assert "It was cut off and goes on after step" in told(app)
    lab.work()
    sound(app.run())
    assert "cut off" not in told(app)
    assert "done" in words(app)
