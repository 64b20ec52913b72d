"""How entries look and what they are called."""

import re

from optim_core import OPTIMIZERS, Entry
from pages.ui.styling import entry_styles


def test_one_of_each_keeps_its_own_name_and_colour():
    entries = tuple(Entry(key) for key in list(OPTIMIZERS)[:3])
    styles = entry_styles(entries)
    assert [style.title for style in styles] == [OPTIMIZERS[e.optimizer].title for e in entries]
    assert [style.colour for style in styles] == [OPTIMIZERS[e.optimizer].colour for e in entries]


def test_twins_are_told_apart_by_what_differs():
    styles = entry_styles((Entry("adam"), Entry("adam", {"learning_rate": 0.3}), Entry("sgd")))
    assert "0.3" in styles[1].title
    assert styles[2].title == OPTIMIZERS["sgd"].title
    assert styles[0].colour != styles[1].colour
    assert styles[0].dash != styles[1].dash


def test_eight_equal_entries_are_all_different_to_the_eye():
    styles = entry_styles((Entry("adam"),) * 8)
    assert len({style.title for style in styles}) == 8
    assert len({style.marker for style in styles}) == 8
    assert len({(style.colour, style.dash) for style in styles}) == 8
    assert all(re.fullmatch("#[0-9a-fA-F]{6}", style.colour) for style in styles)
