"""On what a benchmark ran, and where its result is kept.

A figure without its machine says nothing, so :func:`save` writes both into one file.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("torch", "numpy", "streamlit", "plotly")


def describe() -> dict[str, Any]:
    """The machine, the versions and the state of the code, as a JSON-ready dictionary.

    Take it before the measuring: the load average (over 1, 5 and 15 minutes, in runnable
    processes; None where the system keeps none) is of the machine as the benchmark found it.
    """
    # Results of other benchmarks do not change what this one measures.
    changes = git("status", "--porcelain", "--", ".", ":!benchmarks/results")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "torch_threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version()} | {p: installed(p) for p in PACKAGES},
        "commit": git("rev-parse", "HEAD"),
        "changed_since_commit": None if changes is None else bool(changes),
    }


def processor() -> str:
    """The processor's model, as the system names it."""
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor() or "unknown"


def installed(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def git(*arguments: str) -> str | None:
    """What git says of this checkout, or None where there is no git or no checkout."""
    return output("git", "-C", str(ROOT), *arguments)


def output(*command: str) -> str | None:
    """What a command prints, or None when it fails or does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def save(name: str, payload: Mapping[str, Any], machine: Mapping[str, Any] | None = None) -> Path:
    """Write ``benchmarks/results/<name>.json``; returns its path.

    Args:
        name: of the benchmark: letters, digits, ``_`` and ``-``.
        payload: what was measured, JSON-ready; units belong in its keys (``median_seconds``).
        machine: what :func:`describe` said before the measuring; described now if not given.

    Raises:
        ValueError: for another kind of name, or a number that JSON cannot hold (NaN, infinity).
    """
    if not name.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"a result's name is letters, digits, _ and -, not {name!r}")
    result = {"machine": dict(machine or describe()), **payload}
    text = json.dumps(result, indent=2, allow_nan=False) + "\n"
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(text, encoding="utf-8")
    return path
