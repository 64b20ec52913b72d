"""The parts of an experiment in the sidebar: free, locked (told, no widget) or hidden.

What is locked or hidden is not drawn as a widget at all, so there is nothing that a visitor could
make active again; and what a change would do to it is undone where changes are made (``state``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import streamlit as st

from landscapes import Knob, Value
from optim_core import NOISES, OPTIMIZERS, SCHEDULES, Entry, Scenario
from optim_core.run_knobs import RUN_KNOBS
from pages.ui import body, state
from pages.ui.desk import PLAYGROUND
from pages.ui.line_up import choose_line_up, paint_line_up
from pages.ui.presentation import Presentation
from pages.ui.setting_up import choose_rest, choose_steps
from pages.ui.shown import SETTING
from pages.ui.starts import choose_starts
from pages.ui.styling import entry_styles, told_value
from pages.ui.surface_picker import choose_surface
from pages.ui.teaching.guide import OF_SCENARIO, Guide
from pages.ui.words import _, listed, plain
from pages.ui.writing import written_place

Draw = Callable[[Scenario], None]


OF_SETTING = ("surface", "starts", "steps")


def has_parts(parts: Iterable[str] = OF_SCENARIO) -> bool:
    """Whether any of ``parts`` is there, to choose or to read."""
    return not set(parts) <= set(state.presentation().guide.hidden)


def choose_parts(*, painted: bool = False) -> None:
    """Draw every part of the visit's scenario as its guide has it.

    ``painted`` says that the line-up's cards have their colours already.
    """
    if not painted and "line_up" not in state.presentation().guide.fixed:
        paint_line_up(PLAYGROUND)
    if has_parts(OF_SETTING):
        body.draw_alone(SETTING, partial(_choose, OF_SETTING))
    _choose(("line_up", "rest"))


def _choose(parts: Iterable[str]) -> None:
    scenario, guide = state.open_link(), state.presentation().guide
    for part in parts:
        choose, told = _DRAWN[part]
        draw_part(guide, part, partial(choose, scenario), partial(told, scenario))


def draw_part(
    guide: Guide, part: str, choose: Callable[[], object], tell: Callable[[], object]
) -> None:
    """One part of a page as ``guide`` has it: free to choose, told, or not there at all."""
    if part in guide.hidden:
        return
    if part not in guide.locked:
        choose()
        return
    with st.container(key=f"locked-{part}", gap=None):
        tell()


def is_free(part: str) -> bool:
    """Whether the visit may change ``part``."""
    return part not in state.presentation().guide.fixed


def _choose_line_up(scenario: Scenario) -> None:
    del scenario
    st.subheader(_("Line-up"))
    choose_line_up(PLAYGROUND)


def _choose_rest(scenario: Scenario) -> None:
    with st.expander(_("Schedule, noise, clipping"), key="rest", on_change="rerun") as rest:
        if rest.open:
            choose_rest(scenario)


def _tell_surface(scenario: Scenario) -> None:
    surface = scenario.landscape()
    tell(_("Surface"), [_(surface.title)])
    tell_settings(surface.knobs, dict(surface.settings))


def _tell_starts(scenario: Scenario) -> None:
    tell(_("Starts"), [written_place(x, y) for x, y in scenario.starts])


def _tell_steps(scenario: Scenario) -> None:
    tell(_("Steps"), [told_value(RUN_KNOBS["steps"], scenario.config.steps)])


def _tell_line_up(scenario: Scenario) -> None:
    tell_entries(scenario.entries, state.presentation())


def tell_entries(entries: tuple[Entry, ...], present: Presentation) -> None:
    """A line-up with all its settings, in words."""
    st.subheader(_("Line-up"))
    for entry, style in zip(entries, entry_styles(entries, present), strict=True):
        st.markdown(f"**{plain(style.title)}**")
        tell_settings(OPTIMIZERS[entry.optimizer].knobs, dict(entry.settings))


def _tell_rest(scenario: Scenario) -> None:
    config = scenario.config
    schedule, noise = SCHEDULES[config.schedule.key], NOISES[config.noise.key]
    tell(_("Learning-rate schedule"), [_(schedule.title)])
    tell_settings(schedule.knobs, dict(config.schedule.settings))
    tell(_("Gradient noise"), [_(noise.title)])
    tell_settings(noise.knobs, dict(config.noise.settings))
    limits = {key: getattr(config, key) for key in ("clip_norm", "clip_value")}
    set_limits = {key: value for key, value in limits.items() if value is not None}
    tell_settings([RUN_KNOBS[key] for key in set_limits], set_limits)


def tell(label: str, values: Iterable[str]) -> None:
    """A part that is locked, in words."""
    lock = ":material/lock:"
    st.markdown(f"{lock} **{plain(label)}**: {plain(listed(list(values)))}")


def tell_settings(knobs: Iterable[Knob], settings: Mapping[str, Value]) -> None:
    """Its settings, each with its value."""
    told = [f"{_(knob.title)} {told_value(knob, settings[knob.key])}" for knob in knobs]
    if told:
        st.caption(plain(listed(told)))


_DRAWN: dict[str, tuple[Draw, Draw]] = {
    "surface": (choose_surface, _tell_surface),
    "starts": (choose_starts, _tell_starts),
    "steps": (choose_steps, _tell_steps),
    "line_up": (_choose_line_up, _tell_line_up),
    "rest": (_choose_rest, _tell_rest),
}
"""How each part is chosen, and how it is told where it cannot be, in the order of the sidebar."""
