"""Lines of Lookahead: the fast point of the rule inside, and the slow one that calls it back."""

from __future__ import annotations

from landscapes import Phrase
from optim_core.inside.expressions import Quantity
from optim_core.inside.names import AFTER, BEFORE, MOVE
from optim_core.inside.observing import Steps
from optim_core.inside.sheet import Mark, Sheet, Track
from optim_core.inside.symbols import Symbol

FAST = Quantity("fast", Symbol("f", sub="t"), Phrase("Fast point"))
SLOW_BEFORE = Quantity("slow_before", Symbol(r"\phi", sub="t-1"), Phrase("Slow point before"))
SLOW = Quantity("slow", Symbol(r"\phi", sub="t"), Phrase("Slow point"))
SHARE = Quantity("lookahead_alpha", Symbol(r"\alpha"), Phrase("Share kept"), exact=True)


def lookahead(sheet: Sheet, steps: Steps) -> None:
    """The lines after the move of the rule inside: where the step leads."""
    meets = sheet.mask("meets")
    fast = sheet.line(FAST, BEFORE + MOVE, sheet.noted("fast"))
    before = sheet.known(SLOW_BEFORE, steps.before.slow)
    share = sheet.setting(SHARE)
    sheet.line(SLOW, before + share * (fast - before), steps.after.slow, when=meets)
    sheet.line(AFTER, SLOW, steps.moved, when=meets)
    sheet.or_line(AFTER, FAST, ~meets)
    sheet.known(AFTER, steps.moved)
    sheet.tracks += [Track(SLOW), Track(FAST)]
    sentence = Phrase("The fast point is called back to the slow one, which follows it part way.")
    sheet.marks.append(Mark(sentence, meets))
