"""The ``torch.optim`` optimizer that a rule equals bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from optim_core.optimizers.knobs import PYTORCH
from optim_core.spec import TorchTwin

TORCH_NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "initial_accumulator": "initial_accumulator_value",
    "learning_rate_decay": "lr_decay",
}
"""Our setting -> torch's argument, where the names differ and one goes to one."""


def twin(optimizer: Callable[..., torch.optim.Optimizer], **fixed: Any) -> TorchTwin:
    """The maker of ``optimizer`` from our settings; ``fixed`` are arguments without a knob here.

    It asks for torch's single-tensor path (``foreach=False``), whose order of operations the rules
    follow; the fused and foreach paths may differ from it in the last bit.
    """

    def make(parameters: list[Tensor], settings: Mapping[str, Any]) -> torch.optim.Optimizer:
        given = dict(settings)
        chosen = given.pop("variant", PYTORCH)
        if chosen != PYTORCH:
            raise ValueError(f"torch.optim has no {chosen!r} variant of this rule")
        if "beta1" in given:
            given["betas"] = (given.pop("beta1"), given.pop("beta2"))
        renamed = {TORCH_NAMES.get(name, name): value for name, value in given.items()}
        arguments: dict[str, Any] = {"foreach": False, **renamed, **fixed}
        return optimizer(parameters, **arguments)

    return make
