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
from pages.ui.sharpness.set_up import choose_batches, choose_edge, choose_networks, choose_view
from pages.ui.sharpness.tables import show_networks
from pages.ui.training.watching import store as open_store
from pages.ui.words import _, plain, reason

visit = state.visit()
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
        st.markdown(f"# {plain(_('Sharpness'))}\n{plain(about)}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        st.button(
            label,
            key=f"sharpness.{visit.view}.go",
            type="primary",
            icon=f":material/{icon}:",
            disabled=store is None or not ready,
            on_click=act,
        )
        offer(lambda: Sharing(state.link(), state.link()), "sharpness.share")
choose_view(visit)
views: dict[str, Draw] = {
    "networks": partial(show_networks, known),
    "edge": show_edge,
    "batches": partial(show_batches, known),
}
opened = [name for name in state.RUNS[visit.view] if visit.run(name)]
if store is not None and opened:
    follow(store, visit.view, views[visit.view])
else:
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

with st.sidebar:
    if visit.view == "networks" and visit.request is not None:
        choose_networks(visit.request, known)
    elif visit.view == "edge":
        choose_edge(visit)
    elif visit.view == "batches":
        choose_batches()
state.write_address()
