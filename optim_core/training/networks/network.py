"""NetworkSpec and Network: a network as a function of a flat matrix of parameters (R, D)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from landscapes import Choice, Knob, Refusal, Registry, Value, complete_settings
from optim_core.training.data.dataset import ImageShape, Kind, Shape, TextShape
from optim_core.training.networks.counting import FlopCounter
from optim_core.training.networks.layers import Chain, Parameter, Pass, Statistics

Settings = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """A declared network.

    Attributes:
        key, title, story, source: for pickers.
        knobs: its settings; all have ``initial``.
        build: its layers for examples of a shape. They end in (R, B, classes); of text in
            (R, B x T, classes), passage by passage.
        reads: the kind of examples it is for.
    """

    key: str
    title: str
    story: str
    source: str
    knobs: tuple[Knob, ...]
    build: Callable[[Any, Settings], Chain]
    reads: Kind = "pictures"

    def settings(self, given: Settings) -> dict[str, Value]:
        """``given``, checked, and the defaults of all the others.

        Raises:
            ValueError: for an unknown setting or a value out of bounds.
        """
        return dict(complete_settings(self.knobs, given, self.key))


NETWORKS: Registry[NetworkSpec] = Registry("network")
"""Every declared network by key."""


def initial_knob(default: str) -> Knob:
    """How weights begin."""
    return Knob(
        key="initial",
        title="Initial weights",
        default=default,
        scale="choice",
        choices=(
            Choice(
                key="torch",
                title="PyTorch's",
                help="Uniform within one over the root of the inputs: what its layers start with.",
            ),
            Choice(
                key="he",
                title="He",
                help="Normal, so that ReLUs keep the size of their inputs (He et al. 2015).",
            ),
            Choice(
                key="xavier",
                title="Xavier",
                help="Uniform, between what inputs and outputs want (Glorot and Bengio 2010).",
            ),
        ),
        help="How large the weights are before the first step.",
    )


def activation_knob(default: str = "relu") -> Knob:
    """The function of each number between two layers."""
    return Knob(
        key="activation",
        title="Activation",
        default=default,
        scale="choice",
        choices=(
            Choice(key="relu", title="ReLU", help="Zero below zero, the identity above."),
            Choice(key="leaky_relu", title="Leaky ReLU", help="A tenth of the slope below zero."),
            Choice(key="tanh", title="Tanh", help="From -1 to 1, flat at both ends."),
            Choice(
                key="sigmoid",
                title="Sigmoid",
                help="From 0 to 1; its slope is at most a quarter, so gradients shrink.",
            ),
        ),
        help="What happens to each number between two layers.",
    )


def batch_norm_knob(default: bool) -> Knob:
    """Batch norm or not."""
    return Knob(
        key="batch_norm",
        title="Batch norm",
        default=default,
        scale="switch",
        help="Each channel is brought to mean 0 and spread 1 over the batch, then scaled.",
    )


def width_knob(default: int, low: int, high: int, help: str, unit: str = "channels") -> Knob:
    """How wide the layers are."""
    return Knob(
        key="width",
        title="Width",
        default=default,
        low=low,
        high=high,
        scale="integer",
        unit=unit,
        help=help,
    )


def depth_knob(default: int, low: int, high: int, help: str, unit: str = "layers") -> Knob:
    """How many layers lie on top of one another."""
    return Knob(
        key="depth",
        title="Depth",
        default=default,
        low=low,
        high=high,
        scale="integer",
        unit=unit,
        help=help,
    )


@dataclass(frozen=True)
class Network:
    """A network for examples of one shape.

    Attributes:
        key: of its declaration.
        shape: of the examples, with the number of classes.
        layers: what is computed.
        initial: how its weights begin.
        parameters: what it learns, in the order of the columns of ``(R, D)``.
    """

    key: str
    shape: Shape
    layers: Chain
    initial: str
    parameters: tuple[Parameter, ...]

    @property
    def size(self) -> int:
        """D, the number of parameters."""
        return sum(self.sizes)

    @property
    def sizes(self) -> list[int]:
        """The length of each parameter."""
        return [math.prod(parameter.shape) for parameter in self.parameters]

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers with weights, from input to output."""
        kinds = ("weight", "embedding")
        return tuple(dict.fromkeys(p.layer for p in self.parameters if p.kind in kinds))

    def pieces(self, flat: Tensor) -> list[Tensor]:
        """The parameters (R, *shape) as views of ``flat`` (R, D)."""
        parts = torch.split(flat, self.sizes, dim=1)
        rows = len(flat)
        return [
            part.view(rows, *parameter.shape)
            for part, parameter in zip(parts, self.parameters, strict=True)
        ]

    def statistics(self, flat: Tensor) -> list[Statistics]:
        """What each batch norm remembers, as views of ``flat`` (R, S): means, then variances."""
        channels = self.layers.normalised()
        parts = iter(torch.split(flat, [count for count in channels for _ in range(2)], dim=1))
        return [Statistics(mean, variance) for mean, variance in zip(parts, parts, strict=True)]

    def logits(
        self,
        pieces: Iterable[Tensor],
        images: Tensor,
        statistics: Iterable[Statistics],
        *,
        training: bool,
    ) -> Tensor:
        """What each network says of each picture, (R, B, classes), before the softmax.

        Of text it is what each says comes after each character, (R, B x T, classes).

        Args:
            pieces: the parameters (R, *shape), as :meth:`pieces` gives them.
            images: (B, channels, height, width), the same for every network; of text the numbers
                of the characters, int64 (B, T).
            statistics: of the batch norms; changed in place when training.
            training: whether batch norms use the batch's own statistics.
        """
        parameters = list(pieces)
        run = Pass(len(parameters[0]), iter(parameters), iter(statistics), training)
        return self.layers(images, run)

    def fresh_statistics(
        self, rows: int, dtype: torch.dtype, device: torch.device
    ) -> list[Statistics]:
        """The batch norms before they have seen anything: mean 0, variance 1."""
        return [
            Statistics(
                torch.zeros(rows, channels, dtype=dtype, device=device),
                torch.ones(rows, channels, dtype=dtype, device=device),
            )
            for channels in self.layers.normalised()
        ]

    def initial_weights(self, seeds: Sequence[int]) -> Tensor:
        """Where the networks of these seeds start, float64 (len(seeds), D), on the CPU.

        A seed gives the same weights in every experiment with this network.
        """
        return torch.stack([self._start(seed) for seed in seeds])

    def _start(self, seed: int) -> Tensor:
        chance = torch.Generator(device="cpu").manual_seed(seed)
        return torch.cat([_begin(p, self.initial, chance).flatten() for p in self.parameters])

    def flops(self) -> int:
        """Multiplications and additions of one picture's, or passage's, way there and back."""
        return _flops(self.key, self.shape, self.layers, self.parameters)


