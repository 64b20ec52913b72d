"""How long one visitor may keep the server computing: an allowance of seconds that comes back.

What is cached costs nothing, and what was computed is counted as it was measured. A lecture never
meets the limit; somebody who lets a program turn the sliders does.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from landscapes import Refusal
from optim_core.jobs.rates import Paces
from pages.ui.serving.settings import Settings
from pages.ui.visitor import visitor

SECONDS_AT_ONCE = 240.0
"""Four of the largest maps one after the other."""

_WAIVED: ContextVar[bool] = ContextVar("nothing is counted", default=False)


@lru_cache(maxsize=1)
def allowances() -> Paces | None:
    """Those of all visitors of this server; None where nothing is limited."""
    share = Settings.read(os.environ).computing_share
    return Paces(share, SECONDS_AT_ONCE) if share > 0 else None


def check() -> None:
    """See that this visitor may have something computed.

    Raises:
        Refusal: saying how long to wait, where they have used up their allowance.
    """
    kept = allowances()
    if kept is None or _WAIVED.get():
        return
    seconds = kept.seconds_until(visitor(), time.monotonic())
    if seconds > 0:
        raise Refusal(
            "You have kept this server computing for minutes on end, and others wait too."
            " In {seconds} s it computes something new for you again.",
            seconds=math.ceil(seconds),
        )


def spend(seconds: float) -> None:
    """Count ``seconds`` of computing for this visitor."""
    kept = allowances()
    if kept is not None and not _WAIVED.get():
        kept.take(visitor(), time.monotonic(), seconds)


@contextmanager
def spending() -> Iterator[None]:
    """Count what the block computes in this thread.

    Raises:
        Refusal: before it, where the allowance is used up.
    """
    check()
    began = time.thread_time()
    try:
        yield
    finally:
        spend(time.thread_time() - began)


@contextmanager
def waived() -> Iterator[None]:
    """Nothing in the block is counted or refused: for what a page cannot do without."""
    mark = _WAIVED.set(True)
    try:
        yield
    finally:
        _WAIVED.reset(mark)
