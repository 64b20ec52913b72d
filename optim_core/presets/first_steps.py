"""First steps: rules that differ only in how they begin."""

from __future__ import annotations

from optim_core.presets.claims import Crosses, LossBetween, Moves, NeverCrosses, Reaches
from optim_core.presets.preset import Preset, declare
from optim_core.scenario import Entry, RunConfig, Scenario

declare(
    Preset(
        key="rmsprop_kick",
        title="RMSProp's first kick",
        sentence="One rule, one rate, two ways to begin its average: watch the very first step.",
        question="PyTorch starts the average at 0, the lecture at the first squared gradient. "
        "How much longer is PyTorch's first step?",
        answer="Ten times, 1 / sqrt(1 - alpha): here it flies out of the dent and ends in the deep "
        "valley. Adam corrects that bias, so it begins like the lecture.",
        scenario=Scenario(
            surface="gaussian_wells",
            surface_settings={"depth": 3.0},
            entries=(
                Entry("rmsprop", {"learning_rate": 0.12, "alpha": 0.99, "variant": "torch"}),
                Entry("rmsprop", {"learning_rate": 0.12, "alpha": 0.99, "variant": "lecture"}),
                Entry("adam", {"learning_rate": 0.12}),
            ),
            starts=((-1.9, 0.2),),
            config=RunConfig(steps=60),
        ),
        claims=(
            Moves(0, 1, 1.2, -1.2),
            Moves(1, 1, 0.12, -0.12),
            Moves(2, 1, 0.12, -0.12),
            Reaches(0, 0),
            Reaches(1, 1),
            NeverCrosses(2, "x", -0.72),
        ),
    )
)

declare(
    Preset(
        key="radam_start",
        title="RAdam's first steps",
        sentence="Adam adapts from step 1; RAdam first waits for enough gradients: watch the "
        "first six steps of each form.",
        question="RAdam is Adam with a cautious start. What do its first five steps look like?",
        answer="In PyTorch's form they are plain momentum steps, here long enough to overshoot; "
        "the author's code stands still instead. Then both creep while their factor grows.",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 25.0, "rotation": 0.0},
            entries=(
                Entry("adam", {"learning_rate": 0.1}),
                Entry("radam", {"learning_rate": 0.1, "variant": "torch"}),
                Entry("radam", {"learning_rate": 0.1, "variant": "author"}),
            ),
            starts=((-1.8, 0.8),),
            config=RunConfig(steps=120),
        ),
        claims=(
            Moves(0, 1, 0.1, -0.1),
            # The first step is the rate times the gradient (-1.8, 20).
            Moves(1, 1, 0.18, -2.0),
            Crosses(2, "x", -1.7999, 6, 6),
            LossBetween(2, 5, 9.619, 9.621),
            Crosses(0, "x", -0.2, 10, 25),
            Crosses(1, "x", -0.2, 75, 105),
            NeverCrosses(2, "x", -0.2),
        ),
    )
)

declare(
    Preset(
        key="three_amsgrads",
        title="Three rules called AMSGrad",
        sentence="Same name, rate and start, three published forms: watch the first step and "
        "where each one ends.",
        question="Three libraries' AMSGrad with the same settings: do they at least end in the "
        "same minimum?",
        answer="No. They differ in whether and when the bias is corrected: the paper's first step "
        "is 3.16 times PyTorch's, and the third remembers its steep start for ever.",
        scenario=Scenario(
            surface="three_hump_camel",
            entries=tuple(
                Entry("amsgrad", {"learning_rate": 0.1, "variant": variant})
                for variant in ("torch", "paper", "unbiased")
            ),
            starts=((-1.95, -1.6),),
            config=RunConfig(steps=150),
        ),
        claims=(
            Moves(0, 1, 0.1, 0.1),
            Moves(1, 1, 0.316228, 0.316228),
            Moves(2, 1, 0.1, 0.1),
            Reaches(0, 0),
            Reaches(1, 0),
            Reaches(2, 2),
        ),
    )
)
