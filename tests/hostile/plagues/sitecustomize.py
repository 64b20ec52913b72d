"""What a test does to the clock and to the trainings of a server that has this in its PYTHONPATH.

Every process of the server reads two files of the folder ``PLAGUES``, whenever it matters.
``clock`` holds the seconds by which the time of day is ahead; monotonic clocks are left alone, as
those who set a computer's clock leave them. ``step`` says what goes wrong in each step of a
training, or that it is to be ``slow``: until the test has seen what it wants, on any machine.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["PLAGUES"])
COMPUTING = "optim_core.training.computing"
SLOW_SECONDS = 0.1

true, true_ns, true_counter = time.time, time.time_ns, time.perf_counter
broken: list[str] = []


def told(name: str) -> str:
    try:
        return (FOLDER / name).read_text()
    except OSError:
        return ""


def ahead() -> float:
    return float(told("clock") or 0)


def counter() -> float:
    """Trainings ask for it all the time: their steps break once somebody wants it."""
    if told("step") and COMPUTING in sys.modules and not broken:
        broken.append(COMPUTING)
        break_steps()
    return true_counter()


def break_steps() -> None:
    import torch

    computer = sys.modules[COMPUTING].Computer
    compute = computer._on_rows
    errors = {
        "memory": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate a lot"),
        "device": RuntimeError("CUDA error: device-side assert triggered"),
        "bug": ZeroDivisionError("secret details"),
    }

    def breaking(*given: Any) -> Any:
        wish = told("step")
        if wish == "slow":
            time.sleep(SLOW_SECONDS)
        elif wish:
            raise errors[wish]
        return compute(*given)

    computer._on_rows = breaking


time.time = lambda: true() + ahead()
time.time_ns = lambda: true_ns() + int(1e9 * ahead())
time.perf_counter = counter
