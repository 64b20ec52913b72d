"""The fair race: the same tuning budget for every entry, and how the ranking depends on it."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import streamlit as st

from landscapes import Choice, Knob
from optim_core import Entry, Scenario
from optim_core.maps import MapRequest
from optim_core.maps.racing import Mode, Race, RaceRequest
from optim_core.maps.run_tables import race_table
from pages.figures import Axes, Rule, Series, ranges, standings
from pages.player import EntryStyle, show_figure
from pages.ui.maps.endings import percent
from pages.ui.maps.files import offer_table
from pages.ui.maps.kind import MapKind, Settings
from pages.ui.maps.plotting import (
    SMALLEST,
    number,
    show_table,
    styles_of,
    theme,
    titles_of,
)
from pages.ui.maps.settings import draw_settings, play
from pages.ui.words import _, listed, plain


def choose(scenario: Scenario, settings: Settings) -> None:
    """The budget, and by which rates the entries are compared."""
    del scenario
    with st.container(key="map-controls", horizontal=True, gap="medium"):
        for keys in (("trials", "starts"), ("mode", "same_rate", "all_knobs")):
            with st.container(width=340):
                shown = [key for key in keys if key != "same_rate" or settings["mode"] == "same"]
                draw_settings(RACE, settings, *shown)


def request(scenario: Scenario, settings: Settings) -> MapRequest:
    """The race of the line-up."""
    return RaceRequest(
        scenario=scenario,
        trials=int(settings["trials"]),
        all_knobs=bool(settings["all_knobs"]),
        starts=int(settings["starts"]),
        same_rate=float(settings["same_rate"]),
    )


def draw(scenario: Scenario, settings: Settings, found: Race) -> None:
    """Who is where, how each depends on its rate, and who had won with less tuning."""
    styles = styles_of(scenario)
    mode = Mode(str(settings["mode"]))
    _tell(found, mode, titles_of(scenario))
    _show_standing(found, mode, styles)
    st.button(
        _("Play with these rates"),
        key="map.race.play",
        icon=":material/play_arrow:",
        on_click=partial(play, set_entries, found.compared[mode]),
    )
    _show_sensitivity(found, styles)
    _show_budgets(found, styles)
    offer_table(partial(race_table, found, titles_of(scenario)), "race")


def set_entries(scenario: Scenario, entries: tuple[Entry, ...]) -> Scenario:
    """The scenario with these entries in place of its own."""
    return dataclasses.replace(scenario, entries=entries)


def _tell(found: Race, mode: Mode, titles: list[str]) -> None:
    """The result in a sentence or two, with what it rests on."""
    bands, ranks = found.standing(mode)
    first = [titles[e] for e in np.flatnonzero(ranks == 1) if np.isfinite(bands[e, 1])]
    if first:
        sentence = plain(_("Lowest median loss: {names}.").format(names=listed(first)))
    else:
        sentence = plain(_("All of them diverged."))
    quarter = max(1, found.trials // 4)
    chances = found.winners_with(quarter)
    likely = int(np.argmax(chances))
    told = _(
        "With a quarter of the budget ({quarter} of {trials} trials each) {name} would have won "
        "with a chance of {chance}."
    )
    less = told.format(
        quarter=quarter, trials=found.trials, name=titles[likely], chance=percent(chances[likely])
    )
    st.markdown(f"**{sentence}** {plain(less)}")
    budget = _("{trials} trials for each, every one judged by the median of {runs} runs.")
    st.caption(plain(budget.format(trials=found.trials, runs=found.losses.shape[2])))


def _show_standing(found: Race, mode: Mode, styles: list[EntryStyle]) -> None:
    bands, ranks = found.standing(mode)
    excess = bands - found.floor
    series = [
        _series(style, x=np.zeros(1), middle=row[1:2], low=row[:1], high=row[2:])
        for style, row in zip(styles, excess, strict=True)
    ]
    axes = Axes(
        x=_("Final loss above the lowest known"),
        y="",
        beyond=_("diverged"),
        lowest=SMALLEST * found.height,
    )
    label = _("Final loss of every optimizer")
    show_figure(standings(series, ranks.tolist(), axes, theme()), key="map.race.rank", label=label)
    rows = []
    for entry in np.argsort(ranks, kind="stable").tolist():
        compared = found.compared[mode][entry]
        gone = float(np.isinf(found.results[mode][entry]).mean())
        low, middle, high = (number(value) for value in excess[entry])
        cells = (middle, _("{low} to {high}").format(low=low, high=high), percent(gone))
        rate = f"{compared['learning_rate']:.3g}"
        rows.append((str(ranks[entry]), styles[entry].title, rate, *cells))
    heads = [_("Rank"), _("Entry"), _("Learning rate"), _("Median loss"), _("10 to 90 % of runs")]
    show_table([*heads, _("Diverged")], rows)
    st.caption(
        plain(
            _(
                "Losses above the lowest known one; under a billionth of the starts' height they "
                "count as equal. With noise, what was tuned is compared under fresh noise."
            )
        )
    )


def _show_sensitivity(found: Race, styles: list[EntryStyle]) -> None:
    excess = found.bands() - found.floor
    series = [
        _series(
            style,
            x=found.rates[entry],
            middle=excess[entry, :, 1],
            low=excess[entry, :, 0],
            high=excess[entry, :, 2],
            points=True,
            starred=int(found.best[entry]) if np.isfinite(excess[entry, :, 1]).any() else None,
        )
        for entry, style in enumerate(styles)
    ]
    axes = Axes(
        x=_("Learning rate"),
        y=_("Final loss above the lowest known"),
        x_scale="log",
        y_scale="log",
        heading=_("How much the rate matters"),
        beyond=_("diverged"),
        lowest=SMALLEST * found.height,
    )
    figure = ranges(series, axes, theme(), height=420)
    show_figure(figure, key="map.race.rates", label=_("Final loss against learning rate"))
    st.caption(
        plain(
            _(
                "Lines are the medians of all starts and noise seeds, bands hold 10 to 90 % of the "
                "runs; the star is the best rate. A wide valley forgives a bad guess."
            )
        )
    )


def _show_budgets(found: Race, styles: list[EntryStyle]) -> None:
    counts = np.unique(np.geomspace(1, found.trials, 24).round().astype(int))
    chances = np.array([found.winners_with(int(count)) for count in counts])
    series = [
        _series(style, x=counts.astype(float), middle=chances[:, entry])
        for entry, style in enumerate(styles)
    ]
    axes = Axes(
        x=_("Trials for each"),
        y=_("Chance to win"),
        x_scale="log",
        y_scale="share",
        heading=_("Who wins with how much tuning"),
    )
    quarter = Rule(max(1, found.trials // 4), _("a quarter"))
    figure = ranges(series, axes, theme(), rules=[quarter], height=320)
    show_figure(figure, key="map.race.budget", label=_("Chance to win against trials"))


def _series(style: EntryStyle, **values: object) -> Series:
    return Series(
        title=style.title,
        colour=style.colour,
        dash=style.dash,
        marker=style.marker,
        **values,  # type: ignore[arg-type]
    )


RACE = MapKind(
    key="race",
    title="Fair race",
    story="The same budget for everybody to find a good rate: who wins, and how much is tuning?",
    icon=":material/trophy:",
    knobs=(
        Knob(
            key="trials",
            title="Trials for each",
            default=32,
            low=4,
            high=512,
            scale="integer",
            slider_high=128,
            help="How many settings every optimizer is tried with, spread alike over its own "
            "slider.",
        ),
        Knob(
            key="starts",
            title="Starts over the view",
            default=12,
            low=0,
            high=100,
            scale="integer",
            slider_high=50,
            help="So many starts all over the picture take the place of yours; 0 keeps yours.",
        ),
        Knob(
            key="mode",
            title="Compare at",
            default="best",
            scale="choice",
            choices=(
                Choice(key="same", title="the same rate", help="One learning rate for all."),
                Choice(key="best", title="the best rate of each", help="Found by the trials."),
                Choice(key="default", title="default rates", help="As an optimizer comes."),
            ),
            help="The ranking depends on how rates are chosen.",
        ),
        Knob(
            key="same_rate",
            title="The same rate",
            default=0.01,
            low=1e-12,
            high=100.0,
            scale="log",
            slider_low=1e-4,
            slider_high=2.0,
            help="The learning rate that all of them get.",
        ),
        Knob(
            key="all_knobs",
            title="Tune every setting",
            default=False,
            scale="switch",
            help="Draw all numeric settings from their sliders, not the learning rate alone.",
        ),
    ),
    choose=choose,
    request=request,
    draw=draw,
)
