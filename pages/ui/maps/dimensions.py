"""High dimensions: whether "stuck in a local minimum" is still the worry with 1,000 parameters."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from optim_core import Scenario
from optim_core.maps import MapRequest
from optim_core.maps.intervals import wilson
from optim_core.maps.leaving import Leaving, LeavingRequest
from optim_core.maps.recipe import DIMENSIONS, Recipe
from optim_core.maps.run_tables import leaving_table, settling_table
from optim_core.maps.settling import Settling, SettlingRequest
from pages.figures import Axes, Series, ranges
from pages.player import EntryStyle, show_figure
from pages.ui.maps.dimension_knobs import KNOBS
from pages.ui.maps.endings import percent
from pages.ui.maps.files import offer_table
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.plotting import styles_of, theme, titles_of
from pages.ui.maps.settings import draw_settings
from pages.ui.words import _, plain

MODELS = ("#2b6cb0", "#b7791f", "#6b46c1")
"""Colours of the three models of curvature; dashes tell them apart as well."""


def choose(scenario: Scenario, settings: Settings) -> None:
    """Which loss, how many dimensions and runs."""
    del scenario
    saddles = settings["view"] == "saddles"
    with st.container(key="map-controls", horizontal=True, gap="medium"):
        with st.container(width=340):
            draw_settings(DIMENSIONS_KIND, settings, "view", "most")
        with st.container(width=340):
            own = ("negative_share", "symmetric") if saddles else ()
            draw_settings(DIMENSIONS_KIND, settings, *own, "runs", "mixed")


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """The runs of the line-up in each dimension."""
    most = int(settings["most"])
    recipe = Recipe(
        entries=scenario.entries,
        dimensions=(*(d for d in DIMENSIONS if d < most), most),
        runs=int(settings["runs"]),
        mixed=bool(settings["mixed"]),
        config=scenario.config,
    )
    if settings["view"] == "wells":
        return SettlingRequest(recipe=recipe)
    return LeavingRequest(
        recipe=recipe,
        negative_share=float(settings["negative_share"]),
        symmetric=bool(settings["symmetric"]),
    )


def draw(scenario: Scenario, settings: Settings, result: Leaving | Settling) -> None:
    """What there is of it."""
    del settings
    st.caption(
        plain(
            _(
                "Line-up, steps, schedule and clipping are those of the sidebar; the surface is "
                "not: every run has a random loss of its own. Gradient noise stays out."
            )
        )
    )
    if isinstance(result, Leaving):
        _show_leaving(scenario, result)
    else:
        _show_settling(scenario, result)


def _show_leaving(scenario: Scenario, found: Leaving) -> None:
    styles, recipe = styles_of(scenario), found.request.recipe
    sizes = np.array(recipe.dimensions, dtype=float)
    place = {"x": _("Parameters"), "x_scale": "log"}
    _tell_leaving(found)
    axes = Axes(
        **place,  # type: ignore[arg-type]
        y=_("Share that are minima"),
        y_scale="share",
        heading=_("How many critical points are minima"),
    )
    show_figure(
        ranges(_models(found, sizes), axes, theme(), height=330),
        key="map.dimensions.critical",
        label=_("Share of critical points that are minima"),
    )
    axes = Axes(
        **place,  # type: ignore[arg-type]
        y=_("Share still there"),
        y_scale="share",
        heading=_("Who is stuck after {steps} steps").format(steps=recipe.config.steps),
    )
    stuck = [
        _series(style, sizes, found.at_minimum[:, e] + found.at_saddle[:, e], recipe.runs)
        for e, style in enumerate(styles)
    ]
    known = found.minima >= 0
    truth = Series(
        title=_("really minima"),
        colour=theme().text,
        dash="dot",
        x=sizes[known],
        middle=found.minima[known] / recipe.runs,
    )
    show_figure(
        ranges([*stuck, truth], axes, theme(), height=360),
        key="map.dimensions.stuck",
        label=_("Share of runs that are stuck"),
    )
    axes = Axes(
        **place,  # type: ignore[arg-type]
        y=_("Steps until it has left"),
        y_scale="log",
        heading=_("How long it takes to leave"),
        beyond=_("half of them or more have not left"),
    )
    steps = [
        Series(
            title=style.title,
            colour=style.colour,
            dash=style.dash,
            marker=style.marker,
            x=sizes,
            middle=found.steps[:, entry, 1],
            low=found.steps[:, entry, 0],
            high=found.steps[:, entry, 2],
            points=True,
        )
        for entry, style in enumerate(styles)
    ]
    show_figure(
        ranges(steps, axes, theme(), height=360),
        key="map.dimensions.steps",
        label=_("Steps until a run has left"),
    )
    offer_table(partial(leaving_table, found, titles_of(scenario)), "saddles")


def _tell_leaving(found: Leaving) -> None:
    first, last = (found.critical.independent[place, 0] for place in (0, -1))
    sizes = found.request.recipe.dimensions
    st.markdown(
        plain(
            _(
                "A critical point is a minimum only if the loss rises in every direction. Where "
                "each direction falls with a chance of {share}, that is {first} of them with "
                "{low} parameters and {last} with {high:,}: the others are saddles, and have a way "
                "down."
            ).format(
                share=percent(found.request.negative_share),
                first=percent(float(first)),
                last=percent(float(last)) if last > 1e-4 else _("practically none"),
                low=sizes[0],
                high=sizes[-1],
            )
        )
    )
    st.caption(
        plain(
            _(
                "The share of negative curvature is chosen here, not measured. In networks it is "
                "smaller the lower the loss lies: near the bottom most critical points are minima "
                "again, and nearly as good as the best."
            )
        )
    )


def _models(found: Leaving, sizes: np.ndarray) -> list[Series]:
    """The share of minima by three models of curvature."""
    critical = found.critical
    independent, symmetric, wells = MODELS
    return [
        Series(
            title=_("independent signs"),
            colour=independent,
            x=sizes,
            middle=critical.independent[:, 0],
        ),
        Series(
            title=_("random symmetric matrix"),
            colour=symmetric,
            dash="dash",
            x=sizes,
            middle=critical.symmetric[:, 0],
            low=critical.symmetric_low[:, 0],
            high=critical.symmetric_high[:, 0],
            bars=True,
        ),
        Series(
            title=_("sum of double wells"),
            colour=wells,
            dash="dot",
            x=sizes,
            middle=critical.wells[:, 0],
        ),
    ]


def _show_settling(scenario: Scenario, found: Settling) -> None:
    styles, recipe = styles_of(scenario), found.request.recipe
    sizes = np.array(recipe.dimensions, dtype=float)
    st.markdown(
        plain(
            _(
                "A sum of double wells has 2 to the power of D minima. With many parameters no run "
                "finds the lowest one any more, and it matters less and less which one it finds: "
                "luck averages out. What is left is how many parameters settle in the worse well, "
                "and that does not fade."
            )
        )
    )
    axes = Axes(
        x=_("Parameters"),
        x_scale="log",
        y=_("Loss per parameter above the lowest"),
        heading=_("How good the minima are that runs find"),
        beyond=_("diverged"),
    )
    excess = [
        Series(
            title=style.title,
            colour=style.colour,
            dash=style.dash,
            marker=style.marker,
            x=sizes,
            middle=found.excess[:, entry, 1],
            low=found.excess[:, entry, 0],
            high=found.excess[:, entry, 2],
            points=True,
        )
        for entry, style in enumerate(styles)
    ]
    show_figure(
        ranges(excess, axes, theme(), height=400),
        key="map.dimensions.excess",
        label=_("Loss per parameter that runs end with"),
    )
    axes = Axes(
        x=_("Parameters"),
        x_scale="log",
        y=_("Share of runs"),
        y_scale="share",
        heading=_("Who finds the lowest of all minima"),
    )
    best = [
        _series(style, sizes, found.best[:, entry], recipe.runs)
        for entry, style in enumerate(styles)
    ]
    show_figure(
        ranges(best, axes, theme(), height=340),
        key="map.dimensions.best",
        label=_("Share of runs in the lowest minimum"),
    )
    offer_table(partial(settling_table, found, titles_of(scenario)), "wells")


def _series(style: EntryStyle, sizes: np.ndarray, counts: np.ndarray, runs: int) -> Series:
    """A share of the runs with its interval, as far as it is known."""
    known = counts >= 0
    low, high = wilson(np.maximum(counts[known], 0), runs)
    return Series(
        title=style.title,
        colour=style.colour,
        dash=style.dash,
        marker=style.marker,
        x=sizes[known],
        middle=counts[known] / runs,
        low=low,
        high=high,
        bars=True,
    )


DIMENSIONS_KIND = MapKind(
    key="dimensions",
    title="High dimensions",
    story="The same recipe with up to 1,000 parameters: is anybody still stuck in a minimum?",
    icon=":material/hub:",
    knobs=KNOBS,
    choose=choose,
    request=request,
    draw=draw,
    on_surface=False,
)
