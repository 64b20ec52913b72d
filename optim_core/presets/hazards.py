"""Plateaus and cliffs: gradients that are far too small or far too large."""

from __future__ import annotations

from optim_core.presets.claims import Crosses, LeavesView, NeverCrosses, Reaches, StaysInView
from optim_core.presets.preset import Preset, declare
from optim_core.scenario import Entry, RunConfig, Scenario

declare(
    Preset(
        key="plateau",
        title="Crossing a plateau",
        sentence="The plateau is almost level: watch who crosses it, although SGD's rate is ten "
        "times Adam's.",
        question="SGD has rate 1, Adam only 0.1. Who crosses the plateau and falls into the drop?",
        answer="Adam, in about 100 steps: it divides by the size of the gradient. Momentum "
        "multiplies SGD's steps by about ten and is still on its way.",
        scenario=Scenario(
            surface="plateau_drop",
            surface_settings={"width": 1.0},
            entries=(
                Entry("sgd", {"learning_rate": 1.0}),
                Entry("momentum", {"learning_rate": 1.0, "momentum": 0.9}),
                Entry("adam", {"learning_rate": 0.1}),
            ),
            starts=((-8.0, 3.0),),
            config=RunConfig(steps=250),
        ),
        claims=(
            NeverCrosses(0, "x", -7.5),
            Crosses(1, "x", -5.0, 150, 250),
            NeverCrosses(1, "x", 2.0),
            Crosses(2, "x", 3.0, 70, 110),
            Reaches(2, 0),
        ),
    )
)

declare(
    Preset(
        key="epsilon_on_plateau",
        title="Epsilon is a knob too",
        sentence="Three Adams that differ in epsilon only cross the same plateau: watch how far "
        "the largest epsilon lets it get.",
        question="Epsilon only guards against dividing by zero. Does it matter whether it is "
        "1e-8, 0.001 or 0.01?",
        answer="It does where gradients are as small as epsilon, here about 0.001: there Adam "
        "becomes plain momentum, and 0.01 is still far from the drop.",
        scenario=Scenario(
            surface="plateau_drop",
            surface_settings={"width": 1.0},
            entries=(
                Entry("adam", {"learning_rate": 0.1, "epsilon": 1e-8}),
                Entry("adam", {"learning_rate": 0.1, "epsilon": 1e-3}),
                Entry("adam", {"learning_rate": 0.1, "epsilon": 1e-2}),
            ),
            starts=((-8.0, 3.0),),
            config=RunConfig(steps=250),
        ),
        claims=(
            Crosses(0, "x", 3.0, 70, 100),
            Crosses(1, "x", 3.0, 101, 130),
            NeverCrosses(2, "x", -2.0),
            Reaches(0, 0),
            Reaches(1, 0),
            Reaches(2, None),
        ),
    )
)

CLIFF_LINE_UP = (
    Entry("sgd", {"learning_rate": 0.2}),
    Entry("momentum", {"learning_rate": 0.05, "momentum": 0.9}),
)

declare(
    Preset(
        key="cliff_unclipped",
        title="Thrown off a cliff",
        sentence="A gentle slope ends at a wall: watch what the one step taken on the wall does.",
        question="The wall's gradient is about 15 times the slope's. Where does the step taken "
        "on it end?",
        answer="Out of the picture on the left, past the minimum: the rate suits the slope, not "
        "the wall. Here a bowl brings both back; in a network nothing need.",
        pair="cliff_clipped",
        scenario=Scenario(
            surface="cliff",
            surface_settings={"steepness": 20.0},
            entries=CLIFF_LINE_UP,
            starts=((1.5, 1.5),),
            config=RunConfig(steps=100),
        ),
        claims=(LeavesView(0, 6, 6), LeavesView(1, 8, 12), Reaches(0, 0), Reaches(1, 0)),
    )
)

declare(
    Preset(
        key="cliff_clipped",
        title="The cliff with clipping",
        sentence="The same cliff, rates and start, but no gradient counts as longer than 1: watch "
        "both walk down the wall.",
        question="Now gradients longer than 1 are cut to length 1. Who still leaves the picture?",
        answer="Nobody: the wall still says which way, but no longer how far. The price is that "
        "the slope above is cut too, so the way to the wall takes longer.",
        pair="cliff_unclipped",
        scenario=Scenario(
            surface="cliff",
            surface_settings={"steepness": 20.0},
            entries=CLIFF_LINE_UP,
            starts=((1.5, 1.5),),
            config=RunConfig(steps=100, clip_norm=1.0),
        ),
        claims=(
            StaysInView(0),
            StaysInView(1),
            Crosses(0, "x", 0.0, 8, 10),
            Crosses(1, "x", 0.0, 8, 10),
            Reaches(0, 0),
            Reaches(1, 0),
        ),
    )
)

declare(
    Preset(
        key="adagrad_stops",
        title="Adagrad remembers the cliff",
        sentence="Same rate and same first step: watch the two part, most of all below the wall.",
        question="Both divide by the gradients they have seen. Adagrad never forgets any. Who "
        "gets to the minimum?",
        answer="RMSProp. Adagrad's sum only grows, and the wall makes it huge for good: every "
        "later step is tiny. It does not quite stop, but it crawls.",
        scenario=Scenario(
            surface="cliff",
            surface_settings={"steepness": 20.0},
            entries=(
                Entry("adagrad", {"learning_rate": 0.1}),
                Entry("rmsprop", {"learning_rate": 0.1, "alpha": 0.99, "variant": "lecture"}),
            ),
            starts=((1.5, 1.5),),
            config=RunConfig(steps=250),
        ),
        claims=(
            Crosses(0, "x", 0.0, 60, 100),
            NeverCrosses(0, "x", -0.7),
            Crosses(1, "x", 0.0, 14, 20),
            Reaches(0, None),
            Reaches(1, 0),
        ),
    )
)
