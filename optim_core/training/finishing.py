"""The last look at trained networks: what they get right, and what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.training.batches import Batches
from optim_core.training.computing import Computer
from optim_core.training.course import Course
from optim_core.training.data.dataset import Shape, TextShape
from optim_core.training.events import SHOWN_WRONG, Finished, Floats, Integers
from optim_core.training.measuring import confusion, first_filters, to_floats

MOST_TRAIN_EVALUATED = 10_000
"""Training pictures that are looked at again at the end."""


@dataclass(frozen=True)
class Verdict:
    """How rows do on the pictures of a part; rows that have stopped are NaN, or empty.

    Attributes:
        loss, accuracy: (R,).
        confusion: (R, classes, classes) by true class, then by the one answered; of text (R, 0, 0).
        misclassified: for each row, the places of the first pictures (or characters) it got wrong.
        answered: for each row, what it took those for.
    """

    loss: Floats
    accuracy: Floats
    confusion: Integers
    misclassified: tuple[Integers, ...]
    answered: tuple[Integers, ...]


def judge(
    computer: Computer,
    points: Tensor,
    part: Batches,
    alive: list[bool],
    back: NDArray[np.int64],
    most: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Verdict:
    """Look at all examples of ``part``, or the first ``most``.

    Args:
        computer: of the rows.
        points: (R, D).
        part: the pictures or passages.
        alive: (R,) which rows to look at.
        back: where each row of the experiment lies among ``points``.
        most: how many of them.
        stop: asked at every batch.

    Raises:
        StoppedError: when ``stop`` says so.
    """
    loss, predicted = computer.evaluate(points, part.in_order(most), alive, stop)
    labels = part.labels[: predicted.shape[1]]
    right = (predicted == labels).double().mean(dim=1)
    right[torch.tensor([not lives for lives in alive], device=right.device)] = torch.nan
    truth, answers = labels.cpu().numpy(), predicted.cpu().numpy()[back]
    wrong = [np.flatnonzero((own != truth) & (own >= 0))[:SHOWN_WRONG] for own in answers]
    table = _no_table(len(points))
    if not isinstance(computer.network.shape, TextShape):
        table = confusion(labels, predicted, computer.network.shape.classes)[back]
    return Verdict(
        loss=to_floats(loss)[back],
        accuracy=to_floats(right)[back],
        confusion=table,
        misclassified=tuple(wrong),
        answered=tuple(own[places] for own, places in zip(answers, wrong, strict=True)),
    )


def _no_table(rows: int) -> Integers:
    """Of text: tens of characters by tens of characters is nothing to read, and large."""
    return np.zeros((rows, 0, 0), dtype=np.int64)


def no_verdict(rows: int, shape: Shape) -> Verdict:
    """What there is to say of rows that nobody looked at."""
    nothing = np.full(rows, np.nan)
    empty: tuple[Integers, ...] = (np.zeros(0, dtype=np.int64),) * rows
    table = _no_table(rows)
    if not isinstance(shape, TextShape):
        table = np.zeros((rows, shape.classes, shape.classes), dtype=np.int64)
    return Verdict(nothing, nothing, table, empty, empty)


def end_of(
    course: Course,
    train: Verdict,
    test: Verdict,
    *,
    seconds: float,
    stopped: bool,
    samples: tuple[str, ...] = (),
) -> Finished:
    """The end of a training: what was found, and the networks themselves."""
    back = torch.from_numpy(course.updater.back).to(course.points.device)
    points = course.points[back]
    statistics = [torch.cat(pair, dim=1)[back] for pair in course.computer.statistics]
    return Finished(
        step=course.step,
        seconds=seconds,
        stopped=stopped,
        train_loss=train.loss,
        train_accuracy=train.accuracy,
        test_loss=test.loss,
        test_accuracy=test.accuracy,
        confusion=test.confusion,
        misclassified=test.misclassified,
        answered=test.answered,
        filters=first_filters(course.network, points),
        samples=samples,
        weights=points.cpu().numpy(),
        normalisation=torch.cat([points[:, :0], *statistics], dim=1).cpu().numpy(),
    )
