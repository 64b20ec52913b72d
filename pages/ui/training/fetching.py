"""Fetching a data set that does not come with the app, once, in a thread of the server."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

from optim_core.training import DATASETS
from optim_core.training.data.downloading import DownloadError
from optim_core.training.data.fetch import fetch


@dataclass
class Fetching:
    """A download that everybody who asks for it shares.

    Attributes:
        share: of its bytes that are there.
        failed: what went wrong, in English; empty for nothing.
    """

    thread: threading.Thread | None = None
    share: float = 0.0
    failed: str = ""

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
        own.share, own.failed = 0.0, ""
        own.thread = threading.Thread(target=_fetch, args=(key, own), daemon=True)
        own.thread.start()


def _fetch(key: str, own: Fetching) -> None:
    def progress(done: int, total: int) -> None:
        own.share = done / max(1, total)

    try:
        fetch(DATASETS[key], progress=progress)
    except DownloadError as error:
        own.failed = str(error)
