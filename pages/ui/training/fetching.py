"""Fetching a data set that does not come with the app, once, in a thread of the server."""

from __future__ import annotations

import logging
import threading
import urllib.error
from dataclasses import dataclass
from http.client import HTTPException

import streamlit as st

from optim_core.training import DATASETS
from optim_core.training.data.fetch import fetch

LOG = logging.getLogger("downhill")


@dataclass
class Fetching:
    """A download that everybody who asks for it shares.

    Attributes:
        share: of its bytes that are there.
        failed: whether something went wrong; the log says what.
        unreachable: whether that was the way to the server that has it.
    """

    thread: threading.Thread | None = None
    share: float = 0.0
    failed: bool = False
    unreachable: bool = False

    @property
    def busy(self) -> bool:
        """Whether it is on its way."""
        return self.thread is not None and self.thread.is_alive()


@st.cache_resource(show_spinner=False)
def _fetchings() -> tuple[dict[str, Fetching], threading.Lock]:
    return {}, threading.Lock()


def fetching(key: str) -> Fetching:
    """The download of a data set, by its archive: two data sets may share one."""
    known, lock = _fetchings()
    archive = DATASETS[key].files[0].name if DATASETS[key].files else key
    with lock:
        return known.setdefault(archive, Fetching())


def begin(key: str) -> None:
    """Fetch a data set, unless somebody does already."""
    own = fetching(key)
    _, lock = _fetchings()
    with lock:
        if own.busy:
            return
        own.share, own.failed, own.unreachable = 0.0, False, False
        own.thread = threading.Thread(target=_fetch, args=(key, own), daemon=True)
        own.thread.start()


def _fetch(key: str, own: Fetching) -> None:
    def progress(done: int, total: int) -> None:
        own.share = done / max(1, total)

    try:
        fetch(DATASETS[key], progress=progress)
    except Exception as error:
        # Whatever it was: visitors wait for this thread, and nobody else hears of it.
        LOG.error("fetching %s failed", key, exc_info=error)
        own.unreachable = _unreachable(error.__cause__)
        own.failed = True


def _unreachable(cause: BaseException | None) -> bool:
    """Whether there was no way to the other server, or it broke."""
    broken = isinstance(cause, urllib.error.URLError | ConnectionError | TimeoutError)
    answered = isinstance(cause, urllib.error.HTTPError)
    return (broken or isinstance(cause, HTTPException)) and not answered
