"""The runs of a visitor: look at them, lay several over one another, name, delete, take home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from optim_core.jobs import JobRefusedError, JobStore, Run, State, UnreadableFileError
from optim_core.jobs.plain import MAX_NAME
from optim_core.jobs.tensor_files import unpack
from optim_core.training import Experiment
from optim_core.training.exporting import (
    epochs_csv,
    file_name,
    log_json,
    network_weights,
    steps_csv,
)
from optim_core.training.job import WEIGHTS
from optim_core.training.log import TrainingLog
from pages.ui.choosing import worded
from pages.ui.training import asking, state
from pages.ui.training.titles import name_of, networks, state_of, styles_of, subject
from pages.ui.training.watching import experiment_of, own_log
from pages.ui.visitor import visitor
from pages.ui.words import _, listed, plain

LISTED = 30

Writer = Callable[[TrainingLog, Experiment, Sequence[str]], str]


def listed_runs(store: JobStore) -> tuple[Run, ...]:
    """The trainings of the visitor, newest first; none while the store is busy."""
    try:
        return tuple(run for run in store.list(visitor()) if run.kind == asking.KIND)
    except JobRefusedError:
        return ()


def show_runs(store: JobStore, listed_ones: Sequence[Run]) -> None:
    """The list, newest first; what is checked is laid open.

    Args:
        store: where they are.
        listed_ones: as :func:`listed_runs` gives them.
    """
    runs = listed_ones[:LISTED]
    with st.expander(
        _("My runs ({number})").format(number=len(runs)), key="runs", on_change="rerun"
    ) as panel:
        if not panel.open:
            return
        if not runs:
            st.caption(_("Nothing yet. Runs stay here for weeks, in this browser."))
        for run in runs:
            _show_run(store, run)


def _show_run(store: JobStore, run: Run) -> None:
    experiment = experiment_of(run)
    shown = run.id in state.open_runs()
    with st.container(
        key=f"listed-{run.id}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        key = f"listed.{run.id}.shown"
        if st.session_state.get(key) != shown:
            st.session_state[key] = shown
        st.checkbox(
            f"**{plain(name_of(run, experiment))}**",
            key=key,
            disabled=not shown and len(state.open_runs()) >= state.MOST_RUNS,
            help=_("Checked runs are drawn over one another."),
            on_change=_toggle,
            args=(run.id,),
        )
        when = datetime.fromtimestamp(run.submitted_at, UTC).astimezone()
        about = [subject(experiment), networks(experiment.rows), state_of(run)]
        if best := _accuracy(store, run):
            about.append(best)
        st.caption(plain(listed([*about, when.strftime("%Y-%m-%d %H:%M")])))
        _button(run, "open", _("Open"), "visibility", partial(_open, run))
        _show_menu(store, run, experiment)


def _accuracy(store: JobStore, run: Run) -> str:
    """The best test accuracy of a run that is done."""
    if run.state is not State.DONE:
        return ""
    try:
        result = store.result(run.id)
    except JobRefusedError:
        return ""
    found = [share for share in result["test_accuracy"] if share is not None]
    return _("best test accuracy {share:.1%}").format(share=max(found)) if found else ""


def _show_menu(store: JobStore, run: Run, experiment: Experiment) -> None:
    menu = st.popover(
        _("More"), key=f"listed.{run.id}.menu", icon=":material/more_vert:", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        key = f"listed.{run.id}.name"
        if key not in st.session_state:
            st.session_state[key] = run.name
        st.text_input(
            _("Name"),
            key=key,
            max_chars=MAX_NAME,
            placeholder=subject(experiment),
            on_change=lambda: asking.rename(run.id, str(st.session_state.get(key, run.name))),
        )
        _offer_files(store, run, experiment)
        _button(run, "set-up", _("Set this up again"), "tune", partial(state.adopt, run.spec))
        _button(run, "delete", _("Delete"), "delete", partial(asking.delete, run.id))


def _offer_files(store: JobStore, run: Run, experiment: Experiment) -> None:
    """Curves, the whole log and the weights; each is made only once somebody wants it.

    It is made in a thread of the server that knows no visit: its words are found here.
    """
    titles = [style.title for style in styles_of(experiment)]
    gone = _("This run is not on the server any more.")
    kinds: tuple[tuple[str, str, str, str, Writer], ...] = (
        ("csv", _("Curves by epoch"), "curves", "text/csv", epochs_csv),
        ("steps", _("Loss by step"), "steps", "text/csv", steps_csv),
        ("json", _("Everything"), "log", "application/json", log_json),
    )
    for key, label, what, mime, write in kinds:
        ending = "json" if key == "json" else "csv"
        st.download_button(
            f"{label} (.{ending})",
            partial(_written, store, run.id, experiment, titles, write, gone),
            file_name=file_name(experiment, what, ending, run.name),
            mime=mime,
            key=f"listed.{run.id}.{key}",
            icon=":material/download:",
            on_click="ignore",
        )
    if run.state is State.DONE:
        _offer_weights(store, run, experiment)


def _written(
    store: JobStore,
    run: str,
    experiment: Experiment,
    titles: Sequence[str],
    write: Writer,
    gone: str,
) -> str:
    """A file of a run, or the sentence ``gone`` where there is no run any more."""
    try:
        store.status(run)
        return write(own_log(store, run), experiment, titles)
    except (JobRefusedError, OSError, UnreadableFileError):
        return gone


def _offer_weights(store: JobStore, run: Run, experiment: Experiment) -> None:
    titles = [style.title for style in styles_of(experiment)]
    rows = [(title, seed) for title in titles for seed in experiment.seeds]
    row = st.selectbox(
        _("Weights of"),
        range(len(rows)),
        format_func=lambda number: _("{entry}, seed {seed}").format(
            entry=rows[number][0], seed=rows[number][1]
        ),
        key=worded(f"listed.{run.id}.row"),
    )
    st.download_button(
        _("Weights (.safetensors)"),
        lambda: _weights(store, run, experiment, int(row or 0)),
        file_name=file_name(experiment, f"weights-{int(row or 0)}", "safetensors", run.name),
        mime="application/octet-stream",
        key=f"listed.{run.id}.weights",
        icon=":material/download:",
        on_click="ignore",
    )


def _weights(store: JobStore, run: Run, experiment: Experiment, row: int) -> bytes:
    try:
        return network_weights(unpack(store.artifact(run.id, WEIGHTS)), experiment, row)
    except (JobRefusedError, OSError, ValueError, KeyError):
        return b""


def _button(run: Run, what: str, label: str, icon: str, act: Callable[[], None]) -> None:
    st.button(
        label,
        key=f"listed.{run.id}.{what}",
        icon=f":material/{icon}:",
        type="tertiary",
        on_click=act,
    )


def _open(run: Run) -> None:
    """Look at this run alone, with its set-up in the sidebar."""
    state.adopt(run.spec, [run.id])


def _toggle(run: str) -> None:
    opened = state.open_runs()
    if st.session_state[f"listed.{run}.shown"]:
        state.lay_open([*opened, run])
    else:
        state.lay_open([one for one in opened if one != run])
