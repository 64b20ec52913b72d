"""The small CNN and LeNet."""

from __future__ import annotations

from optim_core.training.data.dataset import ImageShape
from optim_core.training.networks.layers import (
    Activation,
    BatchNorm,
    Chain,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Pool,
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
    key="small_cnn",
    title="Small CNN",
    story="A few convolutions, each followed by pooling, and one dense layer: the workhorse here.",
    source="the pattern of LeCun et al. 1998, with today's parts",
    knobs=(
        width_knob(16, 2, 64, "Channels of the first convolution; each further one doubles them."),
        depth_knob(2, 1, 4, "How many convolutions come before the dense layer.", "convolutions"),
        activation_knob(),
        batch_norm_knob(False),
        initial_knob("torch"),
    ),
)
def small_cnn(shape: ImageShape, settings: Settings) -> Chain:
    """Convolution, batch norm, activation, pooling; again; one dense layer."""
    norm = bool(settings["batch_norm"])
    channels, side = shape.channels, (shape.height, shape.width)
    layers: list[Layer] = []
    for number in range(int(settings["depth"])):
        outputs = int(settings["width"]) * 2**number
        layers.append(Convolution(f"conv {number + 1}", channels, outputs, bias=not norm))
        if norm:
            layers.append(BatchNorm(outputs))
        layers.append(Activation(str(settings["activation"])))
        if min(side) >= 2:
            layers.append(Pool())
            side = (side[0] // 2, side[1] // 2)
        channels = outputs
    layers += [Flatten(), Dense("dense", channels * side[0] * side[1], shape.classes)]
    return Chain(tuple(layers))


@network(
    key="lenet",
    title="LeNet-5",
    story="The network that read cheques in the 1990s: two convolutions and three dense layers.",
    source="LeCun, Bottou, Bengio and Haffner, Proc. IEEE 86(11), 1998; a softmax at its end",
    knobs=(activation_knob("tanh"), initial_knob("torch")),
)
def lenet(shape: ImageShape, settings: Settings) -> Chain:
    """6 and 16 channels, then 120 and 84 numbers."""
    activation = Activation(str(settings["activation"]))
    height, width = shape.height // 2, shape.width // 2
    # Pictures of 8 pixels would vanish under 5 x 5 kernels without a border.
    border = 0 if min(height, width) >= 8 else 2
    height, width = ((side - 4 + 2 * border) // 2 for side in (height, width))
    return Chain(
        (
            Convolution("conv 1", shape.channels, 6, size=5, padding=2),
            activation,
            Pool("mean"),
            Convolution("conv 2", 6, 16, size=5, padding=border),
            activation,
            Pool("mean"),
            Flatten(),
            Dense("dense 1", 16 * height * width, 120),
            activation,
            Dense("dense 2", 120, 84),
            activation,
            Dense("dense 3", 84, shape.classes),
        )
    )
