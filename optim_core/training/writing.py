"""What a trained network writes when it goes on with a text by itself."""

from __future__ import annotations

from collections.abc import Callable

import torch

from optim_core.training.batches import generator
from optim_core.training.course import Course
from optim_core.training.data.dataset import TextShape
from optim_core.training.pictures import Pictures
from optim_core.training.row_groups import StoppedError

PROMPT = 32
"""Characters of the test part's beginning that every network is given."""

WRITTEN = 240
"""Characters that each then writes."""

STREAM = 2
"""Of the generators of an experiment's order: those of an epoch's order and changes are 0 and 1."""


def written(
    course: Course,
    pictures: Pictures,
    alive: list[bool],
    seed: int,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """How each row goes on with the beginning of the test text; nothing where there is no text.

    Each character is drawn from the network's own probabilities, by the same random number for
    every row, and a network sees no more characters at once than it was trained on.

    Args:
        course: the networks.
        pictures: with the text.
        alive: (R,) which rows write; of the others the text is empty.
        seed: of the draws.
        stop: asked at every character.

    Raises:
        StoppedError: when ``stop`` says so.
    """
    shape, points = course.network.shape, course.points
    if not isinstance(shape, TextShape):
        return ()
    draws = torch.rand(WRITTEN, generator=generator(seed, 0, STREAM), dtype=torch.float64)
    draws = draws.to(points.device)
    tokens = pictures.test.batch(torch.zeros(1, dtype=torch.long))[0][:, :PROMPT].repeat(
        len(points), 1
    )
    for draw in draws:
        if stop():
            raise StoppedError
        logits = course.computer.following(points, tokens[:, -shape.length :], alive)
        shares = logits.double().softmax(dim=1).cumsum(dim=1)
        chosen = (shares < draw).sum(dim=1, keepdim=True).clamp(max=shape.classes - 1)
        tokens = torch.cat((tokens, chosen), dim=1)
    own = tokens[:, PROMPT:].cpu().numpy()
    return tuple(
        "".join(pictures.classes[number] for number in own[place]) if alive[place] else ""
        for place in course.updater.back.tolist()
    )
