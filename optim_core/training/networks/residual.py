"""Deep nets with and without shortcuts: the plain and residual nets of He et al."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from landscapes import Choice, Knob
from optim_core.training.data.dataset import ImageShape
from optim_core.training.networks.layers import (
    Activation,
    BatchNorm,
    Chain,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Parameter,
    Pass,
)
from optim_core.training.networks.network import (
    Settings,
    batch_norm_knob,
    initial_knob,
    network,
    width_knob,
)

SOURCE = "He, Zhang, Ren and Sun, CVPR 2016, arXiv 1512.03385, section 4.2"
RELU = Activation("relu")


@dataclass(frozen=True)
class Residual:
    """``relu(body(x) + shortcut(x))``.

    Without ``projection`` the shortcut learns nothing: it takes every ``stride``-th pixel and adds
    channels of zeros (option A of the paper).
    """

    body: Chain
    inputs: int
    outputs: int
    stride: int
    projection: Chain | None = None

    def parameters(self) -> list[Parameter]:
        """Those of the body, then of the projection."""
        of_shortcut = self.projection.parameters() if self.projection else ()
        return [*self.body.parameters(), *of_shortcut]

    def normalised(self) -> list[int]:
        """Those of the body, then of the projection."""
        of_shortcut = self.projection.normalised() if self.projection else ()
        return [*self.body.normalised(), *of_shortcut]

    def __call__(self, inputs: Tensor, run: Pass) -> Tensor:
        """(B, R x inputs, H, W) -> (B, R x outputs, H / stride, W / stride)."""
        through = self.body(inputs, run)
        if self.projection is not None:
            return functional.relu(through + self.projection(inputs, run))
        shortcut = inputs[:, :, :: self.stride, :: self.stride]
        if self.outputs != self.inputs:
            batch, _, height, width = shortcut.shape
            by_row = shortcut.reshape(batch, run.rows, self.inputs, height, width)
            missing = self.outputs - self.inputs
            padded = functional.pad(by_row, (0, 0, 0, 0, missing // 2, missing - missing // 2))
            shortcut = padded.flatten(1, 2)
        return functional.relu(through + shortcut)


def convolved(
    name: str, inputs: int, outputs: int, *, stride: int = 1, norm: bool = True
) -> list[Layer]:
    """A 3 x 3 convolution and its batch norm."""
    layers: list[Layer] = [Convolution(name, inputs, outputs, stride=stride, bias=not norm)]
    return [*layers, BatchNorm(outputs)] if norm else layers


def pair(name: str, inputs: int, outputs: int, stride: int, norm: bool) -> list[Layer]:
    """The two convolutions of a block, with an activation between them."""
    first = convolved(f"{name}a", inputs, outputs, stride=stride, norm=norm)
    return [*first, RELU, *convolved(f"{name}b", outputs, outputs, norm=norm)]


def stages(shape: ImageShape, blocks: tuple[int, ...], settings: Settings, shortcut: str) -> Chain:
    """A first convolution, stages of blocks that halve the picture and double the channels, a mean.

    ``shortcut`` is "none" (plain), "padded" (option A) or "projected" (option B).
    """
    width, norm = int(settings["width"]), bool(settings["batch_norm"])
    layers: list[Layer] = [*convolved("first", shape.channels, width, norm=norm), RELU]
    inputs = width
    for stage, count in enumerate(blocks):
        outputs = width * 2**stage
        for block in range(count):
            stride = 2 if stage and not block else 1
            body = pair(f"{stage + 1}.{block + 1}", inputs, outputs, stride, norm)
            if shortcut == "none":
                layers += [*body, RELU]
            else:
                projection = None
                if shortcut == "projected" and (stride > 1 or inputs != outputs):
                    convolution = Convolution(
                        f"{stage + 1}.{block + 1} shortcut",
                        inputs,
                        outputs,
                        size=1,
                        stride=stride,
                        padding=0,
                        bias=not norm,
                    )
                    around = (convolution, BatchNorm(outputs)) if norm else (convolution,)
                    projection = Chain(around)
                layers.append(Residual(Chain(tuple(body)), inputs, outputs, stride, projection))
            inputs = outputs
    return Chain((*layers, Flatten(mean=True), Dense("dense", inputs, shape.classes)))


def cifar_depth_knob() -> Knob:
    """The depth of a CIFAR net: 6 n + 2."""
    return Knob(
        key="depth",
        title="Depth",
        default="20",
        scale="choice",
        choices=tuple(
            Choice(key=depth, title=f"{depth} layers", help=f"{n} blocks in each of three stages.")
            for depth, n in (("8", 1), ("20", 3), ("56", 9))
        ),
        help="How many layers with weights lie on the way from picture to class.",
    )


KNOBS = (
    cifar_depth_knob(),
    width_knob(16, 2, 32, "Channels of the first stage; the paper has 16."),
    batch_norm_knob(True),
    initial_knob("he"),
)


def cifar_blocks(settings: Settings) -> tuple[int, int, int]:
    """The blocks of each stage."""
    count = (int(settings["depth"]) - 2) // 6
    return count, count, count


@network(
    key="plain",
    title="Plain net",
    story="Convolution after convolution: at 56 layers even the training loss gets worse.",
    source=SOURCE,
    knobs=KNOBS,
)
def plain(shape: ImageShape, settings: Settings) -> Chain:
    """No shortcuts."""
    return stages(shape, cifar_blocks(settings), settings, "none")


@network(
    key="resnet",
    title="Residual net",
    story="The plain net with a shortcut around every two layers: depth starts to pay.",
    source=SOURCE,
    knobs=KNOBS,
)
def resnet(shape: ImageShape, settings: Settings) -> Chain:
    """Shortcuts that learn nothing."""
    return stages(shape, cifar_blocks(settings), settings, "padded")


@network(
    key="resnet34",
    title="Small ResNet-34",
    story="The shape of the net in the AdaBound paper's figure, with fewer channels.",
    source="He et al. 2016, arXiv 1512.03385, table 1; first layer as for CIFAR-10",
    knobs=(
        width_knob(8, 4, 64, "Channels of the first stage; the paper has 64."),
        batch_norm_knob(True),
        initial_knob("he"),
    ),
)
def resnet34(shape: ImageShape, settings: Settings) -> Chain:
    """3, 4, 6 and 3 blocks, with projected shortcuts."""
    return stages(shape, (3, 4, 6, 3), settings, "projected")
