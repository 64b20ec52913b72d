"""Lets a process import ``optim_core.jobs`` alone, in a tenth of the time that torch takes.

The packages above it are stood in for by bare ones, and torch cannot be imported at all: what runs
with these is proven to do without.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[3]


def stand_in() -> None:
    """Call this before the first import from ``optim_core``."""
    sys.path.insert(0, str(ROOT))
    modules: dict[str, Any] = sys.modules
    modules["torch"] = None
    for name in ("optim_core", "landscapes"):
        bare = ModuleType(name)
        bare.__path__ = [str(ROOT / name)]
        modules[name] = bare
