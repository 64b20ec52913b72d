"""Looking on while networks are trained: how often, what is drawn anew, what is left as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from optim_core.jobs import Denial, JobRefusedError, State
from optim_core.jobs.folder import StoreFolder
from pages.figures import learning_pair
from pages.ui.training import charts, live, silence, watching
from pages.ui.training.link_text import packed
from pages.ui.training.silence import REMEMBERED, Listening
from tests.pages.lab import SMALL, Lab, enter, figures, lab, opened
from tests.pages.visiting import keys, press, sound, words

__all__ = ["lab"]


def test_the_more_people_look_the_less_often_each_of_them_may() -> None:
    audience = watching.Audience()
    assert audience.look("first", 0.0) == 1.0
    for number in range(4):
        assert audience.look(f"{number}", 1.0) == 1.0
    assert audience.look("sixth", 1.0) == 2.0
    for number in range(20):
        last = audience.look(f"more {number}", 2.0)
    assert (len(audience), last) == (26, 3.0)
    # All of them asked at 2.0 at the latest: they have closed their tabs.
    assert audience.look("first", 2.1 + watching.PRESENT_SECONDS) == 1.0
    assert len(audience) == 1


def test_who_looks_at_every_pause_stays_in_the_audience() -> None:
    audience = watching.Audience()
    longest = watching.LOOKS_SECONDS[0][1]
    now = 0.0
    for _round in range(10):
        for number in range(25):
            pause = audience.look(f"{number}", now + number / 100)
        assert (len(audience), pause) == (25, longest)
        now += longest


def test_every_look_counts_and_a_longer_pause_is_taken_up(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([1.0, 2.0, 2.0, 1.0])
    handed: list[float | None] = []
    fragment = live.st.fragment

    def noted(part: Callable[..., Any], *, run_every: float | None = None) -> Callable[..., Any]:
        handed.append(run_every)
        return fragment(part, run_every=run_every)

    monkeypatch.setattr(live, "pause_between_looks", lambda: next(pauses))
    monkeypatch.setattr(live.st, "fragment", noted)
    enter(run=lab.submit(SMALL))
    # Two looks a run of the page; the second one's longer pause has made the page run again.
    assert handed == [1.0, 2.0]
    assert list(pauses) == []


def test_a_visit_is_one_of_the_audience_while_its_run_lives(lab: Lab) -> None:
    run = lab.submit(SMALL)
    apps = [enter(run=run) for _visitor in range(3)]
    assert len(watching.audience()) == len(apps)
    lab.work()
    watching.audience.clear()
    sound(apps[0].run())
    assert len(watching.audience()) == 0


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What has been drawn, each time."""
    drawn: list[str] = []

    def noted(*given: Any, **more: Any) -> Any:
        drawn.append(str(given[1]))
        return learning_pair(*given, **more)

    monkeypatch.setattr(charts, "learning_pair", noted)
    yield drawn


def test_a_look_without_news_draws_nothing_anew(lab: Lab, made: list[str]) -> None:
    run = lab.submit(SMALL)
    claim = lab.begun(events=6)
    app = enter(run=run)
    before, times = figures(app), len(made)
    assert times > 0
    sound(app.run())
    enter(run=run)
    assert (figures(app), len(made)) == (before, times)
    # What has to be drawn otherwise is drawn.
    sound(app.toggle(key="charts.log").set_value(True).run())
    assert len(made) > times
    times = len(made)
    lab.end(claim, State.CANCELLED)
    lab.store.submit("fit", lab.store.status(run).spec, "another")
    lab.work()
    other = lab.store.list("another")[0].id
    sound(enter(run=other))
    assert len(made) > times


def refuse(*_given: object, **_more: object) -> None:
    raise JobRefusedError(Denial.BUSY)


def busy(lab: Lab, monkeypatch: pytest.MonkeyPatch, *asked: str) -> None:
    for name in asked or ("status", "events", "list", "result", "place_in_queue"):
        monkeypatch.setattr(lab.store, name, refuse)


