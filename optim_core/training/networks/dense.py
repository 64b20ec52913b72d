"""The multilayer perceptron."""

from __future__ import annotations

from optim_core.training.data.dataset import ImageShape
from optim_core.training.networks.layers import (
    Activation,
    BatchNorm,
    Chain,
    Dense,
    FlattenInput,
    Layer,
)
from optim_core.training.networks.network import (
    Settings,
    activation_knob,
    batch_norm_knob,
    depth_knob,
    initial_knob,
    network,
    width_knob,
)


@network(
    key="mlp",
    title="Multilayer perceptron",
    story="Dense layers only. Make it deep with sigmoids, and the first layers stop learning.",
    source="Rumelhart, Hinton and Williams, Nature 323, 1986",
    knobs=(
        width_knob(64, 2, 512, "Numbers in each hidden layer.", unit="units"),
        depth_knob(
            2, 0, 12, "Hidden layers; without any it is a linear classifier.", "hidden layers"
        ),
        activation_knob(),
        batch_norm_knob(False),
        initial_knob("torch"),
    ),
)
def mlp(shape: ImageShape, settings: Settings) -> Chain:
    """Dense, batch norm, activation; again; one dense layer more.

    Before a batch norm there is no bias: its gradient would be nothing but rounding.
    """
    norm = bool(settings["batch_norm"])
    inputs, width = shape.channels * shape.height * shape.width, int(settings["width"])
    layers: list[Layer] = [FlattenInput()]
    for number in range(int(settings["depth"])):
        layers.append(Dense(f"dense {number + 1}", inputs, width, bias=not norm))
        if norm:
            layers.append(BatchNorm(width))
        layers.append(Activation(str(settings["activation"])))
        inputs = width
    return Chain((*layers, Dense("output", inputs, shape.classes)))
