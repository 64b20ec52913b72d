"""Optimizers against each other: on digits, cats and dogs, lines, and one that hands over."""

from __future__ import annotations

from optim_core.scenario import Schedule
from optim_core.training.experiment import Experiment, network_entry
from optim_core.training.presets.preset import FirstChart, Labelled, TrainingPreset, declare

declare(
    TrainingPreset(
        key="mnist_quick",
        title="Digits on a laptop",
        sentence="A small CNN, three optimizers, two seeds each: watch who is fast in the first "
        "epoch, and whether that still shows in the last.",
        question="After the first epoch, who leads? And after the third, by how much?",
        answer="Measured here, SGD with momentum leads after one epoch and after three (96.9 % "
        "of the test digits), SGD follows (96.4 %) and Adam at its usual rate is last "
        "(94.7 %). That Adam is always faster at first is folklore: it depends on the "
        "rates, and nobody has tuned these.",
        experiments=(
            Labelled(
                "",
                Experiment(
                    dataset="mnist",
                    dataset_settings={"examples": 8_000},
                    network="small_cnn",
                    network_settings={"width": 8},
                    entries=tuple(network_entry(key) for key in ("sgd", "momentum", "adam")),
                    seeds=(0, 1),
                    epochs=3,
                    batch_size=64,
                ),
            ),
        ),
        chart=FirstChart.ACCURACY,
        core_seconds=18,
    )
)

declare(
    TrainingPreset(
        key="cat_dog",
        title="Cats and dogs",
        sentence="The lecture's case study on the cats and dogs of CIFAR-10, five seeds each: "
        "compare the training curve with the validation curve, and the bands with each other.",
        question="Who fits the training pictures first, and whose validation curve is steadier?",
        answer="The lecture shows Adam fitting first and SGD with momentum steadier and better "
        "on validation. That is one experiment of somebody else; the published "
        "ResNet-34 curves give SGD the better best epoch (by 1.7 points) but Adam the "
        "smaller spread at the end. Measured here in small only (4,000 pictures, 12 epochs, "
        "a smaller net, momentum at a third of this rate, five seeds): Adam does fit first, in "
        "all 12 epochs, but it is also steadier (validation moves by 1.3 points an epoch at the "
        "end, with momentum by 2.3) and ends higher, 71.9 against 71.0 %, in four seeds of five. "
        "Look at your own bands before you agree with anybody.",
        experiments=(
            Labelled(
                "",
                Experiment(
                    dataset="cat_dog",
                    dataset_settings={"augment": "flip"},
                    network="small_cnn",
                    network_settings={"width": 32, "depth": 3, "batch_norm": True},
                    entries=tuple(network_entry(key) for key in ("sgd", "momentum", "adam")),
                    seeds=(0, 1, 2, 3, 4),
                    epochs=30,
                ),
            ),
        ),
        chart=FirstChart.ACCURACY,
        for_gpu=True,
    )
)

declare(
    TrainingPreset(
        key="adam_then_sgd",
        title="Adam first, then SGD",
        sentence="SWATS begins as Adam and hands over to SGD with momentum once it knows which "
        "rate SGD would need: look for a bend in its curve.",
        question="Can you see where it changes over? Does changing over help here?",
        answer="Measured here it changes over soon after the first epoch, and ends between the "
        "two: test accuracy 88.6 % for Adam, 89.6 % for SWATS, 90.4 % for SGD with "
        "momentum from the start. Its authors report that it closes most of Adam's gap "
        "on image data and seldom changes over on language models. The tolerance here "
        "is ours: with the paper's it hardly ever fires.",
        experiments=(
            Labelled(
                "",
                Experiment(
                    dataset="digits_8x8",
                    dataset_settings={"examples": 4_000},
                    network="mlp",
                    network_settings={"width": 64, "depth": 2},
                    entries=(
                        network_entry("adam"),
                        network_entry("swats"),
                        network_entry("momentum"),
                    ),
                    seeds=(0, 1, 2),
                    epochs=12,
                    batch_size=64,
                ),
            ),
        ),
        chart=FirstChart.LOSS,
        core_seconds=2,
    )
)

