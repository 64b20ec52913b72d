"""Which minimum is reached, and who leaves it again."""

from __future__ import annotations

from optim_core.presets.claims import Crosses, LossBetween, NeverCrosses, Reaches, Settles
from optim_core.presets.preset import Preset, declare
from optim_core.scenario import Entry, Noise, RunConfig, Scenario, Schedule

DEEP, SHALLOW = 0, 1
"""The minima of the surface ``gaussian_wells``."""

SHARP, FLAT = 0, 1
"""The minima of the surface ``sharp_flat``."""

declare(
    Preset(
        key="momentum_escapes",
        title="Momentum leaves a local minimum",
        sentence="One start, one rate, three amounts of momentum: watch who rolls through the "
        "first dent and on into the deep valley.",
        question="Momentum 0, 0.8 and 0.9: who gets past the first dent?",
        answer="Only 0.9: 0.8 climbs the far side, falls back and settles in the dent. It takes "
        "enough speed, and speed comes from rate and momentum together.",
        scenario=Scenario(
            surface="gaussian_wells",
            surface_settings={"depth": 3.0},
            entries=(
                Entry("sgd", {"learning_rate": 0.02}),
                Entry("momentum", {"learning_rate": 0.02, "momentum": 0.8}),
                Entry("momentum", {"learning_rate": 0.02, "momentum": 0.9}),
            ),
            starts=((-3.4, 1.2),),
            config=RunConfig(steps=200),
        ),
        claims=(
            Reaches(0, SHALLOW),
            Reaches(1, SHALLOW),
            Reaches(2, DEEP),
            # The dent's floor is at x = -1.38, the pass behind it at x = -0.72.
            NeverCrosses(0, "x", -1.38),
            Crosses(1, "x", -1.1, 5, 30),
            NeverCrosses(1, "x", -0.75),
        ),
    )
)

declare(
    Preset(
        key="sharp_or_flat",
        title="Into the sharp minimum or the flat one",
        sentence="Same start, same rate: watch who stops in the narrow slot on the left and who "
        "goes on to the wide basin on the right.",
        question="SGD, SGD with momentum, Adam: who stops in the narrow slot, who reaches the "
        "wide basin?",
        answer="Only momentum reaches the flat basin; plain SGD stops in the slot just as Adam "
        "does. The outcome depends on momentum, rate and start, not on “Adam” as such.",
        scenario=Scenario(
            surface="sharp_flat",
            surface_settings={"shift": 0.3},
            entries=(
                Entry("sgd", {"learning_rate": 0.06}),
                Entry("momentum", {"learning_rate": 0.06, "momentum": 0.9}),
                Entry("adam", {"learning_rate": 0.06}),
            ),
            starts=((-3.8, 0.5),),
            config=RunConfig(steps=160),
        ),
        claims=(Reaches(0, SHARP), Reaches(1, FLAT), Reaches(2, SHARP)),
    )
)

declare(
    Preset(
        key="quiet_in_the_flat",
        title="The same noise in a sharp and in a flat minimum",
        sentence="One run starts in each minimum, and both meet the same minibatch noise: watch "
        "how far each is shaken.",
        question="Both get exactly the same noise. Which one trembles more, and which one pays "
        "more for it?",
        answer="The sharp one trembles about three times as far, and its loss rises some hundred "
        "times as much: a shifted batch moves steep walls under the point, a flat floor hardly.",
        scenario=Scenario(
            surface="sharp_flat",
            surface_settings={"shift": 0.3},
            entries=(Entry("sgd", {"learning_rate": 0.06}),),
            starts=((-2.0, 0.0), (2.0, 0.0)),
            config=RunConfig(
                steps=200, noise=Noise("minibatch", {"spread": 0.5, "batch_size": 8}), seed=0
            ),
        ),
        # The sharp one need not stand near its minimum after the last step, but has not left it.
        claims=(NeverCrosses(0, "y", 1.0), Reaches(0, FLAT, start=1)),
    )
)

declare(
    Preset(
        key="saddle_escape",
        title="Leaving a saddle",
        sentence="All start a ten-thousandth off the ridge: watch who turns towards a valley at "
        "once and who waits at the saddle.",
        question="Across the ridge the first gradient is only 0.0001. Who leaves the saddle "
        "first, who last?",
        answer="Adam within a dozen steps: it hardly cares how small a gradient is. Momentum needs "
        "about 50 and SGD about 180, because 0.0001 grows by 5 % a step.",
        scenario=Scenario(
            surface="bounded_saddle",
            entries=(
                Entry("sgd", {"learning_rate": 0.05}),
                Entry("momentum", {"learning_rate": 0.05, "momentum": 0.9}),
                Entry("adam", {"learning_rate": 0.05}),
            ),
            starts=((-1.6, 1e-4),),
            config=RunConfig(steps=260),
        ),
        claims=(
            Crosses(0, "y", 0.5, 170, 185),
            Crosses(1, "y", 0.5, 45, 55),
            Crosses(2, "y", 0.5, 8, 12),
            Reaches(0, 0),
            Reaches(1, 0),
            Reaches(2, 0),
        ),
    )
)

declare(
    Preset(
        key="warm_restarts",
        title="A warm restart jumps out",
        sentence="By step 40 a cosine has brought both rates to rest in the shallow dent; then "
        "both restart at full size. Watch what each does.",
        question="Both rates have faded and both points lie still. After the restart at step 40, "
        "who leaves the dent?",
        answer="Only the larger: at 0.4 the restart overshoots ever further until it is out, at "
        "0.2 it never gets far. A single cosine of 40 steps would have left both there.",
        scenario=Scenario(
            surface="gaussian_wells",
            surface_settings={"depth": 3.0},
            entries=(
                Entry("sgd", {"learning_rate": 0.2}),
                Entry("sgd", {"learning_rate": 0.4}),
            ),
            starts=((-3.4, 1.2),),
            config=RunConfig(steps=120, schedule=Schedule("sgdr", {"length": 40, "growth": 2})),
        ),
        claims=(
            Reaches(0, SHALLOW),
            Reaches(1, DEEP),
            # Both rest in the dent (loss -2.2475) just before the restart.
            LossBetween(0, 40, -2.248, -2.247),
            LossBetween(1, 40, -2.248, -2.247),
            Crosses(1, "x", 0.0, 55, 80),
            Settles(1, 75, 95),
        ),
    )
)
