"""The kinds of job: what may be asked for by key. Nothing from a visitor ever names a module."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from landscapes.registry import Registry
from optim_core.jobs.plain import Spec
from optim_core.jobs.reporting import Reporter

Stop = Callable[[], bool]
"""Asked between two steps: whether to stop now. It costs next to nothing."""

JobFunction = Callable[[Spec, Reporter, Stop], dict[str, Any] | None]
"""Does a job: ``(spec, report, stop) -> result``, the result plain JSON.

Once ``stop()`` is true it saves a checkpoint (if its kind keeps them) and returns None, or raises
:class:`~optim_core.jobs.words.StoppedError`. It fails in words by raising
:class:`~optim_core.jobs.words.JobFailedError`; what any other error says goes to the log alone.
"""

CheckFunction = Callable[[Spec], Spec]
"""``spec -> complete and canonical spec``; raises ``ValueError`` with words for a bad one."""

MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job.

    Attributes:
        key: its name in the registry and the database.
        load: imports what the kind needs and returns the function that does it; called in the
            worker alone.
        check: imports what it needs and completes a spec; called in the server, so it must not
            touch the graphics card.
        keeps_checkpoints: whether it goes on from ``report.checkpoint``: then it can be paused,
            and goes on after the server was restarted.
        time_limit: how many seconds a run may take, pauses not counted.
    """

    key: str
    load: Callable[[], JobFunction]
    check: Callable[[], CheckFunction] | None = None
    keeps_checkpoints: bool = False
    time_limit: float = 30 * MINUTE


def from_module(module: str, name: str) -> Callable[[], Any]:
    """A loader of ``name`` from one of our own modules, imported when first needed."""

    def load() -> Any:
        return getattr(importlib.import_module(module), name)

    return load


HOUR = 60 * MINUTE

KINDS: Registry[JobKind] = Registry("kind of run")
"""Every kind that pages may ask for."""

KINDS.add(
    "fit",
    JobKind(
        key="fit",
        load=from_module("optim_core.training.job", "run"),
        check=from_module("optim_core.training.job", "checked"),
        keeps_checkpoints=True,
        time_limit=2 * HOUR,
    ),
)

KINDS.add(
    "landscape",
    JobKind(
        key="landscape",
        load=from_module("optim_core.training.landscape.job", "run"),
        check=from_module("optim_core.training.landscape.job", "checked"),
        keeps_checkpoints=True,
        time_limit=2 * HOUR,
    ),
)

KINDS.add(
    "sharpness",
    JobKind(
        key="sharpness",
        load=from_module("optim_core.training.landscape.sharpness_job", "run"),
        check=from_module("optim_core.training.landscape.sharpness_job", "checked"),
        keeps_checkpoints=True,
        time_limit=2 * HOUR,
    ),
)

KINDS.add(
    "edge",
    JobKind(
        key="edge",
        load=from_module("optim_core.training.landscape.edge_job", "run"),
        check=from_module("optim_core.training.landscape.edge_job", "checked"),
        time_limit=2 * HOUR,
    ),
)
