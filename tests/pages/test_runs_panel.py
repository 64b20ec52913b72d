"""The list of runs: naming, comparing, deleting, keeping, and files to take home."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from optim_core.jobs import JobRefusedError
from optim_core.jobs.tensor_files import unpack
from pages.ui.training import runs_panel
from pages.ui.training.link_text import packed
from tests.pages.lab import SMALL, Lab, enter, lab, listed, opened, told
from tests.pages.visiting import keys, press, sound, words

__all__ = ["lab"]


def test_runs_are_listed_named_compared_and_deleted(lab: Lab) -> None:
    app = press(enter(experiment=packed(SMALL)), "train")
    (first,) = opened(app)
    lab.work()
    sound(app.number_input(key="experiment.epochs.number").set_value(1).run())
    press(app, "train")
    (second,) = opened(app)
    listed(app)
    assert "best test accuracy" in told(app)
    sound(app.checkbox(key=f"listed.{first}.shown").check().run())
    assert opened(app) == [second, first]
    app.session_state[f"listed.{first}.menu"] = True
    sound(app.run())
    sound(app.text_input(key=f"listed.{first}.name").set_value("*mine* <b>").run())
    assert "*mine* <b>" in words(app)
    press(app, f"listed.{first}.delete")
    assert opened(app) == [second]
    with pytest.raises(JobRefusedError):
        lab.store.status(first)
    press(listed(app), f"listed.{second}.open")
    assert opened(app) == [second]


def test_a_run_of_somebody_else_is_looked_at_and_kept(lab: Lab) -> None:
    run = lab.submit(SMALL)
    app = enter(run=run)
    assert f"run.{run}.cancel" not in keys(app)
    press(app, f"run.{run}.keep")
    assert f"run.{run}.keep" not in keys(app)
    assert "My runs (1)" in [one.label for one in app.expander]


def test_files_are_made_where_no_visit_is(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Callable[[], str | bytes]] = {}

    def catch(label: str, data: Callable[[], str | bytes], *, key: str, **_more: object) -> None:
        made[key.rpartition(".")[2]] = data

    monkeypatch.setattr(runs_panel.st, "download_button", catch)
    app = press(enter(experiment=packed(SMALL), name="1~My own"), "train")
    (run,) = opened(app)
    lab.work()
    listed(app)
    app.session_state[f"listed.{run}.menu"] = True
    sound(app.run())
    assert made.keys() == {"csv", "steps", "json", "weights"}

    # As Streamlit does it: in a thread that belongs to nobody.
    with ThreadPoolExecutor(1) as server:
        files = {key: server.submit(make).result() for key, make in made.items()}
    curves, steps = (list(csv.reader(str(files[key]).splitlines())) for key in ("csv", "steps"))
    assert {line[0] for line in curves[1:]} == {"My own", "Adam"}
    assert len(curves) == 1 + SMALL.rows * SMALL.epochs
    assert "loss, My own, seed 0" in steps[0]
    assert json.loads(files["json"])["networks"][0]["entry"] == "My own"
    weights = unpack(bytes(files["weights"]))
    assert sum(array.size for array in weights.values()) >= SMALL.built_network().size

    lab.store.delete(run, lab.visitor(run))
    with ThreadPoolExecutor(1) as server:
        assert server.submit(made["csv"]).result() == "This run is not on the server any more."
