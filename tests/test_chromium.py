"""Finding a Chromium, on a PATH made for the purpose."""

from pathlib import Path

import pytest

from tests.browser import chromium


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as PATH, and no browser in any other place."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "APPLICATIONS", ())
    monkeypatch.setattr(chromium, "playwrights_own", lambda: str(tmp_path / "own"))
    return tmp_path


def program(file: Path, exit_code: int) -> str:
    file.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    file.chmod(0o755)
    return str(file)


def test_a_name_on_path_that_does_not_start_is_passed_over(path: Path) -> None:
    program(path / "chromium-browser", 1)
    chrome = program(path / "google-chrome", 0)
    assert chromium.find_chromium() == chrome


def test_playwrights_own_is_the_last_resort(path: Path) -> None:
    assert chromium.find_chromium() is None
    own = program(path / "own", 0)
    assert chromium.find_chromium() == own
    first = program(path / "chromium", 0)
    assert chromium.find_chromium() == first


def test_installing_goes_on_to_the_next_way_until_one_leads_to_a_browser(path: Path) -> None:
    program(path / "brew", 0)
    tried = []

    def run(command: list[str]) -> bool:
        tried.append(command[0])
        if "playwright" in command:
            program(path / "own", 0)
        return True

    assert chromium.install_chromium(run) == str(path / "own")
    assert tried == ["brew", chromium.sys.executable]


def test_no_way_leads_to_a_browser(path: Path) -> None:
    assert chromium.install_chromium(lambda command: False) is None
