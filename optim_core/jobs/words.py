"""States of a run, how one fails and what is refused: each with the sentence a visitor reads.

Sentences are English source texts with {named} places; pages translate them when they show them.
"""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """Where a run is. The value is how it is stored."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether a worker has it or will take it without being asked again."""
        return self in (State.QUEUED, State.RUNNING)

    @property
    def ended(self) -> bool:
        """Whether it stays as it is."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Failure(Enum):
    """Why a run failed. The name in lower case is stored; the value is what a visitor reads."""

    OUT_OF_MEMORY = (
        "It needed more memory than there is. "
        "Try fewer networks at once, a smaller batch or a smaller network."
    )
    CRASHED = (
        "The process that trained it was ended from outside or crashed ({ending}). "
        "Most often the machine had run out of memory."
    )
    STUCK = "The process that trained it stopped answering, so it was ended."
    DEVICE = "The graphics card reported an error, so the process that used it was ended."
    DIVERGED = "Every network diverged: the losses stopped being numbers. Try lower learning rates."
    INTERRUPTED = "The server was stopped while this ran. Start it again to have the whole of it."
    TIME_LIMIT = "It reached the time limit of {minutes} minutes for one run."
    DISK_FULL = "The server's disk is full, so nothing more could be written down."
    TOO_LARGE = "It wrote down more than the {megabytes} MB that one run may keep."
    REFUSED = "It cannot be run as it was asked for: {reason}."
    UNKNOWN_KIND = "This server does not know this kind of run (any more)."
    ERROR = "Something went wrong on our side (report {report})."
    NO_WORKER = "The process that trains could not be started on this server."

    @property
    def key(self) -> str:
        """The name under which it is stored."""
        return self.name.lower()


class Refusal(Enum):
    """Why a request was not carried out."""

    UNKNOWN_KIND = "There is no such kind of run."
    BAD_SPEC = "This request cannot be used: {reason}."
    BAD_VISITOR = "Reload the page: this visit has no valid name."
    QUEUE_FULL = "All {limit} places of the queue are taken. Try again in a few minutes."
    TOO_MANY = "You have {limit} runs waiting or running. Cancel one, or wait until one is done."
    UNKNOWN_RUN = "There is no run here under this address. It may have been deleted."
    NOT_YOURS = "Only those who started this run can change it."
    NOT_ACTIVE = "This run is not waiting or running."
    NOT_PAUSED = "This run is not paused."
    NO_RESULT = "This run has left no result."
    SHARED = "Others wait for this run too, so it cannot be paused."
    NOT_PAUSABLE = "Runs of this kind cannot be paused."
    DISK_FULL = "The server's disk is full: nothing can be started until some space is free."
    BUSY = "The list of runs is busy. Try again in a moment."
    DAMAGED = "The list of runs was damaged. It was set aside and a new one begun. Try again."
    NEWER = "The list of runs was written by a newer version of Downhill."
    NO_FOLDER = "The folder for runs cannot be written to: {reason}."


class JobRefusedError(Exception):
    """A request that cannot be carried out; ``str()`` is the English sentence.

    Attributes:
        refusal: why.
        places: what to put into the {named} places of its sentence.
    """

    def __init__(self, refusal: Refusal, **places: str | int) -> None:
        super().__init__(refusal, places)
        self.refusal = refusal
        self.places = places

    def __str__(self) -> str:
        return self.refusal.value.format(**self.places)


class JobFailedError(Exception):
    """Raised by a kind of job to fail its run in words.

    Attributes:
        failure: why.
        places: what to put into the {named} places of its sentence.
    """

    def __init__(self, failure: Failure, **places: str | int) -> None:
        super().__init__(failure, places)
        self.failure = failure
        self.places = places


class StoppedError(Exception):
    """Raised by a kind of job that was asked to stop and has stopped."""


class LostRunError(Exception):
    """The run now belongs to another worker, or is gone: whoever still works on it must stop."""
