"""The durable things of a visit to the lab: its Experiment, and which runs are laid open.

As in the playground, widgets are views of the Experiment and the address holds all of it. What was
run lives in the store of runs; the visit and the address hold the ids alone.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from optim_core import OPTIMIZERS, Entry
from optim_core.jobs import Run
from optim_core.jobs.plain import RUN_ID
from optim_core.link import hold
from optim_core.scenario import MAX_LINE_UP
from optim_core.training import DEFAULT_EXPERIMENT, Experiment, network_entry, read_json
from optim_core.training.experiment import MAX_ROWS
from optim_core.training.presets import TRAINING_PRESETS, TrainingPreset
from pages.figures import DARK, LIGHT, visible
from pages.ui import state
from pages.ui.desk import Desk
from pages.ui.keeping import Notice, Undoable, absolute
from pages.ui.language import language_parameters, unreadable_language
from pages.ui.presentation import Presentation, read_presentation
from pages.ui.teaching import visits
from pages.ui.teaching.guide import Guide
from pages.ui.training import link_text
from pages.ui.words import _, following, phrased, reason

EXPERIMENT = "experiment"
RUN = "run"
PRESET = "training"
"""The keys of an address; the first two are those of the visit's state too."""

PAGE = "training"
"""What the visit keeps its guide by."""

MOST_RUNS = 6
"""So many runs laid over one another can be told apart."""

_LOOKS = "experiment looks"
_CARDS = "training cards"
_RUNS = "open runs"
_PRESET = "chosen training preset"
_KEPT = Undoable((EXPERIMENT, _LOOKS, _CARDS, _PRESET, _RUNS), "experiment before this")
can_undo, undo = _KEPT.can_undo, _KEPT.undo

_NOTICE = Notice("training notice")
tell, has_notice, notice = _NOTICE.tell, _NOTICE.waits, _NOTICE.take

_BARE = "link names runs alone"


def open_link() -> Experiment:
    """The visit's Experiment; on its first run the one that the address holds.

    What is wrong in a link is replaced by defaults and told once.
    """
    if EXPERIMENT not in st.session_state:
        given = {key: st.query_params.get_all(key) for key in st.query_params}
        asked = list(dict.fromkeys(given.get(RUN, ())))
        runs = tuple(run for run in asked if RUN_ID.fullmatch(run))[:MOST_RUNS]
        experiment, whole = _read(given)
        st.session_state[EXPERIMENT] = experiment
        st.session_state[_RUNS] = runs
        st.session_state[_BARE] = not {EXPERIMENT, PRESET} & given.keys()
        st.session_state[_LOOKS] = dataclasses.replace(
            Presentation(), looks=read_presentation(given).looks
        )
        visits.open_guide(PAGE, given, tell)
        language = unreadable_language()
        if language or not whole or len(runs) < len(asked):
            told = _("Parts of this link could not be used; the default stands in their place.")
            tell(following(told, phrased(language)) if language else told)
    return st.session_state[EXPERIMENT]


def _read(given: Mapping[str, Sequence[str]]) -> tuple[Experiment, bool]:
    """The experiment of an address, and whether all of it could be read."""
    text, key = next(iter(given.get(EXPERIMENT, ())), ""), next(iter(given.get(PRESET, ())), "")
    preset = TRAINING_PRESETS.get(key)
    if preset is not None:
        st.session_state[_PRESET] = key
    if not text:
        whole = preset is not None or not key
        return preset.experiments[0].experiment if preset else DEFAULT_EXPERIMENT, whole
    found = link_text.read(text)
    experiment = found.experiment
    entries = experiment.entries[:MAX_LINE_UP]
    shown = experiment if entries == experiment.entries else experiment.changed(entries=entries)
    return shown, not found.problems and shown is experiment


def apply(edit: Callable[..., Any], value: Any) -> None:
    """Change the visit's Experiment; where that is impossible, say why and leave it as it is."""
    before = st.session_state.get(EXPERIMENT, DEFAULT_EXPERIMENT)
    try:
        st.session_state[EXPERIMENT] = edit(before, value)
    except ValueError as error:
        tell(reason(error))


def view(key: str, value: Any, edit: Callable[..., Any]) -> dict[str, Any]:
    """The arguments that make a widget a view of ``value``; see :func:`pages.ui.state.view`."""
    return state.view(key, value, edit, apply=apply)


def replace(experiment: Experiment, preset: str = "", runs: Sequence[str] | None = None) -> None:
    """Set up another experiment altogether, so that :func:`undo` can take it back.

    Args:
        experiment: what to set up.
        preset: the key of the preset that it belongs to.
        runs: what to lay open with it; None leaves open what is.
    """

    def change() -> None:
        for key in (_CARDS, _PRESET):
            st.session_state.pop(key, None)
        st.session_state[EXPERIMENT] = experiment
        st.session_state[_LOOKS] = Presentation()
        if preset:
            st.session_state[_PRESET] = preset
        if runs is not None:
            lay_open(runs)

    _KEPT.replace(change)


def presentation() -> Presentation:
    """Names and colours of the entries."""
    return st.session_state.get(_LOOKS, Presentation())


def show(changed: Presentation) -> None:
    """Call or colour entries otherwise; what is run stays."""
    st.session_state[_LOOKS] = changed


