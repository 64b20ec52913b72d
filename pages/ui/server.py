"""What the server does besides serving pages: warm up, collect garbage aside, note errors."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import itertools
import logging
import socket
import threading
import traceback
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import torch

from optim_core import trace
from optim_core.maps import BasinRequest
from pages.player import prepare
from pages.ui.leaving import let_go_now_and_then
from pages.ui.one_theme import read_theme_once
from pages.ui.own_kinds import drop_foreign_kinds
from pages.ui.serving import request_name
from pages.ui.single_values import look_up_singly
from pages.ui.state import OPENING
from pages.ui.whole_changes import finish_changes
from pages.ui.words import _

LOG = logging.getLogger("downhill")
OURS = Path(__file__).resolve().parents[2]

WARMED_SIDE = 16
"""Starts along each side of the map that is computed before the first visitor comes."""

ARENAS_AT_MOST, ARENAS = -8, 2
"""The number by which ``mallopt`` knows the limit (``M_ARENA_MAX``), and ours."""

YOUNG = (20_000, 50, 1_000)
"""How many new objects start a collection of the young ones, and how many of those an older one.

A rerun makes and drops thousands; at Python's own 700 some thirty collections ran in each."""

COLLECT_EVERY_SECONDS = 3.0
ALL_EVERY = 10
"""Cycles that reruns leave behind are small; this keeps them from adding up over a lecture. All
objects are walked in every tenth collection only: with what a class leaves behind in half a minute
that held everybody up for a fifth of a second."""


def warm() -> None:
    """Do once what would make the first visitor wait, then take it out of the collector's sight.

    A collection walks all tracked objects, some 350,000 with torch: frozen ones are not walked.
    """
    # More torch threads than one fight with the reruns of the other visitors for the same cores.
    torch.set_num_threads(1)
    look_up_singly()
    finish_changes()
    drop_foreign_kinds()
    read_theme_once()
    prepare()
    trace(OPENING.scenario)
    next(BasinRequest.of(OPENING.scenario, WARMED_SIDE).stages())
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG)


def send_at_once() -> int:
    """Let no answer wait for the acknowledgement of the one before it; how many sockets it met.

    ``streamlit run`` makes its listening socket without naming the protocol, and asyncio takes
    Nagle's algorithm off those sockets only that name TCP (uvicorn's issue 3149). With it on, the
    first message of a rerun left at once and all others some 40 ms later, when the browser
    acknowledged the first. What a listening socket is told holds for the connections it takes.
    """
    # By type: to ask an object of torch which class it is may make it warn.
    sockets = (one for one in gc.get_objects() if issubclass(type(one), socket.socket))
    listening = [one for one in sockets if _listens(one)]
    for one in listening:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(listening)


def _listens(candidate: socket.socket) -> bool:
    """Whether it takes connections from a network."""
    internet = candidate.family in (socket.AF_INET, socket.AF_INET6)
    if candidate.fileno() < 0 or not internet or candidate.type != socket.SOCK_STREAM:
        return False
    return bool(candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def collect_now_and_then(stop: threading.Event) -> None:
    """Collect garbage every :data:`COLLECT_EVERY_SECONDS` until ``stop`` is set."""
    for count in itertools.count(1):
        if stop.wait(COLLECT_EVERY_SECONDS):
            return
        everything = count % ALL_EVERY == 0
        gc.collect(2 if everything else 1)
        if everything:
            give_memory_back()


def share_arenas() -> None:
    """Have all threads take memory from two places of glibc, not from one of their own each.

    Every rerun has a thread of its own, and what it leaves in some of sixteen arenas keeps their
    pages from going back after a class has left.
    """
    try:
        ctypes.CDLL("libc.so.6").mallopt(ARENAS_AT_MOST, ARENAS)
    except (OSError, AttributeError):
        return  # another C library, which may have its own way


def give_memory_back() -> None:
    """Let the system have what a class has left: glibc keeps freed memory for itself otherwise."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return  # another C library, which may have its own way


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Start-up and shut-down of the server."""
    del app
    share_arenas()
    send_at_once()
    warm()
    stop = threading.Event()
    collector = threading.Thread(target=collect_now_and_then, args=(stop,), daemon=True)
    collector.start()
    leaving = asyncio.create_task(let_go_now_and_then())
    try:
        yield {}
    finally:
        leaving.cancel()
        stop.set()
        collector.join()


def report(error: Exception) -> bool:
    """Log an error of a page under a short name and show the visitor that name, never the trace.

    Returns:
        True: the error has been shown.
    """
    name = uuid.uuid4().hex[:8]
    told = {"report": name, "request": request_name()}
    if is_ours(error):
        LOG.error("page error %s", name, exc_info=error, extra=told)
    else:
        # Values that no browser sends break Streamlit before a line of ours has run.
        LOG.warning("page error %s before the page", name, exc_info=error, extra=told)
    st.error(
        _(
            "Something went wrong on our side (report {name}). "
            "Reload the page to go on; your link still holds the experiment."
        ).format(name=name)
    )
    return True


def is_ours(error: Exception) -> bool:
    """Whether code of ours had part in ``error``."""
    files = (Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__))
    return any(OURS in file.parents and "site-packages" not in file.parts for file in files)
