"""Ravines and the edge of stability: how large a rate may be, and for whom."""

from __future__ import annotations

from optim_core.presets.claims import (
    Crosses,
    LeavesView,
    LossBetween,
    NeverCrosses,
    Reaches,
    Settles,
    StaysInView,
)
from optim_core.presets.preset import Preset, declare
from optim_core.scenario import Entry, Noise, RunConfig, Scenario

RAVINE_LINE_UP = (
    Entry("sgd", {"learning_rate": 0.018}),
    Entry("momentum", {"learning_rate": 0.01, "momentum": 0.8}),
    Entry("adam", {"learning_rate": 0.1}),
)

declare(
    Preset(
        key="ravine",
        title="A ravine along an axis",
        sentence="A hundred times steeper across than along: watch SGD zigzag between the walls "
        "while Adam and momentum travel.",
        question="The steep walls allow SGD no rate above 0.02. Who reaches the middle of the "
        "ravine first?",
        answer="Adam within 25 steps, then momentum within 50, though both take longer to come to "
        "rest there; SGD's rate, held down by the walls, is too small for the gentle floor. Adam "
        "scales each axis by itself.",
        pair="rotated_ravine",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 100.0, "rotation": 0.0},
            entries=RAVINE_LINE_UP,
            starts=((-1.8, 0.6),),
            config=RunConfig(steps=120),
        ),
        claims=(
            Reaches(0, None),
            Reaches(1, 0),
            Reaches(2, 0),
            NeverCrosses(0, "x", -0.15),
            Crosses(1, "x", -0.1, 30, 50),
            Crosses(2, "x", -0.1, 10, 25),
        ),
    )
)

declare(
    Preset(
        key="rotated_ravine",
        title="The same ravine, turned by 45 degrees",
        sentence="Only the ravine and the start are turned: watch who still takes the very same "
        "path and who does not.",
        question="Turn the ravine off the axes. Whose loss curve stays exactly as it was: SGD's, "
        "momentum's, Adam's?",
        answer="SGD's and momentum's: they know no axes. Adam scales x and y apart, which cannot "
        "undo a diagonal ravine: it was nearly there, now it is far behind momentum.",
        pair="ravine",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 100.0, "rotation": 45.0},
            entries=RAVINE_LINE_UP,
            starts=((-1.697056274847714, -0.848528137423857),),
            config=RunConfig(steps=120),
        ),
        claims=(Reaches(0, None), Reaches(1, 0), Reaches(2, None), LossBetween(2, 120, 0.03, 1.0)),
    )
)

declare(
    Preset(
        key="rate_limit",
        title="The largest rate a bowl allows",
        sentence="Three rates around 2 / curvature = 0.2: watch the bounces shrink, stay and grow.",
        question="The steep direction has curvature 10, so 2 / 10 = 0.2. What do rates 0.19, 0.20 "
        "and 0.21 do?",
        answer="Each step multiplies the distance across by 0.9, 1.0 and 1.1, with the sign turned "
        "round. The same small change of the rate decides everything.",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 10.0, "rotation": 0.0},
            entries=tuple(Entry("sgd", {"learning_rate": rate}) for rate in (0.19, 0.2, 0.21)),
            starts=((-1.8, 0.4),),
            config=RunConfig(steps=28),
        ),
        claims=(
            StaysInView(0),
            LossBetween(0, 28, 0.0, 0.01),
            StaysInView(1),
            LossBetween(1, 28, 0.79, 0.82),
            LeavesView(2, 15, 18),
        ),
    )
)

