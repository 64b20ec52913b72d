"""The panels that say how the race is run: steps, and what every entry shares."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import streamlit as st

from landscapes import Knob, Value
from optim_core import NOISES, SCHEDULES, Noise, RunConfig, Scenario, Schedule
from optim_core.run_knobs import RUN_KNOBS
from pages.ui import state
from pages.ui.choosing import choose
from pages.ui.controls import draw_knob, draw_knobs
from pages.ui.room import choose_streams
from pages.ui.words import _, plain


def choose_steps(scenario: Scenario) -> None:
    """How long the race is."""
    _choose_config("steps", scenario.config)


def choose_rest(scenario: Scenario) -> None:
    """Schedule, noise, clipping and tolerance: what every entry shares."""
    config = scenario.config
    _choose_declared("schedule", _("Learning-rate schedule"), SCHEDULES, config.schedule)
    _choose_declared("noise", _("Gradient noise"), NOISES, config.noise)
    if config.noise.key != "none":
        _choose_config("seed", config)
    if config.noise.key != "none" or config.noise_seeds > 1:
        choose_streams(scenario)
    _choose_limit("clip_norm", config)
    _choose_limit("clip_value", config)
    _choose_config("tolerance", config)


def _choose_config(name: str, config: RunConfig) -> None:
    draw_knob(RUN_KNOBS[name], getattr(config, name), f"config.{name}", partial(set_config, name))


def _choose_limit(name: str, config: RunConfig) -> None:
    """A switch for a limit that is off by default, and its slider once it is on."""
    knob, limit = RUN_KNOBS[name], getattr(config, name)
    switch = state.view(f"config.{name}.on", limit is not None, partial(switch_limit, knob))
    st.toggle(plain(_(knob.title)), limit is not None, help=plain(_(knob.help)), **switch)
    if limit is not None:
        _choose_config(name, config)


def _choose_declared(name: str, label: str, registry: Any, present: Schedule | Noise) -> None:
    titles = {key: _(spec.title) for key, spec in registry.items()}
    change_kind = partial(set_kind, name, type(present))
    choose(label, titles, f"config.{name}", present.key, change_kind, state.view)
    spec = registry[present.key]
    if spec.story and present.key not in ("constant", "none"):
        st.caption(plain(_(spec.story)))
    change = partial(set_kind_knob, name)
    draw_knobs(spec.knobs, dict(present.settings), f"config.{name}.{spec.key}", change)


def set_config(name: str, scenario: Scenario, value: Any) -> Scenario:
    """One field of the run configuration changed."""
    config = dataclasses.replace(scenario.config, **{name: value})
    return dataclasses.replace(scenario, config=config)


def set_kind(
    name: str, kind: type[Schedule] | type[Noise], scenario: Scenario, key: str
) -> Scenario:
    """Another schedule or noise, with its default settings."""
    return set_config(name, scenario, kind(key))


def set_kind_knob(name: str, scenario: Scenario, key: str, value: Value) -> Scenario:
    """The schedule or noise with one of its settings changed."""
    present = getattr(scenario.config, name)
    settings = {**dict(present.settings), key: value}
    return set_config(name, scenario, dataclasses.replace(present, settings=settings))


def switch_limit(knob: Knob, scenario: Scenario, on: bool) -> Scenario:
    """A limit on at the default of its knob, or off."""
    return set_config(knob.key, scenario, knob.default if on else None)