declare(
    TrainingPreset(
        key="lstm",
        title="An LSTM reads digits line by line",
        sentence="A recurrent network, where the choice of optimizer shows more than in most "
        "CNNs: watch how long each of them stays on the first plateau.",
        question="The same three rules that were close together on the CNN: are they still?",
        answer="No. Measured here after 12 epochs plain SGD has 60 % of the test digits, SGD "
        "with momentum 83 %, RMSProp and Adam 85 %; RMSProp left the plateau first. "
        "That Adam is the choice for recurrent nets is common advice; in the AdaBelief "
        "authors' curves on Penn Treebank SGD ends within one point of Adam's "
        "perplexity, and ahead of it only with 3 layers.",
        experiments=(
            Labelled(
                "",
                Experiment(
                    dataset="mnist",
                    dataset_settings={"examples": 3_000},
                    network="lstm",
                    network_settings={"width": 32},
                    entries=tuple(
                        network_entry(key) for key in ("sgd", "momentum", "rmsprop", "adam")
                    ),
                    seeds=(0, 1),
                    epochs=12,
                    batch_size=64,
                    clip_norm=1.0,
                ),
            ),
        ),
        chart=FirstChart.LOSS,
        core_seconds=11,
    )
)

declare(
    TrainingPreset(
        key="char_lstm",
        title="An LSTM reads a novel",
        sentence="Character by character, each rule at the best of the rates we tried on this very "
        "task: switch to perplexity and see who is ahead after one epoch, and who at the end.",
        question="On the lecture's slide Adam's perplexity drops first, and SGD ends lower. Does "
        "it here?",
        answer="Measured here, Adam does drop first: after one epoch its validation perplexity is "
        "7.2, with momentum 7.6, with plain SGD 8.6. At the end SGD with momentum is ahead in "
        "every seed, at a test perplexity of 5.4 against 5.6 for Adam; without momentum it ends "
        "behind, at 5.7. So the slide holds for SGD with momentum, at rates that were tried out "
        "for each: at the usual ones SGD looks hopeless on this task. In the AdaBelief authors' "
        "curves on Penn Treebank the order depends on the number of layers.",
        core_seconds=25,
        experiments=(
            Labelled(
                "",
                Experiment(
                    dataset="persuasion",
                    dataset_settings={"examples": 2_400},
                    network="char_lstm",
                    network_settings={"width": 48},
                    entries=(
                        network_entry("sgd", learning_rate=10.0),
                        network_entry("momentum", learning_rate=2.0),
                        network_entry("adam", learning_rate=0.03),
                    ),
                    seeds=(0, 1, 2),
                    epochs=6,
                    batch_size=32,
                    clip_norm=1.0,
                ),
            ),
        ),
        chart=FirstChart.LOSS,
    )
)

HOT = {"learning_rate": 0.02}

_WARM_UP = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 2_000},
    network="mlp",
    network_settings={"width": 64, "depth": 8},
    entries=(network_entry("adam", **HOT), network_entry("radam", **HOT)),
    seeds=(0, 1, 2),
    epochs=8,
    batch_size=64,
)

declare(
    TrainingPreset(
        key="warm_up",
        title="Warming up",
        sentence="A deep perceptron and a large rate, once at once and once reached in 60 steps: "
        "look at the sizes of the first gradients, then at the losses.",
        question="Sixty careful steps out of two hundred and forty-eight: are they lost time?",
        answer="Not for Adam: measured here it ends at 44.6 % of the test digits without "
        "warm-up and at 74.0 % with it. RAdam has its own warm-up and does not need "
        "another: 80.2 % without, 77.1 % with. Liu et al. (2020) explain it by the "
        "variance of the first second moments; that is their reading, and others hold "
        "that smaller first steps alone would do.",
        experiments=(
            Labelled("no warm-up", _WARM_UP),
            Labelled(
                "warm-up",
                _WARM_UP.changed(schedule=Schedule("linear_warmup", {"length": 60})),
            ),
        ),
        chart=FirstChart.GRADIENTS,
        core_seconds=2,
    )
)
