"""The knobs that several optimizers share, so that one name means one thing everywhere."""

from __future__ import annotations

from landscapes import Choice, Knob

SMALLEST_BASE_RATE = 1e-12
"""Rules that divide by the base learning rate (AdaBound, the paper's AdamW) cannot take 0."""


def learning_rate(default: float, low: float = 0.0, help: str = "") -> Knob:
    """The learning rate; sliders are logarithmic."""
    return Knob(
        key="learning_rate",
        title="Learning rate",
        default=default,
        low=low,
        high=100.0,
        scale="log",
        slider_low=1e-4,
        slider_high=2.0,
        help=help or "Length of a step for a given gradient (the lecture's eta).",
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


def dampening() -> Knob:
    """The share of a new gradient that torch keeps out of the velocity."""
    return Knob(
        key="dampening",
        title="Dampening",
        default=0.0,
        low=0.0,
        high=1.0,
        help="Share of each new gradient, after the first, that is kept out of the velocity; "
        "PyTorch's form only.",
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


def epsilon(default: float = 1e-8) -> Knob:
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
        help="Added to the denominator; visible where the surface is flat.",
    )


def weight_decay(default: float = 0.0, help: str = "") -> Knob:
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
        help=help or "Adds this many times the point to the gradient (L2 regularisation).",
    )


def option(key: str, title: str, help: str) -> Choice:
    """One variant of a rule, with the sentence that tells it from the others."""
    return Choice(key=key, title=title, help=help)


def variant(*options: Choice) -> Knob:
    """Which of several published forms of a rule is meant; the first is the default."""
    return Knob(
        key="variant",
        title="Variant",
        default=options[0].key,
        scale="choice",
        choices=options,
        help="Sources differ on this rule; pick whose form to run.",
    )


PYTORCH = "torch"
"""The key of the variant that equals ``torch.optim``."""