def chosen_preset() -> str:
    """The key of the preset that was chosen last; empty for none."""
    return str(st.session_state.get(_PRESET, ""))


def untouched_preset() -> TrainingPreset | None:
    """The preset that is set up, if nobody has changed it."""
    preset = TRAINING_PRESETS.get(chosen_preset())
    return preset if preset and preset.experiments[0].experiment == open_link() else None


def open_runs() -> tuple[str, ...]:
    """The ids of the runs laid open, in order."""
    return st.session_state.get(_RUNS, ())


def lay_open(runs: Sequence[str]) -> None:
    """Lay open these runs and no others."""
    st.session_state[_RUNS] = tuple(dict.fromkeys(runs))[:MOST_RUNS]


def adopt(spec: Mapping[str, Any], runs: Sequence[str] | None = None) -> None:
    """Set up what a run was asked for with, so that it can be varied, and lay ``runs`` open."""
    experiment = _experiment(spec)
    if experiment != st.session_state.get(EXPERIMENT):
        replace(experiment, runs=runs)
    elif runs is not None:
        _KEPT.replace(lambda: lay_open(runs))


def _experiment(spec: Mapping[str, Any]) -> Experiment:
    """What a run was asked for with, as far as the cards show it."""
    experiment = read_json(json.dumps(spec)).experiment
    return experiment.changed(entries=experiment.entries[:MAX_LINE_UP])


def adopt_first(runs: Sequence[Run]) -> None:
    """On the first run of a visit by a link that names runs alone: set up what the first one is."""
    if not runs and open_runs():
        # The store is busy: the next run of the page may find them.
        return
    if st.session_state.pop(_BARE, False) and runs:
        st.session_state[EXPERIMENT] = _experiment(runs[0].spec)


def parameters(experiment: Experiment) -> dict[str, list[str]]:
    """The visit as an address holds it.

    Raises:
        ValueError: saying why, for an experiment too large for an address.
    """
    preset, own = TRAINING_PRESETS.get(chosen_preset()), untouched_preset() is None
    shown: dict[str, list[str]] = {}
    if preset is not None:
        shown[PRESET] = [preset.key]
    runs = open_runs()
    # An address that names runs alone sets up what the first of them is.
    if own and (preset is not None or runs or experiment != DEFAULT_EXPERIMENT):
        shown[EXPERIMENT] = [link_text.packed(experiment)]
    if runs:
        shown[RUN] = list(runs)
    looks, guide = presentation().to_parameters(), visits.guide_of(PAGE).to_parameters()
    return {**shown, **looks, **guide, **language_parameters()}


def write_address(experiment: Experiment) -> None:
    """Bring the browser's address up to date."""
    try:
        wanted = parameters(experiment)
    except ValueError:
        # Too large for any link: the address keeps the last one that fitted, and Share says why.
        return
    # The playground compares with the same: coming back to it, it writes its own address again.
    if st.session_state.get(state.WRITTEN) != wanted:
        if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
            st.query_params.from_dict(wanted)
        st.session_state[state.WRITTEN] = wanted


def link(experiment: Experiment) -> str:
    """The address that opens the visit for somebody else.

    Raises:
        ValueError: saying why, for an experiment too large for an address.
    """
    return absolute(parameters(experiment))


def lesson_link(experiment: Experiment, guide: Guide) -> str:
    """The address that opens the visit as the lesson that ``guide`` makes of it.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    told = {**parameters(experiment), **guide.to_parameters()}
    hold(urlencode(told, doseq=True))
    return absolute(told)


def short_link(experiment: Experiment, runs: Sequence[Run]) -> str:
    """The address of the runs alone, where it opens the very same as :func:`link`; else empty.

    Args:
        experiment: the visit's.
        runs: those laid open, as the store has them.
    """
    named = open_runs()
    first = next((run for run in runs if named and run.id == named[0]), None)
    more = presentation().to_parameters() or visits.guide_of(PAGE) or untouched_preset()
    if first is None or more or _experiment(first.spec) != experiment:
        return ""
    return absolute({RUN: list(named), **language_parameters()})


def _suited(experiment: Experiment, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """``entries`` with learning rates that networks usually want."""
    del experiment
    return tuple(
        entry.changed(learning_rate=network_entry(OPTIMIZERS[entry.optimizer].key)["learning_rate"])
        for entry in entries
    )


def _most_entries(experiment: Experiment) -> int:
    return max(1, min(MAX_LINE_UP, MAX_ROWS // len(experiment.seeds)))


def _full(experiment: Experiment) -> str:
    most = _most_entries(experiment)
    if most == MAX_LINE_UP:
        return _("A line-up has at most {number} entries.").format(number=most)
    sentence = _(
        "{most} networks are trained at once at most, and each entry has {seeds}: take fewer"
        " seeds to add another."
    )
    return sentence.format(most=MAX_ROWS, seeds=len(experiment.seeds))


def _ink(colour: str, dark: bool) -> str:
    return visible(colour, DARK if dark else LIGHT)


LAB: Desk[Experiment] = Desk(
    cards=_CARDS,
    value=open_link,
    apply=apply,
    # Runs that have been laid open since stay open.
    undoable=partial(_KEPT.replace, without=(_RUNS,)),
    presentation=presentation,
    show=show,
    suited=_suited,
    most=_most_entries,
    full=_full,
    ink=_ink,
)
