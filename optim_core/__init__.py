"""HOW it is minimised: optimizers, schedules, noise and the loop that traces them."""

from optim_core import decays, cycles, optimizers  # noqa: I001 - pickers list the plain ones first
from optim_core.events import Event, EventKind
from optim_core.link import LinkResult, from_query, to_parameters, to_query
from optim_core.narrating import narrate
from optim_core.noise import NOISES
from optim_core.pacing import effective_step_sizes, learning_rates, step_lengths
from optim_core.presets import PRESETS, Preset
from optim_core.scenario import DEFAULT_SCENARIO, Entry, Noise, RunConfig, Scenario, Schedule
from optim_core.schedules import SCHEDULES
from optim_core.spec import OPTIMIZERS, WRAPPERS, OptimizerSpec, get_optimizer
from optim_core.sweeping import RunEnd, Sweep, numeric_knobs, sweep
from optim_core.tracing import OverBudgetError, trace
from optim_core.trajectories import Outcome, RowLabel, Trajectories

__all__ = [
    "DEFAULT_SCENARIO",
    "NOISES",
    "OPTIMIZERS",
    "PRESETS",
    "SCHEDULES",
    "WRAPPERS",
    "Entry",
    "Event",
    "EventKind",
    "LinkResult",
    "Noise",
    "OptimizerSpec",
    "Outcome",
    "OverBudgetError",
    "Preset",
    "RowLabel",
    "RunConfig",
    "RunEnd",
    "Scenario",
    "Schedule",
    "Sweep",
    "Trajectories",
    "cycles",
    "decays",
    "effective_step_sizes",
    "from_query",
    "get_optimizer",
    "learning_rates",
    "narrate",
    "numeric_knobs",
    "optimizers",
    "step_lengths",
    "sweep",
    "to_parameters",
    "to_query",
    "trace",
]
