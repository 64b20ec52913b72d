"""torch.compile, with what it makes kept from one run to the next."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import torch

from optim_core.training.data.dataset import cache_folder

Given = ParamSpec("Given")
Result = TypeVar("Result")

KEPT_VARIABLE = "TORCHINDUCTOR_CACHE_DIR"
"""Where torch keeps what it has compiled; whoever has set it is obeyed."""


def compiled(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """``function`` compiled when it is first called, anew for every shape of what it is given.

    Kernels are kept in the user's cache folder: torch's own place is emptied when a machine starts.
    """
    os.environ.setdefault(KEPT_VARIABLE, str(cache_folder() / "compiled"))
    made: Callable[Given, Result] = torch.compile(function, dynamic=False)
    return made
