"""How sharp a place each rule can stand: the edges of stability.

Descent with learning rate lr stays where the largest eigenvalue of the Hessian is below 2 / lr, and
whole batches drive it up to there (J. Cohen et al., "Gradient descent on neural networks typically
occurs at the edge of stability", ICLR 2021, arXiv 2103.00065). A rule that divides each axis by the
size P of its gradients feels the eigenvalues of ``P^-1 H``: Adam's edge is 38 / lr at a beta 1 of
0.9 (J. Cohen et al., "Adaptive gradient methods at the edge of stability", 2022, arXiv 2207.14484).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from landscapes import Refusal, Value
from optim_core import theory
from optim_core.scenario import Entry

Settings = Mapping[str, Value]


@dataclass(frozen=True)
class Edge:
    """The edge of one entry.

    Attributes:
        limit: the largest sharpness at which it stays.
        gain: what a unit of new gradient is multiplied by, besides the preconditioner: a rule's
            effective rates over this are ``1 / P``. None for rules without a preconditioner.
    """

    limit: float
    gain: float | None = None


def _descent(rate: float, settings: Settings) -> Edge:
    del settings
    return Edge(float(theory.descent_limit(rate)))


def _momentum(rate: float, settings: Settings) -> Edge:
    momentum = float(settings["momentum"])
    if settings.get("variant") == "averaged":
        rate *= 1 - momentum
    elif momentum > 0 and settings.get("variant", "torch") == "torch":
        rate *= 1 - float(settings.get("dampening", 0.0))
    if rate == 0:
        return Edge(float("inf"))
    return Edge(float(theory.heavy_ball_limit(momentum, rate)))


def _nesterov(rate: float, settings: Settings) -> Edge:
    return Edge(float(theory.nesterov_limit(float(settings["momentum"]), rate)))


def _averaged(rate: float, settings: Settings) -> Edge:
    beta1 = float(settings["beta1"])
    return Edge(float(theory.adam_sharpness_limit(rate, beta1)), rate * (1 - beta1))


EDGES: Mapping[str, Callable[[float, Settings], Edge]] = MappingProxyType(
    {
        "sgd": _descent,
        "momentum": _momentum,
        "nesterov": _nesterov,
        "adam": _averaged,
        "amsgrad": _averaged,
        "adamw": _averaged,
    }
)
"""The rules whose edge is known, by key."""


def edge_of(entry: Entry) -> Edge:
    """The edge of an entry at its own learning rate.

    Raises:
        Refusal: for a rule whose edge nobody has worked out, a wrapper, weight decay (which adds
            to the curvature) or a learning rate of 0.
    """
    settings = dict(entry.settings)
    if entry.optimizer not in EDGES or entry.wrapper is not None:
        raise Refusal(
            "the edge of stability is known for these rules alone, without a wrapper: {rules}",
            rules=", ".join(EDGES),
        )
    if float(settings.get("weight_decay", 0.0)) != 0.0:
        raise Refusal("the edge of stability is shown without weight decay")
    rate = float(settings["learning_rate"])
    if rate <= 0:
        raise Refusal("the edge of stability needs a learning rate above 0")
    return EDGES[entry.optimizer](rate, settings)
