"""Registries and their error messages; what importing landscapes brings along."""

from __future__ import annotations

import subprocess
import sys

import pytest

from landscapes import SURFACES, Registry, UnknownKeyError, get_surface


def test_items_come_in_the_order_they_were_declared() -> None:
    registry: Registry[int] = Registry("number")
    registry.add("two", 2)
    registry.add("one", 1)
    assert list(registry) == ["two", "one"] and len(registry) == 2
    assert registry["one"] == 1 and "two" in registry
    assert registry.get("three") is None and "three" not in registry


def test_a_key_is_declared_once() -> None:
    registry: Registry[int] = Registry("number")
    registry.add("one", 1)
    with pytest.raises(ValueError, match="number 'one' is declared twice"):
        registry.add("one", 2)
    assert registry["one"] == 1


@pytest.mark.parametrize(
    ("wrong", "near"),
    (("rosenbrok", "rosenbrock"), ("saddel", "saddle"), ("sharpflat", "sharp_flat")),
)
def test_an_unknown_surface_names_its_neighbours(wrong: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"unknown surface '{wrong}'; did you mean .*{near}"):
        get_surface(wrong)


def test_an_unknown_key_is_a_key_error_with_a_readable_message() -> None:
    with pytest.raises(KeyError) as caught:
        SURFACES["zzzzzz"]
    assert isinstance(caught.value, UnknownKeyError)
    assert str(caught.value).startswith("unknown surface 'zzzzzz'; known: ")


@pytest.mark.parametrize("letter", ("q", "\0", "\U0010ffff", "'", "\\"))
def test_a_long_wrong_key_is_not_repeated_whole(letter: str) -> None:
    registry: Registry[int] = Registry("number")
    with pytest.raises(ValueError) as caught:
        registry[letter * 100_000]
    assert len(str(caught.value)) < 200 and str(caught.value).isprintable()


@pytest.mark.parametrize("wrong", (None, 3, ("booth",), float("nan")))
def test_keys_that_are_not_text_are_refused_alike(wrong: object) -> None:
    with pytest.raises(ValueError, match="unknown surface"):
        SURFACES[wrong]  # type: ignore[index]


def test_settings_of_a_surface_are_checked() -> None:
    turned = get_surface("ravine", rotation=30)
    assert turned.settings == (("condition", 100.0), ("rotation", 30.0))
    assert get_surface("ravine").settings[1] == ("rotation", 0.0)
    assert turned.with_settings({"condition": 10}).settings[1] == ("rotation", 30.0)
    with pytest.raises(ValueError, match="unknown setting of ravine 'rotatoin'; did you mean rot"):
        get_surface("ravine", rotatoin=30)
    with pytest.raises(ValueError, match="condition must lie between 1 and 1e"):
        get_surface("ravine", condition=0.5)
    with pytest.raises(ValueError, match="known: none"):
        get_surface("booth", rotation=30)


def test_importing_landscapes_brings_no_front_end() -> None:
    code = (
        "import sys, landscapes; "
        "print([m for m in ('streamlit', 'plotly', 'optim_core') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
