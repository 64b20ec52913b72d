"""A data set that cannot be fetched: what visitors read, and what the log holds."""

from __future__ import annotations

from email.message import Message
from http.client import IncompleteRead
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from optim_core.training.data.downloading import DownloadError
from pages.ui.training import fetching
from tests.pages.lab import Lab, enter, lab
from tests.pages.visiting import sound

__all__ = ["lab"]


@pytest.mark.parametrize(
    ("cause", "unreachable"),
    [
        (URLError("no route"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (IncompleteRead(b""), True),
        (HTTPError("https://example.org", 404, "gone", Message(), None), False),
        (OSError("no space left"), False),
        (None, False),
    ],
)
def test_a_data_set_that_cannot_be_fetched_is_told_how_to_get(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    cause: Exception | None,
    unreachable: bool,
) -> None:
    def break_off(*_given: object, **_more: object) -> None:
        raise DownloadError("a secret of the server") from cause

    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path))
    monkeypatch.setattr(fetching, "fetch", break_off)
    fetching.begin("cifar10")
    thread = fetching.fetching("cifar10").thread
    assert thread is not None
    thread.join()
    app = sound(enter().selectbox(key="experiment.dataset").set_value("cifar10").run())
    warning = app.warning[0].value.replace("\\", "")
    assert "python -m optim_core.training.data.fetch cifar10" in warning
    assert ("no way to the internet" in warning) == unreachable
    assert "secret" not in warning
    assert "a secret of the server" in caplog.text


def test_an_error_that_nobody_expected_ends_a_download_too(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def break_off(*_given: object, **_more: object) -> None:
        raise KeyError("labels")

    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path))
    monkeypatch.setattr(fetching, "fetch", break_off)
    own = fetching.Fetching()
    fetching._fetch("cifar10", own)
    assert (own.failed, own.unreachable) == (True, False)
