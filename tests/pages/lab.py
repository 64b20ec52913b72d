"""A lab without a worker: what a worker would do is done by the test, when it says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from optim_core.jobs import JobStore, State, StoppedError
from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.kinds import KINDS
from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.words import Failure
from optim_core.training import DEFAULT_EXPERIMENT, Experiment, network_entry
from optim_core.training.job import run as train
from optim_core.training.presets import TRAINING_PRESETS
from pages.ui import found_surfaces
from pages.ui.training import watching
from pages.ui.training.link_text import read
from tests.pages.visiting import ROUTER, sound, words

PAGE = ROUTER.with_name("training.py")

SMALL = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 160},
    network="small_cnn",
    network_settings={"width": 4},
    entries=(network_entry("sgd"), network_entry("adam")),
    seeds=(0, 1),
    epochs=2,
    batch_size=32,
)


class Lab:
    """A store of runs, and the hands of a worker."""

    def __init__(self, path: Path) -> None:
        self.store = JobStore(StoreFolder(path))
        self.ledger = Ledger(Database(self.store.folder))

    def submit(self, experiment: Experiment, visitor: str = "somebody", name: str = "") -> str:
        """Ask for a run."""
        spec = json.loads(experiment.to_json())
        return self.store.submit("fit", spec, visitor, name).run

    def visitor(self, run: str) -> str:
        """Who asked for a run."""
        ((visitor,),) = self.ledger.database.read(
            "SELECT visitor FROM watcher WHERE run = ? AND wants", run
        )
        return str(visitor)

    def work(self, stop: Callable[[], bool] = lambda: False) -> str:
        """Do the run whose turn it is, as the worker does."""
        claim = self.begin()
        do = KINDS[claim.kind].load()
        result = do(claim.spec, LedgerReporter(self.ledger, claim, "cpu"), stop)
        if result is not None:
            self.end(claim, State.DONE, result)
        return claim.run

    def work_until_paused(self, questions: int) -> Claim:
        """Begin the run whose turn it is; it asks so often whether to stop before it has to."""
        claim = self.begin()
        reporter = LedgerReporter(self.ledger, claim, "cpu")
        reporter.goes_on = True
        asked = iter(range(questions))
        assert train(claim.spec, reporter, lambda: next(asked, None) is None) is None
        return claim

    def pause(self, claim: Claim) -> None:
        """What the one who asked for a run wishes, and the worker does."""
        self.store.pause(claim.run, self.visitor(claim.run))
        self.end(claim, State.PAUSED)

    def begin(self) -> Claim:
        """Take the run whose turn it is."""
        claim = self.ledger.claim("me")
        assert claim is not None
        return claim

    def begun(self, events: int = 4) -> Claim:
        """A run that has told so many events and goes on."""
        claim = self.begin()
        reporter = _Interrupted(self.ledger, claim, "cpu")
        reporter.left = events
        with pytest.raises(StoppedError):
            train(claim.spec, reporter, lambda: False)
        return claim

    def end(self, claim: Claim, state: State, result: dict[str, Any] | None = None) -> None:
        """End a run."""
        text = None if result is None else json.dumps(result)
        self.ledger.finish(claim, state, progress=1.0, seconds=2.0, result=text)

    def fail(self, claim: Claim, failure: Failure, **places: str | int) -> None:
        """A run has failed."""
        self.ledger.finish(
            claim, State.FAILED, progress=0.5, seconds=2.0, failure=failure, places=places
        )


class _Interrupted(LedgerReporter):
    left = 0

    def event(self, *told: Any, **more: Any) -> Any:
        if not self.left:
            raise StoppedError
        self.left -= 1
        return super().event(*told, **more)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """What the pages find as the store of runs."""
    lab = Lab(tmp_path / "runs")
    monkeypatch.setattr(watching, "open_store", lambda: lab.store)
    monkeypatch.setattr(found_surfaces, "open_store", lambda: lab.store)
    st.cache_resource.clear()
    return lab


def enter(page: str = PAGE.name, **parameters: object) -> AppTest:
    """A first visit to the lab or another page, by a link where there is one."""
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.query_params.update(parameters)
    app.switch_page(page)
    return sound(app.run())


def set_up(app: AppTest) -> Experiment:
    """The Experiment of the visit, which the address must hold too."""
    experiment: Experiment = app.session_state["experiment"]
    held = app.query_params.get("experiment")
    if held is not None:
        (text,) = [held] if isinstance(held, str) else held
        assert read(text).experiment == experiment
    elif "training" in app.query_params:
        key = app.query_params["training"]
        key = key if isinstance(key, str) else key[0]
        assert TRAINING_PRESETS[key].experiments[0].experiment == experiment
    else:
        assert experiment == DEFAULT_EXPERIMENT or "run" in app.query_params
    return experiment


def opened(app: AppTest) -> list[str]:
    """The runs laid open, which the address must hold too."""
    runs = list(app.session_state["open runs"])
    held = app.query_params.get("run", [])
    assert ([held] if isinstance(held, str) else list(held)) == runs
    return runs


def told(app: AppTest) -> str:
    """Everything that the main part says."""
    captions = [caption.value for caption in app.caption]
    return "\n".join([words(app), *captions]).replace("\\", "")


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The charts of the page, in order."""
    shown = [node.proto for node in app.get("bidi_component")]
    found = [json.loads(one.json) for one in shown if one.component_name == "downhill_figure"]
    return [json.loads(one["figure"]) for one in found]


def drawn(app: AppTest) -> int:
    """How many charts there are."""
    return len(figures(app))


def listed(app: AppTest) -> AppTest:
    """The page with the list of runs open."""
    app.session_state["runs"] = True
    return sound(app.run())
