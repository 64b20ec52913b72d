"""The sweep in the player: the knob chosen, where its values lead, and the value let go at."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import numpy as np
import streamlit as st

from landscapes import Surface
from optim_core import Entry, Outcome, Scenario, Sweep, numeric_knobs, sweep
from optim_core.sweeping import setting_of, with_setting
from pages.player import MOST_RUNS, End, ShownSweep, Sweeping, SweptPaths, swept_paths
from pages.ui import allowance, cached, state
from pages.ui.cards import cards
from pages.ui.desk import PLAYGROUND
from pages.ui.positions import written
from pages.ui.presentation import SweptKnob
from pages.ui.redrawing import then_redrawn
from pages.ui.words import _, listed, reason
from pages.ui.writing import is_deepest, written_minimum

KEPT_SWEEPS = 64

MOST_TITLES = 3
"""Of the ends of one value's runs, as many as a sentence can bear."""

_REFUSED = "why nothing is swept"


@dataclass(frozen=True)
class Chosen:
    """What a sweep was begun with: the entry ``card`` as it was then, and its knob.

    Which knob of which entry is swept stands in the visit's presentation. ``anchor`` is the value
    that the sweep goes through exactly. While the entry has any of the sweep's values the anchor
    stays, so that letting go of the slider changes nothing in the sweep.
    """

    card: int
    optimizer: str
    wrapper: str | None
    knob: str
    anchor: float


@dataclass(frozen=True)
class _Swept:
    """One sweep, traced and packed: what the cache keeps."""

    values: tuple[float, ...]
    ends: tuple[int | Outcome, ...]
    ended: tuple[tuple[int, ...], ...]
    paths: SweptPaths


def sweeping(scenario: Scenario, *, refused: bool = False) -> Sweeping:
    """The sweep to show with ``scenario``; nothing is traced unless a knob has been chosen.

    While the visit's scenario is ``refused``, what is drawn is another: nothing of it is swept, and
    what the visit sweeps waits.
    """
    return Sweeping(
        knobs=[
            []
            if refused
            else [(name, _(knob.title)) for name, knob in numeric_knobs(entry).items()]
            for entry in scenario.entries
        ],
        shown=None if refused else _shown(scenario),
        choose=then_redrawn(partial(choose, scenario)),
        release=then_redrawn(release),
    )


def choose(scenario: Scenario, entry: int, knob: str) -> None:
    """Sweep this knob of this entry from now on; anything that is not there ends the sweep."""
    chosen = SweptKnob(entry, knob)
    _show(chosen if chosen.is_in(scenario.entries) else None)


def _show(sweep: SweptKnob | None) -> None:
    """Begin this sweep; the one before ends."""
    st.session_state.pop(state.SWEEP_BEGUN, None)
    if state.presentation().sweep != sweep:
        state.show(dataclasses.replace(state.presentation(), sweep=sweep))


def release(entry: int, knob: str, value: float) -> None:
    """Make ``value`` the entry's."""
    state.apply(partial(set_swept, entry, knob), value)


def set_swept(entry: int, knob: str, scenario: Scenario, value: float) -> Scenario:
    """``scenario`` with one numeric knob of one entry changed.

    Raises:
        ValueError: when there is no such knob, or it does not accept the value.
    """
    entries = list(scenario.entries)
    if not 0 <= entry < len(entries) or knob not in numeric_knobs(entries[entry]):
        raise ValueError(_("What was swept is no longer there."))
    entries[entry] = with_setting(entries[entry], knob, value)
    return dataclasses.replace(scenario, entries=tuple(entries))


def _shown(scenario: Scenario) -> ShownSweep | None:
    chosen = _chosen(scenario)
    place = None if chosen is None else _still_there(scenario, chosen)
    if chosen is None or place is None:
        _end()
        return None
    entry = scenario.entries[place]
    present = float(setting_of(entry, chosen.knob))
    try:
        found = _of(scenario, entry, chosen)
        if present not in found.values:
            chosen = dataclasses.replace(chosen, anchor=present)
            found = _of(scenario, entry, chosen)
    except ValueError as error:
        _tell_once(reason(error))
        return None
    st.session_state.pop(_REFUSED, None)
    st.session_state[state.SWEEP_BEGUN] = chosen
    whole = numeric_knobs(entry)[chosen.knob].scale == "integer"
    texts = [written(round(value) if whole else value) for value in found.values]
    titles = [_title(scenario.landscape(), end) for end in found.ends]
    return ShownSweep(
        entry=place,
        paths=found.paths,
        present=found.values.index(present),
        texts=texts,
        ends=titles,
        ended=np.array(found.ended),
        told=told(texts, [[titles[end].title for end in ends] for ends in found.ended]),
    )