declare(
    Preset(
        key="nesterov_limit",
        title="Nesterov's lower limit",
        sentence="One rate, three rules: watch the look-ahead that should steady momentum throw "
        "it out.",
        question="Rate x curvature is 1.4; plain SGD allows up to 2. Which of SGD, momentum and "
        "Nesterov blows up?",
        answer="Nesterov. With momentum 0.9 its limit is 1.36, below SGD's 2 and far below the "
        "heavy ball's 3.8: the look-ahead overshoots already.",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 20.0, "rotation": 0.0},
            entries=(
                Entry("sgd", {"learning_rate": 0.07}),
                Entry("momentum", {"learning_rate": 0.07, "momentum": 0.9}),
                Entry("nesterov", {"learning_rate": 0.07, "momentum": 0.9}),
            ),
            starts=((-1.8, 0.3),),
            config=RunConfig(steps=32),
        ),
        claims=(
            LossBetween(0, 32, 0.0, 0.1),
            LossBetween(1, 32, 0.0, 0.1),
            StaysInView(0),
            StaysInView(1),
            LeavesView(2, 14, 20),
        ),
    )
)

declare(
    Preset(
        key="valley_large_rate",
        title="Too large a rate finds the flat part",
        sentence="A whole valley of perfect minima, flattest at its bend: watch at which part of "
        "it each rate can come to rest.",
        question="The whole valley has loss 0. Rates 0.1, 0.3 and 0.4: does each stop where it "
        "first meets the valley?",
        answer="Only 0.1 does. A minimum holds a rate only where its curvature is below 2 / rate, "
        "so 0.3 is thrown some way towards the bend and 0.4 all the way.",
        pair="valley_noise",
        scenario=Scenario(
            surface="two_weight_net",
            entries=tuple(Entry("sgd", {"learning_rate": rate}) for rate in (0.1, 0.3, 0.4)),
            starts=((0.25, 1.7),),
            config=RunConfig(steps=60),
        ),
        claims=(
            Settles(0, 5, 12),
            NeverCrosses(0, "y", 1.6),
            Settles(1, 10, 30),
            Settles(2, 10, 30),
            Reaches(2, 0),
            StaysInView(2),
        ),
    )
)

declare(
    Preset(
        key="valley_noise",
        title="Noise slides to the flat part",
        sentence="Both reach the valley at once, where the loss is nearly 0: watch what minibatch "
        "noise does to them after that.",
        question="Along the valley nothing slopes. Will noise carry the points towards the bend, "
        "away from it, or nowhere?",
        answer="Towards the bend, the flattest part: averaged over the shifted batches, the "
        "surface does slope that way. A fifth of the rate drifts far more slowly.",
        pair="valley_large_rate",
        scenario=Scenario(
            surface="two_weight_net",
            entries=tuple(Entry("sgd", {"learning_rate": rate}) for rate in (0.1, 0.02)),
            starts=((0.5, 1.9),),
            config=RunConfig(
                steps=400, noise=Noise("minibatch", {"spread": 0.5, "batch_size": 16}), seed=0
            ),
        ),
        claims=(
            Crosses(0, "y", 1.3, 80, 250),
            NeverCrosses(1, "y", 1.3),
            StaysInView(0),
            StaysInView(1),
        ),
    )
)

declare(
    Preset(
        key="adam_late_jump",
        title="Adam's late jump",
        sentence="A plain bowl, no noise. Watch the loss curve: all three are all but there, and "
        "then one is not.",
        question="After 300 steps every loss is below 1e-9. Will any of them ever rise a million "
        "times again?",
        answer="Yes: as gradients shrink so does what Adam divides by, until rate x scaled "
        "curvature passes 38. Beta 2 = 0.98 gets there soonest; AMSGrad's divisor never falls.",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 10.0, "rotation": 30.0},
            entries=(
                Entry("adam", {"learning_rate": 0.5, "beta2": 0.98}),
                Entry("adam", {"learning_rate": 0.5, "beta2": 0.999}),
                Entry("amsgrad", {"learning_rate": 0.5, "beta2": 0.98, "variant": "paper"}),
            ),
            starts=((-1.8, 0.9),),
            config=RunConfig(steps=450),
        ),
        claims=(
            LossBetween(0, 300, 0.0, 1e-9),
            LossBetween(0, 352, 1e-3, 1.0),
            LossBetween(1, 300, 0.0, 1e-9),
            LossBetween(1, 450, 0.0, 1e-15),
            LossBetween(2, 300, 0.0, 1e-9),
            LossBetween(2, 450, 0.0, 1e-15),
        ),
    )
)
