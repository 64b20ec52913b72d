"""The loss around networks that were found: slices, planes, lines and the paths to them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore
from pages.ui.landscape import asking, state
from pages.ui.landscape.live import found, show_live
from pages.ui.landscape.networks import Training, trainings
from pages.ui.landscape.pictures_panel import show_pictures
from pages.ui.landscape.teaching import about_request, choose_parts, of_landscape
from pages.ui.sharing import Sharing, offer
from pages.ui.teaching import visits
from pages.ui.teaching.guided import held_back, show_asked
from pages.ui.teaching.making import show_maker
from pages.ui.training.watching import store as open_store
from pages.ui.words import _, plain, reason

state.arrived()
request = state.open_link()
if state.goes_to_playground():
    st.switch_page("playground.py")
store: JobStore | None = None
try:
    store = open_store()
except JobRefusedError as error:
    st.error(plain(reason(error)), icon=":material/error:")
named = request.networks if request is not None else ()
guide = visits.guide_of(state.PAGE)
known: dict[str, Training] = trainings(store, named) if store is not None else {}
if request is None and known:
    state.set_up(state.begun(next(iter(known.values())).networks))
    request = state.open_link()
opened = found(store) if store is not None else None
if sentence := state.notice():
    st.toast(plain(sentence), icon=":material/info:", duration="long")

with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
    with st.container(key="heading"):
        about = _("What a trained network found, and what lies around it.")
        if request is not None:
            about = about_request(request, known, guide) or about
        title = guide.title or _("Landscape of a network")
        st.markdown(f"# {plain(title)}\n{plain(about)}")
    with st.container(key="actions", horizontal=True, width="content", gap="small"):
        st.button(
            _("Measure"),
            key="measure",
            type="primary",
            icon=":material/landscape:",
            disabled=store is None or request is None or held_back(guide),
            on_click=asking.draw,
        )
        link = partial(state.link, request)
        offer(lambda: Sharing(link(), link()), "landscape.share")

# A picture that is there already would give the answer away.
answered = show_asked(guide)
if opened is not None and store is not None and answered:
    show_live(store, known)
elif answered:
    with st.container(key="empty", border=True):
        if request is None:
            st.markdown(
                plain(_("There is no trained network yet: train some in the lab, and come back."))
            )
            st.page_link("training.py", label=_("Training lab"), icon=":material/school:")
        else:
            st.markdown(
                plain(
                    _(
                        "Press Measure: a coarse picture comes at once, a finer one after it. You"
                        " may close the tab; the link of this page finds it again."
                    )
                )
            )
if store is not None and not guide:
    show_pictures(store, known)
    show_maker(partial(of_landscape, request))

with st.sidebar:
    if request is not None:
        choose_parts(request, known, guide)
state.write_address(request)
