"""Ready experiments: each makes one point, and its claims are tested against the run."""

# The order of these imports is the order in which the presets are listed: it is not sorted.
from optim_core.presets import minima, hazards, stability, averaging, first_steps  # noqa: I001
from optim_core.presets.claims import Claim
from optim_core.presets.preset import PRESETS, Preset

__all__ = [
    "PRESETS",
    "Claim",
    "Preset",
    "averaging",
    "first_steps",
    "hazards",
    "minima",
    "stability",
]
