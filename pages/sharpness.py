"""How sharp the places are that networks were found in, and become while they are trained."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore
from pages.ui.landscape.networks import Training, trainings
from pages.ui.sharing import Sharing, offer
from pages.ui.sharpness import asking, state
from pages.ui.sharpness.batches import show_batches
from pages.ui.sharpness.edges import show_edge
from pages.ui.sharpness.following import Draw, follow
from pages.ui.sharpness.set_up import choose_view
from pages.ui.sharpness.tables import show_networks
from pages.ui.sharpness.teaching import (
    choose_settings,
    of_sharpness,
    tell_view,
    tell_view_settings,
)
from pages.ui.teaching import visits
from pages.ui.teaching.guided import held_back, show_asked
from pages.ui.teaching.making import show_maker
from pages.ui.teaching.parts import draw_part
from pages.ui.training.watching import store as open_store
from pages.ui.words import _, plain, reason

visit, guide = state.visit(), visits.guide_of(state.PAGE)
store: JobStore | None = None
try:
    store = open_store()
except JobRefusedError as error:
    st.error(plain(reason(error)), icon=":material/error:")
named = list(visit.request.networks) if visit.request else []
named += [(visit.run(name), 0) for name in ("small", "large") if visit.run(name)]
known: dict[str, Training] = trainings(store, named) if store is not None else {}
if visit.request is None and known:
    state.want(next(iter(known.values())).networks)
    state.change(view=visit.view)
    visit = state.visit()
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

acts = {
    "networks": (_("Measure"), "straighten", asking.measure, visit.request is not None),
    "edge": (_("Record"), "show_chart", asking.record, True),
    "batches": (_("Train both"), "school", asking.train_pair, True),
}
label, icon, act, ready = acts[visit.view]
with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        about = _("How steep it is around what training found: a number, and what it is worth.")
        st.markdown(f"# {plain(guide.title or _('Sharpness'))}\n{plain(about)}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        st.button(
            label,
            key=f"sharpness.{visit.view}.go",
            type="primary",
            icon=f":material/{icon}:",
            disabled=store is None or not ready or held_back(guide),
            on_click=act,
        )
        offer(lambda: Sharing(state.link(), state.link()), "sharpness.share")
draw_part(guide, "view", partial(choose_view, visit), partial(tell_view, visit))
# What is measured already would give the answer away.
answered = show_asked(guide)
views: dict[str, Draw] = {
    "networks": partial(show_networks, known),
    "edge": show_edge,
    "batches": partial(show_batches, known),
}
opened = [name for name in state.RUNS[visit.view] if visit.run(name)]
if store is not None and opened and answered:
    follow(store, visit.view, views[visit.view])
elif answered:
    empty = {
        "networks": _(
            "Press Measure: eigenvalues, trace, spectrum, Keskar's box and SAM's ball, network by"
            " network. You may close the tab; the link of this page finds it again."
        ),
        "edge": _(
            "Press Record: the networks are trained with whole batches, and how sharp the loss is"
            " where they stand is measured on the way."
        ),
        "batches": _(
            "Press Train both: the same network from the same start, once with batches of 32"
            " pictures and once with 400; then the line between them and the sharpness of both."
        ),
    }
    if visit.view == "networks" and visit.request is None:
        with st.container(key="empty", border=True):
            st.markdown(
                plain(_("There is no trained network yet: train some in the lab, and come back."))
            )
            st.page_link("training.py", label=_("Training lab"), icon=":material/school:")
    else:
        with st.container(key="empty", border=True):
            st.markdown(plain(empty[visit.view]))

if not guide:
    show_maker(of_sharpness)
with st.sidebar:
    draw_part(
        guide,
        "settings",
        partial(choose_settings, visit, known),
        partial(tell_view_settings, visit, known),
    )
state.write_address()
