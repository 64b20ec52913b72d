"""The panels of the sidebar: network, seeds, epochs, batches, and what every entry shares."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from landscapes import Knob, Value
from optim_core import SCHEDULES, Schedule
from optim_core.training import DATASETS, NETWORKS, TRAINING_KNOBS, Experiment
from optim_core.training.experiment import MAX_ROWS
from optim_core.training.networks import networks_for
from optim_core.training.seeding import FIRST_SEED, SEED_COUNT
from pages.ui.choosing import choose
from pages.ui.controls import draw_knob, draw_knobs
from pages.ui.training import state
from pages.ui.training.titles import amount
from pages.ui.words import _, following, plain


def choose_network(experiment: Experiment) -> None:
    """The network with its settings, and how large and dear it is."""
    kind = DATASETS[experiment.dataset].kind
    titles = {key: _(NETWORKS[key].title) for key in networks_for(kind)}
    choose(
        _("Network"),
        titles,
        "experiment.network",
        experiment.network,
        set_network,
        state.view,
        help=_("Listed are the networks that read text.") if kind == "text" else None,
    )
    spec, built = NETWORKS[experiment.network], experiment.built_network()
    told = _("{parameters:,} parameters in {layers} layers, {cost} operations a picture.")
    if kind == "text":
        told = _("{parameters:,} parameters in {layers} layers, {cost} operations a passage.")
    told = told.format(
        parameters=built.size, layers=len(built.layer_names), cost=amount(built.flops())
    )
    st.caption(plain(following(_(spec.story), told)), help=plain(spec.source))
    settings = dict(experiment.network_settings)
    with st.expander(_("Settings of the network"), key="network.more", on_change="rerun") as more:
        if more.open:
            draw_knobs(spec.knobs, settings, f"net.{spec.key}", set_network_setting, state.view)


def choose_length(experiment: Experiment) -> None:
    """How many seeds, epochs, examples a batch."""
    seeds = experiment.seeds
    draw_knob(SEED_COUNT, len(seeds), "experiment.seed_count", set_seed_count, state.view)
    for name in ("epochs", "batch_size"):
        _choose(name, experiment)


def choose_rest(experiment: Experiment) -> None:
    """What is seldom changed: which seeds, schedule, clipping, precision."""
    draw_knob(FIRST_SEED, experiment.seeds[0], "experiment.first_seed", set_first_seed, state.view)
    _choose("order_seed", experiment)
    _choose_schedule(experiment.schedule)
    for name in ("clip_norm", "clip_value"):
        _choose_limit(name, experiment)
    for name in ("precision", "compiled", "record_every"):
        _choose(name, experiment)


def _choose(name: str, experiment: Experiment) -> None:
    knob, value = TRAINING_KNOBS[name], getattr(experiment, name)
    draw_knob(knob, value, f"experiment.{name}", partial(set_field, name), state.view)


def _choose_limit(name: str, experiment: Experiment) -> None:
    """A switch for a limit that is off by default, and its slider once it is on."""
    knob, limit = TRAINING_KNOBS[name], getattr(experiment, name)
    switch = state.view(f"experiment.{name}.on", limit is not None, partial(switch_limit, knob))
    st.toggle(plain(_(knob.title)), limit is not None, help=plain(_(knob.help)), **switch)
    if limit is not None:
        _choose(name, experiment)


def _choose_schedule(present: Schedule) -> None:
    titles = {key: _(spec.title) for key, spec in SCHEDULES.items()}
    label, key = _("Learning-rate schedule"), "experiment.schedule"
    choose(label, titles, key, present.key, set_schedule, state.view)
    spec = SCHEDULES[present.key]
    if spec.story and present.key != "constant":
        st.caption(plain(_(spec.story)))
    settings, prefix = dict(present.settings), f"experiment.schedule.{spec.key}"
    draw_knobs(spec.knobs, settings, prefix, set_schedule_setting, state.view)


def set_network(experiment: Experiment, key: str) -> Experiment:
    """Another network, at its defaults."""
    return experiment.changed(network=key)


def set_network_setting(experiment: Experiment, key: str, value: Value) -> Experiment:
    """One setting of the network changed."""
    settings = {**dict(experiment.network_settings), key: value}
    return experiment.changed(network_settings=tuple(settings.items()))


def set_field(name: str, experiment: Experiment, value: Any) -> Experiment:
    """One plain field changed."""
    return experiment.changed(**{name: value})


def switch_limit(knob: Knob, experiment: Experiment, on: bool) -> Experiment:
    """A limit on at the default of its knob, or off."""
    return experiment.changed(**{knob.key: knob.default if on else None})


def set_schedule(experiment: Experiment, key: str) -> Experiment:
    """Another schedule, at its defaults."""
    return experiment.changed(schedule=Schedule(key))


def set_schedule_setting(experiment: Experiment, key: str, value: Value) -> Experiment:
    """One setting of the schedule changed."""
    present = experiment.schedule
    settings = {**dict(present.settings), key: value}
    return experiment.changed(schedule=Schedule(present.key, tuple(settings.items())))


def set_seed_count(experiment: Experiment, number: int) -> Experiment:
    """So many seeds, as many as the line-up leaves room for, from the first one on."""
    most = MAX_ROWS // len(experiment.entries)
    return _seeded(experiment, experiment.seeds[0], min(number, most))


def set_first_seed(experiment: Experiment, first: int) -> Experiment:
    """As many seeds as before, from another one on."""
    return _seeded(experiment, first, len(experiment.seeds))


def _seeded(experiment: Experiment, first: int, count: int) -> Experiment:
    return experiment.changed(seeds=tuple(range(first, first + count)))