def _tell_once(why: str) -> None:
    """Say why there is no sweep; it stays in the link, for the reason may pass."""
    if st.session_state.get(_REFUSED) != why and not state.notice_waits():
        st.session_state[_REFUSED] = why
        state.tell(why)


def _end() -> None:
    """No sweep any more, neither here nor in the address."""
    _show(None)


def _chosen(scenario: Scenario) -> Chosen | None:
    """The sweep that the presentation asks for, as it was begun, or as it begins now."""
    sweep = state.presentation().sweep
    if sweep is None or not sweep.is_in(scenario.entries):
        return None
    card, entry = (
        cards(PLAYGROUND, len(scenario.entries))[sweep.entry],
        scenario.entries[sweep.entry],
    )
    begun: Chosen | None = st.session_state.get(state.SWEEP_BEGUN)
    if begun is not None and (begun.card, begun.knob) == (card, sweep.knob):
        return begun
    anchor = float(setting_of(entry, sweep.knob))
    return Chosen(card, entry.optimizer, entry.wrapper, sweep.knob, anchor)


def _still_there(scenario: Scenario, chosen: Chosen) -> int | None:
    """Where the entry stands now, if it is what it was when its knob was chosen."""
    place = cards(PLAYGROUND, len(scenario.entries)).index(chosen.card)
    entry = scenario.entries[place]
    same = (entry.optimizer, entry.wrapper) == (chosen.optimizer, chosen.wrapper)
    return place if same else None


def _of(scenario: Scenario, entry: Entry, chosen: Chosen) -> _Swept:
    """The sweep through the anchor: the other entries are no part of it, nor of its cache key."""
    if len(scenario.starts) * scenario.config.noise_seeds > MOST_RUNS:
        sentence = _("A sweep shows at most {most} runs at once: take fewer starts or runs.")
        raise ValueError(sentence.format(most=MOST_RUNS))
    alone = with_setting(entry, chosen.knob, chosen.anchor)
    of_it = dataclasses.replace(scenario, entries=(alone,))
    return _swept(cached.told(of_it), chosen.knob, of_it)


# Nothing that is done with a sweep changes it, so all visitors share the very object.
@st.cache_resource(max_entries=KEPT_SWEEPS, ttl=cached.KEPT_SECONDS, show_spinner=False)
def _swept(told: str, knob: str, _scenario: Scenario) -> _Swept:
    """The sweep of the only entry of ``_scenario``."""
    del told
    surface = _scenario.landscape()
    with allowance.spending():
        found = sweep(_scenario, 0, knob)
    ends, ended = ends_of(found)
    return _Swept(found.values, ends, ended, swept_paths(surface, found))


def ends_of(found: Sweep) -> tuple[tuple[int | Outcome, ...], tuple[tuple[int, ...], ...]]:
    """The ways in which the runs of a sweep ended, and which of them each run of each value did.

    A way is the index of a declared minimum, or the outcome of a run that ended at none.
    """
    strip = [
        [end.minimum if end.minimum >= 0 else end.outcome for end in ends]
        for ends in found.outcome_strip()
    ]
    met = {way for ways in strip for way in ways}
    minima = sorted(way for way in met if isinstance(way, int))
    order: tuple[int | Outcome, ...] = (*minima, *(way for way in Outcome if way in met))
    return order, tuple(tuple(order.index(way) for way in ways) for ways in strip)


def _title(surface: Surface, end: int | Outcome) -> End:
    if isinstance(end, int):
        kind = "deepest" if is_deepest(surface, end) else "local"
        return End(kind, written_minimum(surface, end))
    return {
        Outcome.CONVERGED: End("elsewhere", _("settled at no minimum")),
        Outcome.RAN_OUT_OF_STEPS: End("moving", _("still on its way")),
        Outcome.DIVERGED: End("diverged", _("diverged")),
        Outcome.LEFT_THE_DOMAIN: End("left", _("left the domain")),
    }[end]


def told(texts: list[str], titles: list[list[str]]) -> str:
    """The strip in words: ``0 to 0.8: sharp minimum; 0.82 and up: flat minimum``."""
    parts = []
    for runs, group in groupby(range(len(texts)), lambda index: sorted(set(titles[index]))):
        indices = list(group)
        first, last = texts[indices[0]], texts[indices[-1]]
        ends = listed([*runs[:MOST_TITLES], *(["…"] if len(runs) > MOST_TITLES else [])])
        if len(indices) == 1:
            parts.append(_("{value}: {ends}").format(value=first, ends=ends))
        elif indices[-1] == len(texts) - 1 and indices[0] > 0:
            parts.append(_("{first} and up: {ends}").format(first=first, ends=ends))
        else:
            parts.append(_("{first} to {last}: {ends}").format(first=first, last=last, ends=ends))
    return _("; ").join(parts)
