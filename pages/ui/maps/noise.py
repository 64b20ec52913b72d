"""The noise ensemble: many noise seeds of one start, as a fan, as end points, and as escapes."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from landscapes import Choice, CriticalPoint, Knob, Surface
from optim_core import NOISES, Noise, Scenario
from optim_core.maps import MapRequest
from optim_core.maps.ensembles import Ensemble, EnsembleRequest
from optim_core.maps.escaping import NOISE_PREFIX, Escape, EscapeRequest, escape_knobs
from optim_core.maps.run_tables import ensemble_table, escape_table
from optim_core.sweeping import setting_of
from pages.figures import Axes, Density, Ground, Rule, Series, densities, ranges
from pages.player import show_figure
from pages.ui import state
from pages.ui.maps.endings import percent
from pages.ui.maps.files import offer_table
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.plotting import SMALLEST, show_table, styles_of, theme, titles_of
from pages.ui.maps.settings import draw_settings
from pages.ui.setting_up import set_config
from pages.ui.starts import set_starts
from pages.ui.words import _, listed, plain

CELLS = 45
GRID = 61
MOST_WELLS = 4
"""Buttons that start in a minimum: as many as fit a row."""

NOISE_SIZE = {"gaussian": "noise_scale", "minibatch": "noise_batch_size"}
"""Which setting of each kind of noise says how much of it there is."""


def choose(scenario: Scenario, settings: Settings) -> None:
    """What is shown, how many seeds, and ways to the set-up that the question needs."""
    with st.container(key="map-controls", horizontal=True, gap="medium"):
        with st.container(width=340):
            draw_settings(NOISE, settings, "view", "seeds")
        if settings["view"] == "escape":
            with st.container(width=340):
                draw_settings(NOISE, settings, "against")
    with st.container(key="map-ways", horizontal=True, gap="small"):
        if scenario.config.noise.key == "none":
            st.button(
                _("Add gradient noise"),
                key="map.noise.add",
                icon=":material/grain:",
                on_click=partial(state.apply, partial(set_config, "noise"), STEADY),
            )
        surface = scenario.landscape()
        minima = surface.declared(surface.minima)
        if 1 < len(minima) <= MOST_WELLS:
            for index, minimum in enumerate(minima):
                st.button(
                    plain(_("Start in {minimum}").format(minimum=_named(minimum, index))),
                    key=f"map.noise.start.{index}",
                    icon=":material/location_on:",
                    on_click=partial(state.apply, set_starts, ((minimum.x, minimum.y),)),
                )


STEADY = Noise("gaussian", {"scale": 3.0, "decay": 0.0})
"""What the button adds: enough to shake a ball out of the sharp minimum now and then."""


def _named(minimum: CriticalPoint, index: int) -> str:
    if minimum.name:
        return _("the {name} minimum").format(name=_(minimum.name))
    return _("minimum {number}").format(number=index + 1)


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """The fan, or the escape curve."""
    seeds, knob = int(settings["seeds"]), knob_of(scenario, settings)
    if settings["view"] == "fan":
        return EnsembleRequest(scenario=scenario, seeds=seeds)
    if scenario.config.noise.key != "none" and knob not in escape_knobs(scenario):
        raise ValueError(
            _(
                "No optimizer of the line-up has this setting: vary another one, or add an "
                "optimizer."
            )
        )
    return EscapeRequest(scenario=scenario, knob=knob, seeds=seeds)


def knob_of(scenario: Scenario, settings: Settings) -> str:
    """The knob that the escapes are measured against, as ``escape_knobs`` calls it."""
    against = str(settings["against"])
    if against != "noise":
        return against
    return NOISE_SIZE.get(scenario.config.noise.key, "noise")


def draw(scenario: Scenario, settings: Settings, result: Ensemble | Escape) -> None:
    """What there is of it."""
    del settings
    if isinstance(result, Ensemble):
        _show_ensemble(scenario, result)
    else:
        _show_escape(scenario, result)


def _show_ensemble(scenario: Scenario, found: Ensemble) -> None:
    styles, surface = styles_of(scenario), scenario.landscape()
    fan = found.fan - found.floor
    series = [
        Series(
            title=style.title,
            colour=style.colour,
            dash=style.dash,
            x=found.steps.astype(float),
            middle=fan[entry, :, 1],
            low=fan[entry, :, 0],
            high=fan[entry, :, 2],
        )
        for entry, style in enumerate(styles)
    ]
    later = fan[:, 1:]  # a start in the minimum itself has no logarithm
    known = later[np.isfinite(later) & (later > 0)]
    wide = len(known) > 0 and known.max() / known.min() > 1e3
    axes = Axes(
        x=_("Step"),
        y=_("Loss above the lowest known"),
        y_scale="log" if wide else "linear",
        heading=_("The fan of {seeds} noise seeds").format(seeds=int(found.seeds.min())),
        beyond=_("diverged"),
        lowest=max(SMALLEST * float(known.max()), float(known.min()) / 2) if wide else None,
    )
    figure = ranges(series, axes, theme(), height=380)
    show_figure(figure, key="map.noise.fan", label=_("Loss of many noise seeds"))
    st.caption(
        plain(
            _(
                "Lines are medians, bands hold 10 to 90 % of the runs. All optimizers meet the "
                "same noise, seed by seed."
            )
        )
    )
    counted = [found.density(entry, CELLS, surface) for entry in range(len(styles))]
    panels = [
        Density(style.title, style.colour, counts)
        for style, (counts, _outside) in zip(styles, counted, strict=True)
    ]
    ground = Ground(*surface.grid(GRID), log=surface.log_z)
    show_figure(
        densities(
            panels,
            ground,
            scenario.starts[0],
            _("{number} runs ended here"),
            theme(),
            columns=min(len(panels), 2),
        ),
        key="map.noise.ends",
        label=_("Where the runs ended"),
    )
    _tell_ends(scenario, found, [outside for _counts, outside in counted])
    offer_table(partial(ensemble_table, found, titles_of(scenario)), "ensemble")


def _tell_ends(scenario: Scenario, found: Ensemble, outside: list[int]) -> None:
    """Which share of the runs ended at which minimum."""
    surface = scenario.landscape()
    minima = surface.declared(surface.minima)[:MOST_WELLS]
    heads = [_("Entry"), *(_named(minimum, index) for index, minimum in enumerate(minima))]
    rows = []
    for entry, title in enumerate(titles_of(scenario)):
        count = int(found.seeds[entry])
        reached = found.reached[entry, :count]
        at = [percent(float((reached == index).mean())) for index in range(len(minima))]
        gone = float(found.stopped[entry, :count].mean())
        rows.append((title, *at, percent(outside[entry] / count), percent(gone)))
    show_table([*heads, _("Outside the picture"), _("Diverged")], rows)
    st.caption(plain(_("At a minimum: within a fiftieth of the picture of it at the last step.")))


def _show_escape(scenario: Scenario, found: Escape) -> None:
    styles, surface = styles_of(scenario), scenario.landscape()
    share, low, high = found.shares()
    values = np.array(found.request.values)
    knob = escape_knobs(scenario)[found.request.knob]
    series = []
    for entry, style in enumerate(styles):
        there = found.left[entry] >= 0
        if there.any():
            series.append(
                Series(
                    title=style.title,
                    colour=style.colour,
                    dash=style.dash,
                    marker=style.marker,
                    x=values[there],
                    middle=share[entry, there],
                    low=low[entry, there],
                    high=high[entry, there],
                    bars=True,
                )
            )
    axes = Axes(
        x=_axis_title(scenario, found.request.knob, knob),
        y=_("Share that left"),
        x_scale="log" if knob.scale == "log" and values.min() > 0 else "linear",
        y_scale="share",
        heading=_("Who has left {minimum} after {steps} steps").format(
            minimum=_well(surface, found.well), steps=scenario.config.steps
        ),
    )
    rules = [Rule(value, _("now")) for value in _present(scenario, found.request.knob)]
    figure = ranges(series, axes, theme(), rules=rules, height=420)
    show_figure(figure, key="map.noise.escape", label=_("Share of runs that left their minimum"))
    missing = [
        style.title for entry, style in enumerate(styles) if not _has(scenario, found, entry)
    ]
    if missing:
        told = _("Without such a setting: {names}.").format(names=listed(missing))
        st.caption(plain(told))
    st.caption(
        plain(
            _(
                "Bars are 95 % intervals (Wilson) of {seeds} runs. A run has left when plain "
                "descent without noise, from where it ended, flows to another minimum."
            ).format(seeds=found.request.seeds)
        )
    )
    offer_table(partial(escape_table, found, titles_of(scenario)), "escape")


def _axis_title(scenario: Scenario, name: str, knob: Knob) -> str:
    """The title of the knob, with whose it is where it is the noise's."""
    if not name.startswith(NOISE_PREFIX):
        return _(knob.title)
    kind = _(NOISES[scenario.config.noise.key].title)
    return _("{owner}: {setting}").format(owner=kind, setting=_(knob.title))


