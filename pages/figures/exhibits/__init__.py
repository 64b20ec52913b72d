"""The pictures of the exhibits that are more than lines: words come in already translated."""

from pages.figures.exhibits.bars import Bars, bars
from pages.figures.exhibits.easing import eased_bowl
from pages.figures.exhibits.racing import two_ways
from pages.figures.exhibits.shift import shifted_wells
from pages.figures.exhibits.strip import schedule_strip
from pages.figures.exhibits.tree import Branch, Leaf, family_tree

__all__ = [
    "Bars",
    "Branch",
    "Leaf",
    "bars",
    "eased_bowl",
    "family_tree",
    "schedule_strip",
    "shifted_wells",
    "two_ways",
]
