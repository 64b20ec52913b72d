"""The folder that holds everything about runs, and where it is."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from optim_core.jobs.plain import check_file_name, check_run_id
from optim_core.jobs.words import Denial, JobRefusedError

VARIABLE = "DOWNHILL_RUNS"
DAMAGED = "damaged"
"""What is appended to the name of a database that was set aside."""
RESERVE_BYTES = 1 << 20
"""Kept in a file of zeros: given up on a full disk, so that there is room to write that it is."""
LEAST_FREE_BYTES = 32 << 20
"""With less than this on the disk no run is started."""


@dataclass(frozen=True)
class StoreFolder:
    """Names of the files in the folder of runs.

    Attributes:
        path: the folder.
    """

    path: Path

    @property
    def database(self) -> Path:
        """The database: the truth about every run."""
        return self.path / "runs.db"

    def holds_damaged(self) -> bool:
        """Whether a database was damaged and set aside, and still lies there."""
        return any(self.path.glob(f"{self.database.name}.{DAMAGED}-*"))

    @property
    def opening_lock(self) -> Path:
        """Held while the database is opened, made or set aside."""
        return self.path / "opening.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the one supervisor."""
        return self.path / "supervisor.lock"

    def worker_lock(self, slot: str) -> Path:
        """Held by the one worker of a slot."""
        return self.path / f"worker-{slot_name(slot)}.lock"

    def worker_log(self, slot: str) -> Path:
        """What the worker of a slot writes to its standard error."""
        return self.path / f"worker-{slot_name(slot)}.log"

    @property
    def places(self) -> Path:
        """Says how many runs a cluster can do at once."""
        return self.path / "places"

    @property
    def runs(self) -> Path:
        """Holds one folder for each run that keeps files."""
        return self.path / "runs"

    def run(self, run: str) -> Path:
        """The folder of one run's files."""
        return self.runs / check_run_id(run)

    def artifact(self, run: str, name: str) -> Path:
        """A named file of a run, in the safetensors format."""
        return self.run(run) / f"{check_file_name(name)}.safetensors"

    def event(self, run: str, number: int) -> Path:
        """The arrays of one event."""
        return self.run(run) / f"event.{number}.safetensors"

    def checkpoint(self, run: str, tag: str) -> Path:
        """The arrays of one checkpoint."""
        return self.run(run) / f"checkpoint.{tag}.safetensors"

    def checkpoints(self, run: str) -> list[Path]:
        """The files of all checkpoints of a run, those that were not finished too."""
        folder = self.run(run)
        return [*folder.glob("checkpoint.*"), *folder.glob(".checkpoint.*")]

    @property
    def reserve(self) -> Path:
        """The file that is given up when the disk is full."""
        return self.path / "reserve"

    def free_bytes(self) -> int:
        """Room left on the disk."""
        return shutil.disk_usage(self.path).free

    def has_room(self, more: int = 0) -> bool:
        """Whether there is enough room to begin a run, or is when so many bytes are written."""
        return self.free_bytes() - more >= LEAST_FREE_BYTES

    def make_reserve(self) -> None:
        """Set the reserve aside, if there is room for it."""
        with contextlib.suppress(OSError):
            if not self.reserve.exists() and self.has_room():
                self.reserve.write_bytes(bytes(RESERVE_BYTES))

    def give_up_reserve(self) -> None:
        """Make room for a few words."""
        with contextlib.suppress(OSError):
            self.reserve.unlink()

    def forget(self, run: str) -> None:
        """Remove the files of a run."""
        shutil.rmtree(self.run(run), ignore_errors=True)


def slot_name(slot: str) -> str:
    """``slot`` as part of a file name: ``cuda:0`` is ``cuda-0``."""
    return "".join(character if character.isalnum() else "-" for character in slot)


def usual_folder() -> Path:
    """Where this system keeps what programs remember of one user.

    On Linux that is the state folder of the XDG base directory specification.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / "Downhill" / "runs"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Downhill" / "runs"
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return base / "downhill" / "runs"


def temporary_folder() -> Path:
    """A folder of this user among the temporary files."""
    user = os.getuid() if sys.platform != "win32" else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"downhill-{user}" / "runs"


def make(path: Path) -> StoreFolder:
    """The folder at ``path``, made if need be and readable by this user alone.

    Raises:
        OSError: when it cannot be made or written to, or belongs to someone else.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and path.stat().st_uid not in (os.getuid(), 0):
        raise PermissionError("it belongs to another user")
    with tempfile.TemporaryFile(dir=path):
        pass
    return StoreFolder(path.resolve())


def find_folder(named: str | os.PathLike[str] | None = None) -> StoreFolder:
    """The folder to use: ``named``, else the one of the environment, else the usual one.

    Where the usual one cannot be had (a home that is read-only), a temporary one serves.

    Raises:
        JobRefusedError: when a folder that was asked for by name cannot be used.
    """
    wish = named or os.environ.get(VARIABLE, "").strip()
    if wish:
        try:
            return make(Path(wish).expanduser())
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise JobRefusedError(Denial.NO_FOLDER, reason=reason) from error
    try:
        return make(usual_folder())
    except (OSError, RuntimeError):
        pass
    try:
        temporary = temporary_folder()
        temporary.parent.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32" and temporary.parent.lstat().st_uid != os.getuid():
            raise PermissionError("the temporary folder belongs to another user")
        return make(temporary)
    except OSError as error:
        raise JobRefusedError(Denial.NO_FOLDER, reason=error.strerror or str(error)) from error