def test_a_busy_store_takes_no_run_off_the_page(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (run,) = opened(app)
    lab.begun(events=6)
    sound(app.run())
    before = figures(app)
    with monkeypatch.context() as patched:
        busy(lab, patched)
        sound(app.run())
        assert opened(app) == [run]
        assert figures(app) == before
        assert not app.error
        assert f"run.{run}.cancel" in keys(app)


def test_a_link_that_is_opened_while_the_store_is_busy_finds_its_run_later(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lab.submit(SMALL)
    with monkeypatch.context() as patched:
        busy(lab, patched)
        app = enter(run=run)
        assert opened(app) == [run]
        assert "Nothing is trained yet" not in words(app)
    sound(app.run())
    assert app.session_state["experiment"] == SMALL
    assert figures(app)


def test_a_paused_run_is_for_those_to_go_on_with_who_asked_for_it(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lab.submit(SMALL)
    lab.pause(lab.begin())
    mine = press(enter(experiment=packed(SMALL.changed(epochs=3))), "train")
    (own,) = opened(mine)
    lab.pause(lab.begin())
    sound(mine.run())
    assert f"run.{own}.go-on" in keys(mine)
    other: AppTest = enter(run=run)
    assert "paused" in words(other)
    assert f"run.{run}.go-on" not in keys(other)
    press(other, f"run.{run}.keep")
    assert f"run.{run}.go-on" not in keys(other)


def test_hidden_entries_are_left_out_of_the_charts_of_what_is_set_up(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    app = enter(run=run)

    def names() -> set[str]:
        return {trace["name"] for trace in figures(app)[0]["data"] if trace.get("name")}

    assert names() == {"SGD", "Adam"}
    card = app.session_state["training cards"][0]
    app.session_state[f"entry.{card}.menu"] = True
    sound(app.run())
    press(app, f"entry.{card}.hide")
    assert names() == {"Adam"}
    for section in (charts.GRADIENTS, charts.RATES, charts.FIRST):
        sound(app.segmented_control(key=charts.SECTION).set_value(section).run())
        (figure,) = figures(app)
        assert "SGD" not in str([trace.get("name") for trace in figure["data"]])
    other = app.session_state["training cards"][1]
    app.session_state[f"entry.{other}.menu"] = True
    sound(app.run())
    press(app, f"entry.{other}.hide")
    for section in (charts.CURVES, charts.GRADIENTS, charts.RATES, charts.FIRST):
        sound(app.segmented_control(key=charts.SECTION).set_value(section).run())
        assert not any(trace.get("name") for figure in figures(app) for trace in figure["data"])
    # A run of another line-up is drawn whole.
    press(app, "entry.add")
    sound(app.segmented_control(key=charts.SECTION).set_value(charts.CURVES).run())
    assert names() == {"SGD", "Adam"}


def test_silence_is_counted_from_the_last_news_of_a_run_that_runs(lab: Lab) -> None:
    run = lab.submit(SMALL)
    heard = Listening()
    assert heard.silence(lab.store.status(run), 0.0) == 0.0
    lab.begin()
    running = lab.store.status(run)
    assert [heard.silence(running, now) for now in (50.0, 51.0, 54.0)] == [0.0, 1.0, 4.0]
    told = replace(running, seconds=0.5)
    assert [heard.silence(told, now) for now in (55.0, 56.0)] == [0.0, 1.0]
    assert heard.silence(replace(told, state=State.PAUSED), 90.0) == 0.0
    assert heard.silence(told, 91.0) == 0.0
    for number in range(REMEMBERED):
        heard.silence(replace(told, id=f"{number}"), 92.0)
    assert heard.silence(told, 99.0) == 0.0


def captions(app: AppTest) -> str:
    return "\n".join(text.value for text in app.caption)


def test_a_run_that_has_fallen_silent_is_told_and_one_that_waits_is_not(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "WORDED_SECONDS", 1e-9)
    app = press(enter(experiment=packed(SMALL)), "train")
    assert "No news" not in captions(app)
    claim = lab.begun()
    sound(sound(app.run()).run())
    assert "No news of this run for 0 s" in captions(app)
    lab.end(claim, State.CANCELLED)
    sound(app.run())
    assert "No news" not in captions(app)


def test_a_run_that_waits_for_a_full_disk_is_told_why(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    assert "disk is full" not in captions(app)
    with monkeypatch.context() as patched:
        patched.setattr(StoreFolder, "free_bytes", lambda folder: 1000)
        assert "disk is full" in captions(sound(app.run()))
        # One that is being trained tells of itself.
        lab.begun()
        assert "disk is full" not in captions(sound(app.run()))
        patched.setattr(silence, "WORDED_SECONDS", 1e-9)
        assert "disk is full" in captions(sound(app.run()))


@pytest.mark.parametrize("page", ["landscape.py", "sharpness.py", "training.py"])
def test_a_list_of_runs_that_was_set_aside_is_told_to_who_has_a_link(lab: Lab, page: str) -> None:
    (lab.store.folder.path / "runs.db.damaged-1").touch()
    asked = {"training.py": "run", "landscape.py": "picture", "sharpness.py": "measured"}
    app = enter(page, **{asked[page]: "0" * 32})
    assert "damaged and set aside" in app.toast[0].value
