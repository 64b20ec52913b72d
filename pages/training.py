"""The training lab: small networks, trained by the line-up, and the curves of how they fare."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run
from optim_core.training import DATASETS
from pages.ui.landscape import state as landscape
from pages.ui.teaching import visits
from pages.ui.teaching.guided import held_back, show_asked
from pages.ui.teaching.making import show_maker
from pages.ui.training import asking, state
from pages.ui.training.estimating import seconds_expected
from pages.ui.training.live import found, show_live
from pages.ui.training.presets import choose_preset, open_first_chart, show_question
from pages.ui.training.runs_panel import listed_runs, show_runs
from pages.ui.training.sharing import show_link
from pages.ui.training.teaching import choose_parts, of_lab
from pages.ui.training.titles import amount, duration, networks, subject
from pages.ui.training.watching import store as open_store
from pages.ui.words import _, listed, plain, reason

experiment = state.open_link()
if landscape.is_wanted():
    st.switch_page("landscape.py")
store: JobStore | None = None
try:
    store = open_store()
except JobRefusedError as error:
    st.error(plain(reason(error)), icon=":material/error:")
runs = found(store, state.open_runs()) if store is not None else []
state.adopt_first(runs)
experiment = state.open_link()
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

asked = asking.jobs(experiment)
missing = [key for _label, one in asked if not DATASETS[key := one.dataset].present()]
preset, guide = state.untouched_preset(), visits.guide_of(state.PAGE)
unfetched = _("The pictures have to be fetched first: see the data set.")
rows = sum(one.rows for _label, one in asked)
about = [
    networks(rows),
    _("{steps:,} steps each").format(steps=max(one.steps for _label, one in asked)),
    _("{cost} operations").format(cost=amount(sum(one.flops for _label, one in asked))),
]
known: tuple[Run, ...] = ()
if store is not None:
    known = listed_runs(store)
    expected = [seconds_expected(one, known) for _label, one in asked]
    if all(seconds is not None for seconds in expected):
        total = sum(seconds or 0.0 for seconds in expected)
        about.append(_("about {time} on this computer").format(time=duration(total)))

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    title = guide.title or (_(preset.title) if preset else subject(experiment))
    with st.container(key="heading"):
        st.markdown(f"# {plain(title)}\n{plain(listed(about))}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        st.button(
            _("Train"),
            key="train",
            type="primary",
            icon=":material/play_arrow:",
            disabled=store is None or bool(missing) or held_back(guide),
            help=unfetched if missing else None,
            on_click=asking.train,
        )
        show_link(experiment, runs)
        if not guide:
            st.button(
                _("Undo"),
                key="undo",
                icon=":material/undo:",
                disabled=not state.can_undo(),
                help=_("Back to what was set up before"),
                on_click=state.undo,
            )
if preset and not guide:
    show_question(preset)
open_first_chart()
# Curves that are there already would give the answer away.
answered = show_asked(guide)
if store is not None and state.open_runs() and answered:
    show_live(store, runs)
elif store is not None and answered:
    invitation = _(
        "Nothing is trained yet. Press Train: the curves appear while the networks"
        " learn. You may close the tab; the link of this page finds them again."
    )
    with st.container(key="empty", border=True):
        st.markdown(plain(unfetched if missing else invitation))
if store is not None and not guide:
    show_runs(store, known)
    show_maker(partial(of_lab, experiment))

with st.sidebar:
    if not guide:
        choose_preset()
    choose_parts(experiment, guide)
state.write_address(experiment)
