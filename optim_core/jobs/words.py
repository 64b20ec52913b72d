"""States of a run, how one fails and what is refused: each with the sentence a visitor reads."""

from __future__ import annotations

from enum import Enum

from landscapes.refusal import Phrase, Refusal


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

    OUT_OF_MEMORY = Phrase(
        "It needed more memory than there is. "
        "Try fewer networks at once, a smaller batch or a smaller network."
    )
    CRASHED = Phrase(
        "The process that trained it was ended from outside or crashed ({ending}). "
        "Most often the machine had run out of memory."
    )
    STUCK = Phrase("The process that trained it stopped answering, so it was ended.")
    DEVICE = Phrase("The graphics card reported an error, so the process that used it was ended.")
    DIVERGED = Phrase(
        "Every network diverged: the losses stopped being numbers. Try lower learning rates."
    )
    INTERRUPTED = Phrase(
        "The server was stopped while this ran. Start it again to have the whole of it."
    )
    TIME_LIMIT = Phrase("It reached the time limit for one run: {minutes} min.")
    DISK_FULL = Phrase("The server's disk is full, so nothing more could be written down.")
    TOO_LARGE = Phrase("It wrote down more than the {megabytes} MB that one run may keep.")
    NO_SOURCE = Phrase("The training that this builds on is not on this server any more.")
    REFUSED = Phrase("It cannot be run as it was asked for: {reason}.")
    GIVEN_UP = Phrase("It was paused until what it would have gone on from had to make room.")
    UNKNOWN_KIND = Phrase("This server does not know this kind of run (any more).")
    ERROR = Phrase("Something went wrong on our side (report {report}).")
    NO_WORKER = Phrase("The process that trains could not be started on this server.")

    @property
    def key(self) -> str:
        """The name under which it is stored."""
        return self.name.lower()


class Denial(Enum):
    """Why a request was not carried out."""

    UNKNOWN_KIND = Phrase("There is no such kind of run.")
    BAD_SPEC = Phrase("This request cannot be used: {reason}.")
    BAD_VISITOR = Phrase("Reload the page: this visit has no valid name.")
    QUEUE_FULL = Phrase("All {limit} places of the queue are taken. Try again in a few minutes.")
    TOO_MANY = Phrase(
        "You have {limit} runs waiting or running. Cancel one, or wait until one is done."
    )
    TOO_FAST = Phrase("You have begun many runs in a short time. The next one fits in {seconds} s.")
    UNKNOWN_RUN = Phrase("There is no run here under this address. It may have been deleted.")
    SET_ASIDE = Phrase(
        "There is no run here under this address. It was in the list of runs that was damaged and"
        " set aside, or has been deleted."
    )
    NOT_YOURS = Phrase("Only those who started this run can change it.")
    NOT_ACTIVE = Phrase("This run is not waiting or running.")
    NOT_PAUSED = Phrase("This run is not paused.")
    NO_RESULT = Phrase("This run has left no result.")
    SHARED = Phrase("Others wait for this run too, so it cannot be paused.")
    NOT_PAUSABLE = Phrase("Runs of this kind cannot be paused.")
    DISK_FULL = Phrase("The server's disk is full: nothing can be started until space is free.")
    BUSY = Phrase("The list of runs is busy. Try again in a moment.")
    DAMAGED = Phrase("The list of runs was damaged and set aside, and a new one begun. Try again.")
    NEWER = Phrase("The list of runs was written by a newer version of Downhill.")
    NO_FOLDER = Phrase("The folder for runs cannot be written to: {reason}.")


class JobRefusedError(Refusal):
    """A request that cannot be carried out.

    Attributes:
        denial: why.
    """

    def __init__(self, denial: Denial, **places: str | int | Phrase) -> None:
        super().__init__(denial.value.template, **places)
        self.denial = denial

    @property
    def is_of_no_run(self) -> bool:
        """Whether there is no such run here, or not any more."""
        return self.denial in (Denial.UNKNOWN_RUN, Denial.SET_ASIDE)


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


class CutOffError(Exception):
    """A run was cut off on another machine, by no word of its job.

    Attributes:
        failure, places: what it is told if it cannot go on.
        lost: whether that is held against the run, as the end of a worker is.
        spent: whether the worker that raises it must end.
    """

    def __init__(
        self,
        failure: Failure,
        places: dict[str, str | int] | None = None,
        *,
        lost: bool = True,
        spent: bool = False,
    ) -> None:
        super().__init__(failure, places)
        self.failure = failure
        self.places = places or {}
        self.lost = lost
        self.spent = spent