def _well(surface: Surface, index: int) -> str:
    return _named(surface.declared(surface.minima)[index], index)


def _has(scenario: Scenario, found: Escape, entry: int) -> bool:
    """Whether an entry has the setting that is varied."""
    knob = found.request.knob
    return knob.startswith(NOISE_PREFIX) or knob in dict(scenario.entries[entry].settings)


def _present(scenario: Scenario, knob: str) -> list[float]:
    """The value that the knob has now, where all that have it agree."""
    if knob.startswith(NOISE_PREFIX):
        found = {float(dict(scenario.config.noise.settings)[knob.removeprefix(NOISE_PREFIX)])}
    else:
        found = {
            float(setting_of(entry, knob))
            for entry in scenario.entries
            if knob in dict(entry.settings)
        }
    return list(found) if len(found) == 1 and min(found) > 0 else []


NOISE = MapKind(
    key="noise",
    title="Noise ensemble",
    story="One start, hundreds of noise seeds: how runs fan out, where they end, and who leaves.",
    icon=":material/grain:",
    knobs=(
        Knob(
            key="view",
            title="Show",
            default="fan",
            scale="choice",
            choices=(
                Choice(
                    key="fan",
                    title="the fan and the ends",
                    help="The loss of all seeds over the steps, and where they ended.",
                ),
                Choice(
                    key="escape",
                    title="who leaves the minimum",
                    help="How likely it is to have left the minimum of the start.",
                ),
            ),
            help="Which question the runs answer.",
        ),
        Knob(
            key="against",
            title="Against",
            default="noise",
            scale="choice",
            choices=(
                Choice(key="noise", title="the noise", help="Its size, or the size of a batch."),
                Choice(key="momentum", title="the momentum"),
                Choice(key="learning_rate", title="the learning rate"),
            ),
            help="What is varied.",
        ),
        Knob(
            key="seeds",
            title="Noise seeds",
            default=200,
            low=2,
            high=1_000,
            scale="integer",
            help="How many runs there are of each optimizer.",
        ),
    ),
    choose=choose,
    request=request,
    draw=draw,
)
