"""What a network is made of: depth, shortcuts, activations, batch norm."""

from __future__ import annotations

from optim_core.training.experiment import Experiment, network_entry
from optim_core.training.presets.preset import FirstChart, Labelled, TrainingPreset, declare


def _deep(network: str, depth: str) -> Experiment:
    return Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 2_000},
        network=network,
        network_settings={"depth": depth, "width": 4},
        entries=(network_entry("momentum", learning_rate=0.03),),
        seeds=(0, 1),
        epochs=8,
        batch_size=64,
    )


declare(
    TrainingPreset(
        key="depth",
        title="20 against 56 layers",
        sentence="Plain and residual nets of 20 and 56 layers on tiny digits: compare the losses "
        "on the training pictures first.",
        question="56 layers can do whatever 20 can, and more. Which net ends with the lower "
        "training loss?",
        answer="Measured here the plain net of 56 layers hardly learns (training loss 2.2, "
        "with 20 layers 0.7): more layers fit the training data worse, so it is not "
        "overfitting. With shortcuts both train (0.35 and 0.23), yet 56 are still no "
        "better than 20 in 8 epochs. He et al. (2016) saw the same on CIFAR-10 over "
        "many more, where the deeper residual net wins: 6.97 against 8.75 % test error.",
        experiments=(
            Labelled("20 layers, plain", _deep("plain", "20")),
            Labelled("56 layers, plain", _deep("plain", "56")),
            Labelled("20 layers, residual", _deep("resnet", "20")),
            Labelled("56 layers, residual", _deep("resnet", "56")),
        ),
        chart=FirstChart.LOSS,
        core_seconds=26,
    )
)


def _activated(activation: str) -> Experiment:
    return Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 4_000},
        network="mlp",
        network_settings={
            "width": 32,
            "depth": 6,
            "activation": activation,
            "initial": "xavier" if activation == "sigmoid" else "he",
        },
        entries=(network_entry("momentum"),),
        seeds=(0, 1, 2),
        epochs=8,
        batch_size=64,
    )


declare(
    TrainingPreset(
        key="sigmoid_relu",
        title="Sigmoid against ReLU",
        sentence="Six hidden layers, each kind with the initial weights made for it: the bars "
        "show how long the gradient of each layer is, from input to output.",
        question="How much shorter is the first layer's gradient than the last one's, with "
        "sigmoids and with ReLUs?",
        answer="Measured here with sigmoids the first layer's gradient is over 1,000 times "
        "shorter than the last one's, and after 8 epochs the net still guesses. With "
        "ReLUs it is even longer than the last one's, and the net reaches 89 %. A "
        "sigmoid's slope is at most a quarter, so each layer on the way back shrinks "
        "the gradient.",
        experiments=(
            Labelled("sigmoid", _activated("sigmoid")),
            Labelled("ReLU", _activated("relu")),
        ),
        chart=FirstChart.LAYER_NORMS,
        core_seconds=1,
    )
)


def _normalised(batch_norm: bool) -> Experiment:
    return Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 4_000},
        network="mlp",
        network_settings={"width": 32, "depth": 6, "batch_norm": batch_norm},
        entries=(
            network_entry("momentum", learning_rate=0.003),
            network_entry("momentum", learning_rate=0.03),
            network_entry("momentum", learning_rate=0.3),
        ),
        seeds=(0, 1, 2),
        epochs=6,
        batch_size=64,
    )


declare(
    TrainingPreset(
        key="batch_norm",
        title="Batch norm on and off",
        sentence="Three learning rates, each ten times the one before, without and with batch "
        "norm: count which of them train well.",
        question="Without batch norm, which of the three rates works? And with it?",
        answer="Measured here, without it only the middle rate learns at all (53 % of the test "
        "digits, and its seeds differ widely); with it all three reach 87 to 89 %. That "
        "batch norm lets rates vary more is well supported. Why is not settled: less "
        "internal covariate shift was its authors' guess, and Santurkar et al. (2018) "
        "argue for a smoother loss instead.",
        experiments=(
            Labelled("without batch norm", _normalised(False)),
            Labelled("with batch norm", _normalised(True)),
        ),
        chart=FirstChart.LOSS,
        core_seconds=2,
    )
)
