"""Lookahead: what slow weights do for fast ones."""

from __future__ import annotations

from optim_core.presets.claims import LeavesView, LossBetween, Reaches, Settles, StaysInView
from optim_core.presets.preset import Preset, declare
from optim_core.scenario import Entry, RunConfig, Scenario

BALL = {"learning_rate": 0.01, "momentum": 0.9}

LARGE = {"learning_rate": 0.108}

declare(
    Preset(
        key="lookahead_slow_weights",
        title="Lookahead's slow weights",
        sentence="The same momentum twice; one is pulled halfway back every five steps: watch "
        "how much wandering that saves.",
        question="Every fifth step one of them goes half the way back. Does that cost it the race?",
        answer="No, it wins: here momentum swings far past the minimum, and the pull lands near "
        "the middle of each swing. Where nothing overshoots, pulling back only slows.",
        scenario=Scenario(
            surface="booth",
            entries=(
                Entry("momentum", BALL),
                Entry("momentum", BALL, "lookahead", {"steps": 5, "alpha": 0.5}),
            ),
            starts=((-8.0, -5.0),),
            config=RunConfig(steps=110),
        ),
        claims=(
            LossBetween(0, 50, 0.1, 10.0),
            LossBetween(1, 50, 0.0, 0.02),
            Settles(1, 90, 100),
            StaysInView(0),
            StaysInView(1),
        ),
    )
)

declare(
    Preset(
        key="lookahead_rescue",
        title="Pulled back from a rate that is too large",
        sentence="The rate is past SGD's limit: watch one Lookahead survive it and another, one "
        "step shorter, not.",
        question="SGD alone blows up. Both Lookaheads go halfway back, after 5 or after 4 steps. "
        "Who survives?",
        answer="The one with 5: after an odd number of overshoots the point is on the other side, "
        "and halfway back lands in the middle. After 4 it is on the same side, only further out.",
        scenario=Scenario(
            surface="ravine",
            surface_settings={"condition": 20.0, "rotation": 0.0},
            entries=(
                Entry("sgd", LARGE),
                Entry("sgd", LARGE, "lookahead", {"steps": 5, "alpha": 0.5}),
                Entry("sgd", LARGE, "lookahead", {"steps": 4, "alpha": 0.5}),
            ),
            starts=((-1.8, 0.4),),
            config=RunConfig(steps=30),
        ),
        claims=(
            LeavesView(0, 10, 12),
            Reaches(0, None),
            StaysInView(1),
            LossBetween(1, 30, 0.0, 0.1),
            LeavesView(2, 17, 23),
            Reaches(2, None),
        ),
    )
)
