"""What a trained network writes when it goes on with a text by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.training.batches import Batches, generator
from optim_core.training.computing import Computer, StoppedError
from optim_core.training.data.dataset import TextShape

PROMPT = 32
"""Characters of the test part's beginning that every network is given."""

WRITTEN = 240
"""Characters that each then writes."""

STREAM = 2
"""Of the generators of an experiment's order: those of an epoch's order and changes are 0 and 1."""


def written(
    computer: Computer,
    points: Tensor,
    part: Batches,
    classes: Sequence[str],
    alive: list[bool],
    back: NDArray[np.int64],
    seed: int,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """How each row goes on with the beginning of ``part``; nothing for networks that read pictures.

    Each character is drawn from the network's own probabilities, by the same random number for
    every row, and a network sees no more characters at once than it was trained on.

    Args:
        computer: of the rows.
        points: (R, D).
        part: its first passage begins the text.
        classes: the characters.
        alive: (R,) which rows write; of the others the text is empty.
        back: where each row of the experiment lies among ``points``.
        seed: of the draws.
        stop: asked at every character.

    Raises:
        StoppedError: when ``stop`` says so.
    """
    shape = computer.network.shape
    if not isinstance(shape, TextShape):
        return ()
    draws = torch.rand(WRITTEN, generator=generator(seed, 0, STREAM), dtype=torch.float64)
    draws = draws.to(points.device)
    tokens = part.batch(torch.zeros(1, dtype=torch.long))[0][:, :PROMPT].repeat(len(points), 1)
    for draw in draws:
        if stop():
            raise StoppedError
        logits = computer.following(points, tokens[:, -shape.length :], alive)
        shares = logits.double().softmax(dim=1).cumsum(dim=1)
        chosen = (shares < draw).sum(dim=1, keepdim=True).clamp(max=shape.classes - 1)
        tokens = torch.cat((tokens, chosen), dim=1)
    own = tokens[:, PROMPT:].cpu().numpy()
    lives = np.asarray(alive)
    return tuple(
        "".join(classes[number] for number in own[place]) if lives[place] else "" for place in back
    )
