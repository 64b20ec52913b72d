"""What is learned from: the data set, what it is, whose it is, and how to get it."""

from __future__ import annotations

import streamlit as st

from landscapes import Value
from optim_core.training import DATASETS, Experiment
from optim_core.training.data import DatasetSpec
from optim_core.training.networks import networks_for
from pages.ui.choosing import choose
from pages.ui.controls import draw_knobs
from pages.ui.training import fetching, state
from pages.ui.words import _, following, plain

LOOK_SECONDS = 1.0


def choose_dataset(experiment: Experiment) -> None:
    """The data set with its settings, its size, its source and its licence."""
    titles = {key: _(spec.title) for key, spec in DATASETS.items()}
    key = "experiment.dataset"
    choose(_("Data set"), titles, key, experiment.dataset, set_dataset, state.view)
    spec = DATASETS[experiment.dataset]
    train, validation, test = spec.part_sizes
    sizes = _("{train:,} pictures to train, {validation:,} to validate, {test:,} to test.")
    if spec.kind == "text":
        sizes = _("{train:,} passages to train, {validation:,} to validate, {test:,} to test.")
    counted = sizes.format(train=train, validation=validation, test=test)
    told = following(_(spec.story), counted)
    origin = _("Source: {source}. Licence: {licence}.")
    st.caption(plain(told), help=plain(origin.format(source=spec.source, licence=spec.licence)))
    if not spec.present():
        _offer(spec)
    settings = dict(experiment.dataset_settings)
    draw_knobs(spec.knobs, settings, f"data.{spec.key}", set_dataset_setting, state.view)


def _offer(spec: DatasetSpec) -> None:
    """How to get a data set that is not here."""
    if not spec.files:
        st.warning(_("Its pictures are not on this server."), icon=":material/cloud_off:")
        return
    busy = fetching.fetching(spec.key).busy
    show = st.fragment(_show_fetching, run_every=LOOK_SECONDS if busy else None)
    show(spec.key, busy)


def _show_fetching(key: str, busy: bool) -> None:
    spec, own = DATASETS[key], fetching.fetching(key)
    if busy != own.busy:
        st.rerun()
    if own.busy:
        st.progress(own.share, _("Fetching {share:.0%}").format(share=own.share))
        return
    if own.failed:
        command = f"python -m optim_core.training.data.fetch {key}"
        if own.unreachable:
            told = _(
                "It could not be fetched: this server may have no way to the internet. On a"
                " computer that has one, run {command} and bring the folder here."
            )
        else:
            told = _(
                "It could not be fetched; the server's log says why. Try again, or run {command}"
                " on another computer and bring the folder here."
            )
        st.warning(plain(told.format(command=command)), icon=":material/cloud_off:")
    size = spec.download_bytes / 1e6
    st.button(
        _("Fetch it: {size:.0f} MB").format(size=size),
        key="data.fetch",
        icon=":material/download:",
        width="stretch",
        on_click=fetching.begin,
        args=(key,),
    )


def set_dataset(experiment: Experiment, key: str) -> Experiment:
    """Another data set, at its defaults; and a network that reads it, where this one does not."""
    suited = networks_for(DATASETS[key].kind)
    if experiment.network not in suited:
        return experiment.changed(dataset=key, network=suited[0])
    return experiment.changed(dataset=key)


def set_dataset_setting(experiment: Experiment, key: str, value: Value) -> Experiment:
    """One setting of the data set changed."""
    settings = {**dict(experiment.dataset_settings), key: value}
    return experiment.changed(dataset_settings=tuple(settings.items()))
