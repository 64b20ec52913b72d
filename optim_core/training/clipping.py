"""Gradient clipping, each network by itself."""

from __future__ import annotations

from torch import Tensor


def clip(gradients: Tensor, norm: float | None, value: float | None) -> Tensor:
    """``gradients`` (R, D), clipped row by row.

    By value as ``torch.nn.utils.clip_grad_value_``, then by norm as ``clip_grad_norm_``, which
    divides by the norm plus 1e-6 (the source of that number).
    """
    if value is not None:
        gradients = gradients.clamp(-value, value)
    if norm is not None:
        lengths = gradients.norm(dim=1, keepdim=True)
        gradients = gradients * (norm / (lengths + 1e-6)).clamp(max=1.0)
    return gradients