def _begin(parameter: Parameter, initial: str, chance: torch.Generator) -> Tensor:
    """The first values of one parameter, float64."""
    shape, fan_in = parameter.shape, parameter.fan_in
    if parameter.kind == "scale":
        return torch.ones(shape, dtype=torch.float64)
    if parameter.kind == "embedding":  # it is looked up and sums nothing, so nothing scales it
        return torch.randn(shape, dtype=torch.float64, generator=chance)
    if parameter.kind == "shift" or (parameter.kind == "bias" and initial != "torch"):
        return torch.zeros(shape, dtype=torch.float64)
    if initial == "he":
        drawn = torch.randn(shape, dtype=torch.float64, generator=chance)
        return drawn * math.sqrt(2 / fan_in)
    bound = 1 / math.sqrt(fan_in)
    if initial == "xavier":
        bound = math.sqrt(6 / (fan_in + parameter.fan_out))
    return (torch.rand(shape, dtype=torch.float64, generator=chance) * 2 - 1) * bound


@lru_cache(maxsize=256)
def _flops(key: str, shape: Shape, layers: Chain, parameters: tuple[Parameter, ...]) -> int:
    """Counted on two pictures, since a batch norm needs more than one, and two rows.

    Two rows, because the LSTM of a single one is one call of torch's that tells no count.
    """
    network = Network(key, shape, layers, "he", parameters)
    here = torch.device("cpu")
    flat = torch.zeros(2, network.size, requires_grad=True)
    images = blank(shape, 2)
    statistics = network.fresh_statistics(2, torch.float32, here)
    with FlopCounter() as counter, torch.enable_grad():
        logits = network.logits(network.pieces(flat), images, statistics, training=True)
        torch.autograd.grad(logits.sum(), flat)
    counted: int = counter.total
    return counted // 4


def blank(shape: Shape, count: int) -> Tensor:
    """So many examples of ``shape`` with nothing on them, as :meth:`Network.logits` takes them."""
    if isinstance(shape, TextShape):
        return torch.zeros(count, shape.length, dtype=torch.long)
    return torch.zeros(count, shape.channels, shape.height, shape.width)


Build = TypeVar(
    "Build", Callable[[ImageShape, Settings], Chain], Callable[[TextShape, Settings], Chain]
)


def network(
    *,
    key: str,
    title: str,
    story: str,
    source: str,
    knobs: tuple[Knob, ...],
    reads: Kind = "pictures",
) -> Callable[[Build], Build]:
    """Declare the decorated function as a network; the arguments are NetworkSpec's fields."""

    def declare(build: Build) -> Build:
        spec = NetworkSpec(
            key=key,
            title=title,
            story=story,
            source=source,
            knobs=knobs,
            build=build,
            reads=reads,
        )
        NETWORKS.add(key, spec)
        return build

    return declare


def networks_for(kind: Kind) -> tuple[str, ...]:
    """The keys of the networks that read such examples, in the order of pickers."""
    return tuple(key for key, spec in NETWORKS.items() if spec.reads == kind)


def build_network(key: str, shape: Shape, given: Settings) -> Network:
    """The network declared under ``key``, for examples of ``shape``.

    Raises:
        ValueError: for an unknown key or setting, a value out of bounds, or a network that does not
            read what has this shape.
    """
    spec = NETWORKS[key]
    if spec.reads == "text" and not isinstance(shape, TextShape):
        raise Refusal("{network} reads text, and this data set holds pictures", network=key)
    if spec.reads == "pictures" and isinstance(shape, TextShape):
        raise Refusal("{network} reads pictures, and this data set holds text", network=key)
    settings = spec.settings(given)
    layers = spec.build(shape, settings)
    return Network(key, shape, layers, str(settings["initial"]), tuple(layers.parameters()))
