"""The accuracy table as plain rows, for ``st.dataframe`` or ``st.table``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optim_core.training.log import TrainingLog
from optim_core.training.summary import Spread, summaries
from pages.figures.themes import Style
from pages.figures.words import Words

MOST_LOSS = 50.0
"""Perplexities of losses above that are beyond all meaning; a much larger loss has no float."""


def accuracy_rows(
    log: TrainingLog, styles: Sequence[Style], words: Words, *, perplexity: bool = False
) -> list[dict[str, str | int]]:
    """A row an entry: mean and standard deviation over the seeds, in percent; the gap in points.

    The columns are in ``words``. Titles are as visitors wrote them: show the rows in a widget that
    takes no markup. With ``perplexity`` there is a column for that of the test part too.
    """
    rows: list[dict[str, str | int]] = []
    for summary in summaries(log):
        row: dict[str, str | int] = {
            words["entry"]: styles[summary.entry].title,
            words["train_accuracy"]: percent(summary.train_accuracy),
            words["validation_accuracy"]: percent(summary.validation_accuracy),
            words["test_accuracy"]: percent(summary.test_accuracy),
            **({words["test_perplexity"]: raised(summary.test_loss)} if perplexity else {}),
            words["gap"]: percent(summary.gap),
            words["spread"]: between(summary.test_accuracy),
            words["networks"]: summary.seeds,
            words["diverged"]: summary.stopped,
        }
        rows.append(row)
    return rows


def percent(spread: Spread) -> str:
    """``97.1 ± 0.2 %``; without the deviation for one seed, a dash for none."""
    if math.isnan(spread.mean):
        return "–"
    if math.isnan(spread.deviation):
        return f"{100 * spread.mean:.1f} %"
    return f"{100 * spread.mean:.1f} ± {100 * spread.deviation:.1f} %"


def raised(loss: Spread) -> str:
    """``5.31``, the perplexity of the mean loss; a dash for none."""
    if math.isnan(loss.mean):
        return "–"
    return f"{math.exp(min(loss.mean, MOST_LOSS)):.2f}"


def between(spread: Spread) -> str:
    """``96.8 – 97.3 %``, the lowest and the highest seed."""
    if math.isnan(spread.mean):
        return "–"
    return f"{100 * spread.low:.1f} – {100 * spread.high:.1f} %"
