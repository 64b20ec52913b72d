"""Writes the locks: ``make lock``, or ``python -m docs.locking``, with ``uv`` on the PATH.

``requirements.lock`` has every package that the app needs to run, each with the hashes of its
files, for all systems and Pythons that we name. ``requirements-torch.lock`` has torch and what only
torch's build for NVIDIA cards needs: apart, because torch's small build is published elsewhere.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
WANTED = ROOT / "requirements.txt"
LOCK = ROOT / "requirements.lock"
TORCH_LOCK = ROOT / "requirements-torch.lock"
OF_TORCH = re.compile(r"torch|triton|nvidia-.*|cuda-.*")
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")

HEADS = {
    LOCK: "# Made by `make lock` from requirements.txt: all but torch, with hashes.\n",
    TORCH_LOCK: "# Made by `make lock`: torch, on Linux the build for NVIDIA cards.\n",
}


def blocks(compiled: str) -> list[str]:
    """The requirements in a compiled file, each with its hashes."""
    found: list[str] = []
    for line in compiled.splitlines(keepends=True):
        if re.match(r"[A-Za-z0-9]", line):
            found.append(line)
        elif found and line.strip().startswith("--hash="):
            found[-1] += line
    return found


def name_of(block: str) -> str:
    """The package that a block is of."""
    return re.split(r"[=\s;]", block, maxsplit=1)[0]


def locked(path: Path) -> dict[str, set[str]]:
    """The versions of each package that a lock allows."""
    found: dict[str, set[str]] = {}
    for block in blocks(path.read_text(encoding="utf-8")):
        version = re.match(r"[^=]+==([^\s;\\]+)", block)
        assert version is not None, block
        found.setdefault(name_of(block), set()).add(version[1])
    return found


def write(path: Path, parts: Iterable[str]) -> None:
    """Write one lock."""
    path.write_text(HEADS[path] + "".join(parts), encoding="utf-8")


def main() -> None:
    """Resolve requirements.txt anew and write both locks."""
    tool = shutil.which("uv")
    if tool is None:
        sys.exit("make lock needs uv on the PATH: pip install uv, in some environment of its own")
    command = [tool, "pip", "compile", WANTED.name, *OPTIONS, "--no-annotate", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found = blocks(done.stdout)
    write(LOCK, (one for one in found if not OF_TORCH.fullmatch(name_of(one))))
    write(TORCH_LOCK, (one for one in found if OF_TORCH.fullmatch(name_of(one))))
    print(f"{len(found)} packages locked")


if __name__ == "__main__":
    main()
