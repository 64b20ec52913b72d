"""Who has left is let go of, whoever comes next."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.runtime import RuntimeConfig

from pages.ui import leaving

Leave = Callable[[str], "weakref.ref[Any]"]


class Session:
    """As much of a session as its store looks at."""

    def __init__(self, name: str) -> None:
        self.id = name


@pytest.fixture
def clock() -> SimpleNamespace:
    return SimpleNamespace(now=0.0)


@pytest.fixture
def leave(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leave]:
    """``leave(name)``: the session of a tab that is kept for 120 s, in a runtime of Streamlit's."""
    storage = MemorySessionStorage(ttl_seconds=120)
    timed: Any = storage._cache
    storage._cache = type(timed)(maxsize=128, ttl=120, timer=lambda: clock.now)
    monkeypatch.setattr(Runtime, "_instance", None)
    Runtime(
        RuntimeConfig(
            script_path="page.py",
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=MemoryUploadedFileManager("/files"),
            session_storage=storage,
        )
    )

    def kept(name: str) -> weakref.ref[Any]:
        session = Session(name)
        storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
        return weakref.ref(session)

    yield kept


def test_whoever_has_left_is_kept_for_a_while_and_no_longer(
    leave: Leave, clock: SimpleNamespace
) -> None:
    early = leave("early")
    clock.now = 60.0
    late = leave("late")
    clock.now = 119.0
    assert leaving.let_go() == 2
    clock.now = 121.0
    assert leaving.let_go() == 1
    gc.collect()
    assert (early(), late() is None) == (None, False)


def test_it_looks_by_itself(
    leave: Leave, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LOOK_EVERY_SECONDS", 0.001)
    gone = leave("early")
    clock.now = 200.0

    async def wait() -> None:
        task = asyncio.create_task(leaving.let_go_now_and_then())
        async with asyncio.timeout(30):
            while gone() is not None:
                await asyncio.sleep(0.001)
                gc.collect()
        task.cancel()

    asyncio.run(wait())


def test_without_a_runtime_there_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runtime, "_instance", None)
    assert leaving.let_go() == 0
