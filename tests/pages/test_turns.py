"""Reruns take turns, but nobody waits for long."""

import threading
import time

import pytest

from pages.ui import turns


def in_a_thread(entered: threading.Event, leave: threading.Event) -> threading.Thread:
    def rerun() -> None:
        with turns.turn():
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=rerun)
    thread.start()
    return thread


def test_a_rerun_waits_for_the_one_before_it(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 30.0)
    first, second, leave = threading.Event(), threading.Event(), threading.Event()
    threads = [in_a_thread(first, leave)]
    assert first.wait(30)
    threads.append(in_a_thread(second, leave))
    time.sleep(0.05)
    assert not second.is_set()
    leave.set()
    assert second.wait(30)
    for thread in threads:
        thread.join()


def test_one_that_has_waited_long_begins_beside_the_other(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.01)
    first, second, leave = threading.Event(), threading.Event(), threading.Event()
    threads = [in_a_thread(first, leave)]
    assert first.wait(30)
    threads.append(in_a_thread(second, leave))
    assert second.wait(30)
    leave.set()
    for thread in threads:
        thread.join()
    # It gives back no turn that it never had: the next one still waits for its own.
    with turns.turn():
        assert not turns._TURN.acquire(blocking=False)
    assert turns._TURN.acquire(blocking=False)
    turns._TURN.release()


class Interrupted(BaseException):
    """As Streamlit ends a script that a newer request overtakes."""


def test_a_rerun_that_is_interrupted_gives_its_turn_back():
    with pytest.raises(Interrupted), turns.turn():
        raise Interrupted
    assert turns._TURN.acquire(blocking=False)
    turns._TURN.release()


def test_a_block_within_a_turn_does_not_wait_for_it(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 3600.0)
    with turns.turn(), turns.turn():
        assert not turns._TURN.acquire(blocking=False)
    assert turns._TURN.acquire(blocking=False)
    turns._TURN.release()
