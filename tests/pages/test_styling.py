"""How entries look and what they are called."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from optim_core import OPTIMIZERS, Entry
from pages.ui.presentation import Look, Presentation
from pages.ui.styling import MARKERS, REPEAT_DASHES, entry_styles, told_apart
from pages.ui.swatches import swatch, visible


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


def test_twins_in_a_wrapper_are_told_apart_by_its_settings():
    entries = [Entry("sgd", {}, "lookahead", {"steps": steps}) for steps in (5, 4)]
    titles = [style.title for style in entry_styles((Entry("sgd"), *entries))]
    assert titles[1].endswith("Steps forward 5")
    assert titles[2].endswith("Steps forward 4")
    assert not any("#" in title for title in titles)


def test_eight_equal_entries_are_all_different_to_the_eye():
    styles = entry_styles((Entry("adam"),) * 8)
    assert len({style.title for style in styles}) == 8
    assert len({style.marker for style in styles}) == 8
    assert len({(style.colour, style.dash) for style in styles}) == 8
    assert all(re.fullmatch("#[0-9a-fA-F]{6}", style.colour) for style in styles)


def test_what_somebody_chose_stands_for_itself():
    chosen = Presentation(looks=(Look(), Look(name="Mine", colour="#12ab34")))
    first, second = entry_styles((Entry("adam"), Entry("adam")), chosen)
    assert (second.title, second.colour) == ("Mine", "#12ab34")
    assert first.colour == OPTIMIZERS["adam"].colour
    assert first.dash != second.dash


@pytest.mark.parametrize("dash", REPEAT_DASHES)
@pytest.mark.parametrize("marker", MARKERS)
def test_a_swatch_is_a_picture_of_its_own(dash, marker):
    kind, _, text = swatch(dash, marker).partition(",")
    assert kind == "data:image/svg+xml"
    assert '"' not in text and "(" not in text
    ElementTree.fromstring(unquote(text))
    others = [swatch(other, marker) for other in set(REPEAT_DASHES) - {dash}]
    others += [swatch(dash, other) for other in set(MARKERS) - {marker}]
    assert swatch(dash, marker) not in others


def test_a_card_has_the_colour_that_the_player_shows():
    assert visible("#22aabb", dark=False) == visible("#22aabb", dark=True) == "#22aabb"
    assert visible("#000000", dark=True) == "#8c8c8c"
    assert visible("#f0e442", dark=False) == "#918a28"


def test_networks_of_one_entry_are_told_apart_and_the_first_keeps_its_look():
    momentum, adam = entry_styles((Entry("momentum"), Entry("adam")))
    found = told_apart([momentum, momentum, adam, adam, adam])
    assert (found[0], found[2]) == (momentum, adam)
    assert len({style.colour for style in found}) == 5
    assert len({style.marker for style in found}) == 5
    assert [style.dash == momentum.dash for style in found[:2]] == [True, False]
    assert [style.title for style in found[2:]] == [adam.title] * 3
    many = told_apart([adam] * 64)
    assert len({(style.colour, style.dash, style.marker) for style in many[:8]}) == 8
    assert {style.marker for style in many} <= set(MARKERS)
