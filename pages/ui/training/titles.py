"""What runs, data sets and networks are called on the page."""

from __future__ import annotations

from optim_core.jobs import Run, State
from optim_core.training import DATASETS, NETWORKS, Experiment
from pages.player import EntryStyle
from pages.ui.presentation import Presentation
from pages.ui.styling import entry_styles
from pages.ui.training import state
from pages.ui.words import _, plural

PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def subject(experiment: Experiment) -> str:
    """``MNIST digits, small CNN``."""
    data, network = DATASETS[experiment.dataset], NETWORKS[experiment.network]
    return _("{data}, {network}").format(data=_(data.title), network=_(network.title))


def is_text(experiment: Experiment) -> bool:
    """Whether it learns characters of a text, and not pictures."""
    return DATASETS[experiment.dataset].kind == "text"


def name_of(run: Run, experiment: Experiment) -> str:
    """What a visitor called the run, else what it trains. It may hold anything: show it plainly."""
    return run.name or subject(experiment)


def styles_of(experiment: Experiment) -> list[EntryStyle]:
    """How the entries of a run look: as on the cards where it is what the cards show."""
    return entry_styles(experiment.entries, _presentation(experiment))


def hidden_of(experiment: Experiment) -> frozenset[int]:
    """The entries of a run that its charts leave out: those that the cards hide."""
    present = _presentation(experiment)
    if present is None:
        return frozenset()
    places = range(len(experiment.entries))
    return frozenset(place for place in places if present.look(place).hidden)


def _presentation(experiment: Experiment) -> Presentation | None:
    same = experiment.entries == state.open_link().entries
    return state.presentation() if same else None


def state_of(run: Run) -> str:
    """Where a run is, in a word."""
    if run.stopping and not run.state.ended:
        return _("stopping") if run.stopping == "cancel" else _("pausing")
    return {
        State.QUEUED: _("waiting"),
        State.RUNNING: _("training"),
        State.PAUSED: _("paused"),
        State.DONE: _("done"),
        State.FAILED: _("failed"),
        State.CANCELLED: _("cancelled"),
    }[run.state]


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``1.5 h``, as exact as anybody wants it."""
    if seconds < 100:
        return _("{number} s").format(
            number=f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.2g}"
        )
    if seconds < 100 * 60:
        return _("{number} min").format(number=f"{seconds / 60:.0f}")
    return _("{number} h").format(number=f"{seconds / 3600:.1f}")


def amount(number: float) -> str:
    """``5.03 k``, ``1.2 T``: three digits and a prefix."""
    rounded = float(f"{number:.3g}")
    for size, prefix in PREFIXES:
        if rounded >= size:
            return f"{_digits(rounded / size)} {prefix}"
    return _digits(rounded)


def pace(number: float) -> str:
    """``1,250``, ``12``, ``0.42``: so many times a second."""
    return _digits(number) if number < 10 else f"{number:,.0f}"


def _digits(number: float) -> str:
    """Three digits at most, and never a power of ten."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def networks(number: int) -> str:
    """``6 networks``."""
    return plural("{number} network", "{number} networks", number).format(number=number)
