"""The pictures of a visitor: look at one, delete one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run
from optim_core.training.landscape.request import from_spec
from pages.ui.landscape import asking, state
from pages.ui.landscape.live import state_of, title_of
from pages.ui.landscape.networks import Training
from pages.ui.landscape.set_up import name_of
from pages.ui.visitor import visitor
from pages.ui.words import _, listed, plain

LISTED = 20


def show_pictures(store: JobStore, known: Mapping[str, Training]) -> None:
    """The list, newest first."""
    try:
        runs = [run for run in store.list(visitor()) if run.kind == asking.KIND][:LISTED]
    except JobRefusedError:
        return
    title = _("My pictures ({number})").format(number=len(runs))
    with st.expander(title, key="pictures", on_change="rerun") as panel:
        if not panel.open:
            return
        if not runs:
            st.caption(_("Nothing yet. Pictures stay here for weeks, in this browser."))
        for run in runs:
            _show_picture(run, known)


def _show_picture(run: Run, known: Mapping[str, Training]) -> None:
    request = from_spec(run.spec)
    when = datetime.fromtimestamp(run.submitted_at, UTC).astimezone()
    first = name_of(request.networks[0], known)
    about = [first, state_of(run), when.strftime("%Y-%m-%d %H:%M")]
    with st.container(
        key=f"picture-{run.id}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(f"**{plain(title_of(request))}**")
        st.caption(plain(listed(about)))
        for what, label, icon, act in (
            ("open", _("Open"), "visibility", partial(_open, run)),
            ("delete", _("Delete"), "delete", partial(asking.delete, run.id)),
        ):
            st.button(
                label,
                key=f"picture.{run.id}.{what}",
                icon=f":material/{icon}:",
                type="tertiary",
                on_click=act,
            )


def _open(run: Run) -> None:
    """Look at this picture, with what it was asked for in the sidebar."""
    state.set_up(from_spec(run.spec))
    state.lay_open(run.id)
