"""The workshop: one result for equal requests, coarse ones first, given up when nobody looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from landscapes import Refusal
from pages.ui.maps import workshop as module
from pages.ui.maps.workshop import Workshop

PATIENCE = 10.0


@dataclass(frozen=True)
class Step:
    share: float
    nbytes: int = 1_000


@dataclass(frozen=True)
class Request:
    """Four stages; each waits for the gate."""

    name: str
    gate: threading.Event = field(default_factory=threading.Event, compare=False)
    log: list[str] = field(default_factory=list, compare=False)

    def stages(self) -> Iterator[Step]:
        for number in range(1, 5):
            assert self.gate.wait(PATIENCE)
            self.log.append(f"{self.name}{number}")
            yield Step(number / 4)


def opened(name: str, log: list[str] | None = None) -> Request:
    request = Request(name, log=[] if log is None else log)
    request.gate.set()
    return request


def until(workshop: Workshop, request: Request, watcher: str) -> module.Shown:
    deadline = time.monotonic() + PATIENCE
    while not (shown := workshop.look(request, watcher)).done:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return shown


def test_a_request_is_computed_to_its_end() -> None:
    shown = until(Workshop(), opened("a"), "me")
    assert shown.result == Step(1.0)
    assert shown.problem is None


def test_equal_requests_share_one_result() -> None:
    workshop, log = Workshop(), []
    until(workshop, opened("a", log), "me")
    # Not even begun: this one's gate is shut.
    again = workshop.look(Request("a"), "you")
    assert again.done
    assert log == ["a1", "a2", "a3", "a4"]


def test_the_first_picture_of_a_new_request_comes_before_the_rest_of_another() -> None:
    workshop, log = Workshop(), []
    first, second = Request("a", log=log), opened("b", log)
    workshop.look(first, "me")
    workshop.look(second, "you")
    first.gate.set()
    until(workshop, second, "you")
    assert log.index("b1") < log.index("a2")


def test_who_looks_elsewhere_gives_a_request_up() -> None:
    workshop = Workshop()
    left = Request("a")
    workshop.look(left, "me")
    workshop.look(left, "you")
    workshop.look(opened("b"), "me")
    assert workshop.unfinished() >= 1  # "you" still wants the first
    workshop.leave("you")
    left.gate.set()
    until(workshop, opened("b"), "me")
    assert workshop.unfinished() == 0
    assert len(left.log) <= 1


def test_whoever_has_closed_the_tab_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRESENT_SECONDS", 0.0)
    workshop, left = Workshop(), Request("a")
    workshop.look(left, "me")
    time.sleep(0.01)
    workshop.look(opened("b"), "you")
    assert workshop.unfinished() <= 1


def test_a_refusal_and_a_failure_reach_who_waits_and_the_thread_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @dataclass(frozen=True)
    class Bad:
        error: type[Exception]

        def stages(self) -> Iterator[Step]:
            yield Step(0.5)
            raise self.error("no")

    workshop = Workshop()
    assert isinstance(until(workshop, Bad(Refusal), "me").problem, Refusal)
    assert isinstance(until(workshop, Bad(RuntimeError), "me").problem, RuntimeError)
    assert "a map failed" in caplog.text
    assert until(workshop, opened("a"), "me").result == Step(1.0)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 2_500)
    workshop = Workshop()
    for name in "abcd":
        until(workshop, opened(name), "me")
    workshop.look(opened("e"), "me")
    assert len(workshop._jobs) <= 3
