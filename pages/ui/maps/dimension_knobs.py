"""What can be chosen of the map of high dimensions."""

from __future__ import annotations

from landscapes import Choice, Knob

KNOBS = (
    Knob(
        key="view",
        title="Loss",
        default="saddles",
        scale="choice",
        choices=(
            Choice(
                key="saddles",
                title="random quadratics",
                help="Runs start beside a critical point: who finds a way down?",
            ),
            Choice(
                key="wells",
                title="sum of double wells",
                help="Runs start anywhere: how good is the minimum that they find?",
            ),
        ),
        help="What is minimised.",
    ),
    Knob(
        key="most",
        title="Parameters up to",
        default=1_000,
        low=2,
        high=1_000,
        scale="integer",
        help="The largest number of parameters.",
    ),
    Knob(
        key="negative_share",
        title="Share of negative curvature",
        default=0.2,
        low=0.0,
        high=1.0,
        help="How likely the loss falls along a direction at the critical point.",
    ),
    Knob(
        key="symmetric",
        title="Curvatures of a random matrix",
        default=False,
        scale="switch",
        help="The eigenvalues of a random symmetric matrix repel each other; without this "
        "every curvature is drawn by itself.",
    ),
    Knob(
        key="runs",
        title="Runs for each",
        default=60,
        low=1,
        high=500,
        scale="integer",
        slider_high=200,
        help="How many random losses and starts there are in each dimension.",
    ),
    Knob(
        key="mixed",
        title="Off the axes",
        default=True,
        scale="switch",
        help="Turn the loss off the axes: adaptive methods scale their steps along them.",
    ),
)
