"""The last look at trained networks: what they get right, and what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.training.batches import Loader
from optim_core.training.computing import Computer
from optim_core.training.course import Course
from optim_core.training.events import SHOWN_WRONG, Finished, Floats, Integers
from optim_core.training.measuring import confusion, first_filters, to_floats

MOST_TRAIN_EVALUATED = 10_000
"""Training pictures that are looked at again at the end."""


@dataclass(frozen=True)
class Verdict:
    """How rows do on the pictures of a part; rows that have stopped are NaN, or empty.

    Attributes:
        loss, accuracy: (R,).
        confusion: (R, classes, classes) by true class, then by the one answered.
        misclassified: for each row, the places of the first pictures it got wrong.
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
    part: Loader,
    alive: list[bool],
    back: NDArray[np.int64],
    most: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Verdict:
    """Look at all pictures of ``part``, or the first ``most``.

    Args:
        computer: of the rows.
        points: (R, D).
        part: the pictures.
        alive: (R,) which rows to look at.
        back: where each row of the experiment lies among ``points``.
        most: how many pictures.
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
    return Verdict(
        loss=to_floats(loss)[back],
        accuracy=to_floats(right)[back],
        confusion=confusion(labels, predicted, computer.network.shape.classes)[back],
        misclassified=tuple(wrong),
        answered=tuple(own[places] for own, places in zip(answers, wrong, strict=True)),
    )


def no_verdict(rows: int, classes: int) -> Verdict:
    """What there is to say of rows that nobody looked at."""
    nothing = np.full(rows, np.nan)
    empty: tuple[Integers, ...] = (np.zeros(0, dtype=np.int64),) * rows
    table: Integers = np.zeros((rows, classes, classes), dtype=np.int64)
    return Verdict(nothing, nothing, table, empty, empty)


def end_of(
    course: Course, train: Verdict, test: Verdict, *, seconds: float, stopped: bool
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
        weights=points.cpu().numpy(),
        normalisation=torch.cat([points[:, :0], *statistics], dim=1).cpu().numpy(),
    )
