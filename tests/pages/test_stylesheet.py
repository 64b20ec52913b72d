"""Styles of containers that are many: whole classes, never parts of them."""

import re
from pathlib import Path

import pytest

from pages.ui.stylesheet import PARTS, styles

ROOT = Path(__file__).parents[2]
SHEETS = sorted([*ROOT.glob("assets/**/*.css"), *ROOT.glob("pages/**/*.css")])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_looks_for_a_part_of_a_class(sheet: Path) -> None:
    """Such a rule makes every change of a class anywhere restyle the whole page."""
    assert not re.search(r"\[\s*class\s*[*^$|~]?=", sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", sorted(PARTS.glob("*.css")), ids=lambda part: part.stem)
def test_every_part_becomes_rules_of_whole_classes(part: Path) -> None:
    rules = styles(part.stem, ("0", "12"))
    assert "EACH" not in rules and "/*" not in rules
    assert re.search(r":is\(\.st-key-[\w-]+0, \.st-key-[\w-]+12\)", rules)
    assert rules.count("{") == rules.count("}")


def test_both_ends_of_a_key_are_kept() -> None:
    assert ":is(.st-key-entry-3-open, .st-key-entry-4-open) button" in styles("cards", ("3", "4"))


def test_nothing_drawn_needs_no_rules() -> None:
    assert styles("cards", ()) == ""


def test_a_key_cannot_leave_its_selector() -> None:
    with pytest.raises(ValueError, match="no part of a class"):
        styles("cards", ("0, body { display: none } x",))
