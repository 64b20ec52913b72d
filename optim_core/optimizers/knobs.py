"""The knobs that several optimizers share, so that one name means one thing everywhere."""

from __future__ import annotations

from landscapes import Knob


def learning_rate(default: float, high: float = 100.0) -> Knob:
    """The learning rate; sliders are logarithmic."""
    return Knob(
        key="learning_rate",
        title="Learning rate",
        default=default,
        low=0.0,
        high=high,
        scale="log",
        slider_low=1e-4,
        slider_high=2.0,
        help="Length of a step for a given gradient (the lecture's eta).",
    )


def momentum(default: float = 0.9) -> Knob:
    """The share of the last movement that is kept."""
    return Knob(
        key="momentum",
        title="Momentum",
        default=default,
        low=0.0,
        high=0.9999,
        slider_high=0.99,
        help="Share of the previous movement that is kept (the lecture's lambda).",
    )


def beta(order: int, default: float) -> Knob:
    """The decay of Adam's first or second moment."""
    what = "gradient" if order == 1 else "squared gradient"
    return Knob(
        key=f"beta{order}",
        title=f"Beta {order}",
        default=default,
        low=0.0,
        high=0.999999,
        slider_high=0.9999,
        help=f"Decay of the running average of the {what}.",
    )


def epsilon(default: float) -> Knob:
    """The number that keeps a denominator from being zero."""
    return Knob(
        key="epsilon",
        title="Epsilon",
        default=default,
        low=0.0,
        high=1.0,
        scale="log",
        slider_low=1e-12,
        slider_high=1e-1,
        help="Added to the denominator; visible on flat surfaces.",
    )


def weight_decay(default: float = 0.0, help: str = "Adds this times the point to the gradient (L2).") -> Knob:
    """Weight decay, coupled (L2) unless ``help`` says otherwise."""
    return Knob(
        key="weight_decay",
        title="Weight decay",
        default=default,
        low=0.0,
        high=100.0,
        scale="log",
        slider_low=1e-5,
        slider_high=1.0,
        help=help,
    )
