"""HOW it is minimised: optimizers, schedules, noise and the loop that traces them."""

from optim_core import cycles, decays, optimizers
from optim_core.link import LinkResult, from_query, to_parameters, to_query
from optim_core.noise import NOISES
from optim_core.presets import PRESETS, Preset
from optim_core.scenario import DEFAULT_SCENARIO, Entry, Noise, RunConfig, Scenario, Schedule
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS, OptimizerSpec, get_optimizer
from optim_core.tracing import trace
from optim_core.trajectories import Outcome, RowLabel, Trajectories

__all__ = [
    "DEFAULT_SCENARIO",
    "NOISES",
    "OPTIMIZERS",
    "PRESETS",
    "SCHEDULES",
    "WRAPPERS",
    "Entry",
    "LinkResult",
    "Noise",
    "OptimizerSpec",
    "Outcome",
    "Preset",
    "RowLabel",
    "RunConfig",
    "Scenario",
    "Schedule",
    "Trajectories",
    "cycles",
    "decays",
    "from_query",
    "get_optimizer",
    "optimizers",
    "to_parameters",
    "to_query",
    "trace",
]
