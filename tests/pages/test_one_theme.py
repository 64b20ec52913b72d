"""The theme is read once, and every run is told the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.ui.one_theme import read_theme_once


@pytest.fixture
def once() -> Iterator[None]:
    before = app_session._populate_theme_msg
    read_theme_once()
    read_theme_once()
    yield
    app_session._populate_theme_msg = before


def told() -> CustomThemeConfig:
    message = CustomThemeConfig()
    app_session._populate_theme_msg(message)
    app_session._populate_theme_msg(message.light, "theme.light")
    app_session._populate_theme_msg(message.light.sidebar, "theme.light.sidebar")
    return message


def test_every_run_is_told_what_streamlit_would_tell() -> None:
    assert told().light.primary_color, "the settings of the project are read"


def test_it_is_read_once(once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = app_session._populate_theme_msg.__wrapped__  # type: ignore[attr-defined]
    by_streamlit = CustomThemeConfig()
    expected(by_streamlit)
    expected(by_streamlit.light, "theme.light")
    expected(by_streamlit.light.sidebar, "theme.light.sidebar")
    assert told() == by_streamlit
    asked: list[str] = []
    monkeypatch.setattr(config, "get_options_for_section", asked.append)
    assert told() == by_streamlit
    assert asked == []
