"""What a network that reads text does: what it writes by itself, and what it expected of the test.

The text is shown as code, which takes no markup and keeps characters below each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from optim_core.training import Experiment
from optim_core.training.data import DataMissingError
from optim_core.training.events import Final, Integers
from optim_core.training.writing import PROMPT
from pages.ui.training.charts import Shown
from pages.ui.training.examples import examples_of
from pages.ui.words import _

LINE = 32
"""Characters side by side: as many as fit on a telephone. Two lines are a passage."""

MOST_LINES = 8
RIGHT = "·"
LINE_END = "↵"
BLANK = "_"


def draw_text(experiment: Experiment, one: Shown, final: Final, row: int) -> None:
    """How network ``row`` goes on with the test text, and what it took its characters for."""
    classes = one.log.start.classes if one.log.start else ()
    try:
        test = examples_of(experiment).test
    except DataMissingError:
        st.caption(_("The text is not on this server any more."))
        return
    beginning = "".join(classes[number] for number in test.images[0, :PROMPT])
    sample = final.samples[row] if row < len(final.samples) else ""
    writes, expects = st.columns(2, gap="medium")
    with writes:
        st.markdown(f"**{_('What it writes by itself')}**")
        if sample:
            st.code(f"{beginning}▸{sample}", language=None, wrap_lines=True)
            st.caption(
                _(
                    "Up to the mark it was given; from there on each character is drawn from its"
                    " own probabilities, by the same random numbers for every network."
                )
            )
        else:
            st.caption(_("Nothing: it diverged."))
    with expects:
        st.markdown(f"**{_('What it expected of the test text')}**")
        wrong, answered = final.misclassified[row], final.answered[row]
        lines = compared(test.labels.ravel(), wrong, answered, classes)
        if lines:
            st.code("\n".join(lines), language=None)
        st.caption(
            _(
                "Above the text, below what it would have said instead: a dot where it was right,"
                " a low line for a blank. It starts anew at every second line and knows nothing of"
                " the lines before."
            )
        )
    st.caption(_("Confusion matrix, mistaken pictures and filters are there for pictures only."))


def compared(
    truth: Integers, wrong: Integers, answered: Integers, classes: Sequence[str]
) -> list[str]:
    """Pairs of lines: the text, and the answers where they were wrong.

    Args:
        truth: (N,) the characters.
        wrong: the places of the first of them that were answered wrongly, in order.
        answered: what was said there.
        classes: the characters by number.
    """
    # Behind the last mistake that is told nobody knows whether there are more.
    known = int(wrong[-1]) + 1 if len(wrong) else 0
    said = np.full(len(truth), -1)
    said[wrong] = answered
    shown = min(-(-known // LINE), MOST_LINES)
    lines = []
    for first in range(0, shown * LINE, LINE):
        places = range(first, min(first + LINE, known))
        lines.append("".join(_visible(classes[truth[place]]) for place in places))
        below = (RIGHT if said[p] < 0 else _visible(classes[said[p]], BLANK) for p in places)
        lines.append("".join(below))
        lines.append("")
    return lines[:-1]


def _visible(character: str, blank: str = " ") -> str:
    """``character`` in one place."""
    return {"\n": LINE_END, " ": blank}.get(character, character)
