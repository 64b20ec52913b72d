"""Reruns take turns: one at a time is done sooner than several that share a processor.

Scripts of many visitors run in threads that share Python's one lock. Twenty reruns of 15 ms that
pass it round every 5 ms all end after 300 ms; one after the other they end after 15, 30, ... and
150 on average, and nothing is spent on passing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PATIENCE_SECONDS = 0.4
"""After so long a rerun begins beside the one that keeps it waiting: some compute for seconds, in
code that lets others run."""

_TURN = threading.Lock()
_WITHIN: ContextVar[bool] = ContextVar("whether this run has waited already", default=False)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, at most :data:`PATIENCE_SECONDS`, and keep it for the block.

    A block within such a block goes on in its turn.
    """
    if _WITHIN.get():
        yield
        return
    taken = _TURN.acquire(timeout=PATIENCE_SECONDS)
    mark = _WITHIN.set(True)
    try:
        yield
    finally:
        _WITHIN.reset(mark)
        if taken:
            _TURN.release()
