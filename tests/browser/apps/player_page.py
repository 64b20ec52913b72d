"""One page with a player. ``?case=`` picks what it shows, the widgets change it."""

import math

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch

from landscapes import Bounds, CriticalPoint, Surface, get_surface
from optim_core import (
    OPTIMIZERS,
    Entry,
    Outcome,
    RowLabel,
    RunConfig,
    Scenario,
    Trajectories,
    trace,
)
from pages.player import PLAYER_WORDS, EntryStyle, Starting, show_figure, show_player
from pages.ui.styling import MARKERS

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid", "dash", "dot")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7B3FBF", "#8C564B")


def made(positions: np.ndarray, losses: np.ndarray, outcomes: tuple[Outcome, ...]) -> Trajectories:
    """Trajectories from arrays (T+1, R, 2) and (T+1, R), one start, an entry a row."""
    points, rows = losses.shape
    return Trajectories(
        positions=positions,
        losses=losses,
        gradient_norms=np.ones_like(losses),
        outcomes=outcomes,
        stopped_at=np.full(rows, points - 1),
        settled_at=np.full(rows, -1),
        reached=np.full(rows, -1),
        labels=tuple(RowLabel(row, 0, 0) for row in range(rows)),
        steps=points - 1,
        seconds=0.0,
    )


def style(number: int, title: str) -> EntryStyle:
    return EntryStyle(title, COLOURS[number], DASHES[number], MARKERS[number])


st.set_page_config(layout="wide")
st.session_state.setdefault("start", (-1.5, 2.2))
case = st.query_params.get("case", "plain")
if case == "figure":
    # Two charts that grow with every press: one in its place, and lines that can be hidden.
    presses = st.session_state.setdefault("presses", 0)
    if st.button("More"):
        st.session_state.presses = presses = presses + 1
    waves = [
        go.Scatter(
            y=[math.sin(x / 9 + line) for x in range(50 + 25 * presses)], name=f"line {line}"
        )
        for line in range(2)
    ]
    title = f"pressed {presses}"
    figure = go.Figure(waves, {"height": 300, "uirevision": "same", "title": {"text": title}})
    show_figure(figure, key="live", label=title)
    st.stop()
with st.sidebar:
    rate = st.slider("Rate", 0.002, 0.1, 0.02, 0.002, key="rate", format="%.3f")
    steps = st.slider("Steps", 20, 600, 300, 20, key="steps")
    st.text_input("Note")

surface = get_surface("rosenbrock")
if case == "bowl":
    surface = Surface(
        key="bowl", title="Bowl", bounds=Bounds(-2, 2, -2, 2),
        function=lambda x, y: x**2 + 4 * y**2 - 3,
        start=(1.5, 1.5), story="", source="", minima=(CriticalPoint(0.0, 0.0, -3.0),),
        saddles=(CriticalPoint(1.0, 1.0, 2.0, kind="saddle"),),
    )  # fmt: skip
if case in ("empty", "holes", "huge"):

    def odd(x, y):
        if case == "huge":
            return torch.where(x > 1.9, 1e300 * x, x**2 + y**2)
        return (x - (99 if case == "empty" else 0.2)).sqrt() + y**2

    surface = Surface(
        key=case,
        title=case,
        function=odd,
        bounds=Bounds(-2, 2, -2, 2),
        start=(1.5, 1.5),
        story="",
        source="",
    )

names = ("sgd", "momentum", "adam")
starts: tuple[tuple[float, float], ...] = (st.session_state.start,)
if case == "many":
    names = ("sgd", "momentum", "adam", "adam", "momentum")
    starts = tuple((1.8 * math.cos(a), 1 + 1.8 * math.sin(a)) for a in np.linspace(0, 6, 16))
if case == "eight":
    names = ("sgd", "momentum", "adam", "adam", "momentum", "adam", "momentum", "adam")
settings = [
    {"learning_rate": rate * (1 + i)} if n == "adam" else {"learning_rate": 0.02 * rate * (1 + i)}
    for i, n in enumerate(names)
]
if case == "diverge":
    settings = [{"learning_rate": 0.0021}, {"learning_rate": 0.0006}, {"learning_rate": rate}]

if case in ("bowl", "empty", "holes", "huge"):
    t = np.arange(steps + 1)[:, None]
    angle = t / 20 + np.array([0.0, 2.0])
    radius = 1.6 * np.exp(-t / steps * np.array([3.0, 2.0]))
    positions = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    losses = positions[..., 0] ** 2 + 4 * positions[..., 1] ** 2 - 3
    if case == "huge":
        losses[5, 0], losses[6, 0], losses[7, 0] = 1e300, np.inf, np.nan
        positions[5, 0] = (1e300, -1e300)
        positions[9, 1] = (1e-310, 1e-310)
    result = made(positions, losses, (Outcome.RAN_OUT_OF_STEPS,) * 2)
    styles = [style(0, "A <b>bold</b> name"), style(1, "Other")]
else:
    scenario = Scenario(
        surface="rosenbrock",
        entries=tuple(Entry(n, s) for n, s in zip(names, settings, strict=True)),
        starts=starts,
        config=RunConfig(steps=steps),
    )
    result = trace(scenario)
    styles = [style(i, OPTIMIZERS[n].title) for i, n in enumerate(names)]


def arranged(points: tuple[tuple[float, float], ...]) -> None:
    st.session_state.start = points[0]


show_player(
    key="player",
    surface=surface,
    trajectories=result,
    styles=styles,
    words=PLAYER_WORDS,
    starting=Starting(most=1, full="One start is all there is room for.", arrange=arranged),
)
st.text(f"start {st.session_state.start[0]!r} {st.session_state.start[1]!r}")
