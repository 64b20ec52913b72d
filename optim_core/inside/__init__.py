"""Inside a step: an update rule line by line, with the numbers of any step put in.

``take_apart(scenario, row, last)`` gives an :class:`Inside`, and its ``report(step)`` the lines of
one step in LaTeX with its numbers. They are the rule's own; docs/inside.md says how lines of
a new rule are written.
"""

from optim_core.inside import (
    bounding,
    rectifying,
    scaling,
    switching,
    team_adam,
    team_sgd,
)
from optim_core.inside.printed import printed, printed_value
from optim_core.inside.report import Inside, ReportLine, StepReport, take_apart
from optim_core.inside.sheet import ARROWS, EXPLAINED, explains

__all__ = [
    "ARROWS",
    "EXPLAINED",
    "Inside",
    "ReportLine",
    "StepReport",
    "bounding",
    "explains",
    "printed",
    "printed_value",
    "rectifying",
    "scaling",
    "switching",
    "take_apart",
    "team_adam",
    "team_sgd",
]
