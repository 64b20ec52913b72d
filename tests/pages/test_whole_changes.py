"""What has been typed is kept, however soon the next message comes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState

from benchmarks.tabs import Tab
from pages.ui.whole_changes import finish_changes
from tests.browser.serving import served

APP = Path(__file__).parents[1] / "browser" / "apps" / "changing_app.py"
NAME = "on_script_will_rerun"


def test_a_message_that_comes_during_a_change_undoes_nothing() -> None:
    async def type_twice(address: str) -> str:
        async with Tab(address) as tab:
            assert (await tab.open()).sound
            typed = {}
            for field in ("first", "second"):
                typed[tab.id_of(field)] = ("string_value", f"{field}-text")
                await tab.send(tab.asking(typed))
                # The callback of the first field has read its text by now and not yet kept it.
                await asyncio.sleep(0.2)
            assert (await tab.ended()).sound
            return next(
                str(widget.default) for kind, widget in tab.widgets.values() if kind == "text_area"
            )

    with served(APP) as address:
        assert asyncio.run(type_twice(address)) == "first-text second-text"


@pytest.fixture
def whole() -> Iterator[None]:
    before = vars(SafeSessionState)[NAME]
    finish_changes()
    finish_changes()
    yield
    setattr(SafeSessionState, NAME, before)


class Newer(BaseException):
    """As Streamlit leaves a script that a newer message overtakes."""


class Runner:
    """As much of Streamlit's as a session knows."""

    def __init__(self) -> None:
        self._execing = True
        self.newer = False

    def check(self) -> None:
        if self._execing and self.newer:
            raise Newer


class State:
    """A session whose callback touches what it holds."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.held: dict[str, int] = {}
        self.problem: Exception | None = None
        self.safe = SafeSessionState(self, runner.check)  # type: ignore[arg-type]

    def on_script_will_rerun(self, states: object, **_replayed: object) -> None:
        self.runner.newer = True
        self.safe["number"] = 3
        if self.problem is not None:
            raise self.problem

    def __setitem__(self, key: str, value: int) -> None:
        self.held[key] = value


def session() -> State:
    return State(Runner())


def test_a_callback_is_not_left_and_the_script_is(whole: None) -> None:
    state = session()
    state.safe.on_script_will_rerun(None)
    assert state.held == {"number": 3}
    with pytest.raises(Newer):
        state.safe["number"] = 4


def test_a_callback_is_not_begun_where_a_newer_message_is_there_already(whole: None) -> None:
    state = session()
    state.runner.newer = True
    with pytest.raises(Newer):
        state.safe.on_script_will_rerun(None)
    assert state.held == {}


def test_a_callback_that_fails_lets_the_script_be_left_again(whole: None) -> None:
    state = session()
    state.problem = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        state.safe.on_script_will_rerun(None)
    assert state.runner._execing
