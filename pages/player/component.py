"""show_player(): the animation player on a page."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from landscapes import Surface
from optim_core import Trajectories
from pages.player import assets
from pages.player.present import Present, present_in
from pages.player.run import EntryStyle, pack_run
from pages.player.stage import pack_stage
from pages.player.sweep import Sweeping, pack_sweep

# Streamlit runs this text from a blob: address, where relative imports fail, and sends it with
# every message: so it only loads the real module. React may cancel a call while the module is
# still on its way; then nothing must be mounted for it.
LOADER = """
const address = (path) => new URL(path, document.baseURI).href;
const module = import(address(PLAYER));
export default function (component) {
  let cancelled = false, release;
  module.then((player) => {
    if (cancelled) return;
    release = player.ENTRY(component, { plotly: address(PLOTLY), style: address(STYLE) });
  });
  return () => { cancelled = true; release?.(); };
}
"""


def _loader(entry: str) -> str:
    places = {"PLAYER": "main.js", "PLOTLY": assets.PLOTLY.name, "STYLE": "player.css"}
    text = LOADER.replace("ENTRY", entry)
    for place, name in places.items():
        text = text.replace(f"address({place})", f"address({json.dumps(assets.url(name))})")
    return text


_stage = st.components.v2.component(
    "downhill_stage", js=_loader("receiveStage"), isolate_styles=False
)
_sweep = st.components.v2.component(
    "downhill_sweep", js=_loader("receiveSweep"), isolate_styles=False
)
_player = st.components.v2.component("downhill_player", js=_loader("showRun"), isolate_styles=False)


def show_player(
    *,
    key: str,
    surface: Surface,
    trajectories: Trajectories,
    styles: Sequence[EntryStyle],
    words: Mapping[str, str],
    on_start: Callable[[float, float], None] | None = None,
    sweeping: Sweeping | None = None,
    present: Present | None = None,
    on_present: Callable[[Present], None] | None = None,
) -> None:
    """Show ``trajectories`` on ``surface``: 3D, contour and losses on one clock.

    ``styles`` has one style for each entry; rows find theirs by ``trajectories.labels``. ``words``
    are those of :func:`pages.player.words.player_words`. ``on_start(x, y)`` is called before the
    next run of the script when somebody clicks the contour. ``sweeping`` adds a slider over one
    knob of one entry. ``present`` is how the run is shown; ``on_present`` is called before the next
    run of the script when somebody shows it otherwise in the player. The same ``key`` keeps camera,
    zoom and step when the data change.

    Raises:
        ValueError: for more rows than the player can draw, or an entry without a style.
    """
    stage = pack_stage(surface, trajectories.losses[0], words)
    swept = None if sweeping is None else pack_sweep(sweeping)
    shown = None if sweeping is None else sweeping.shown
    run = pack_run(
        surface,
        trajectories,
        styles,
        stage.digest,
        clickable=on_start is not None,
        sweep=None if swept is None else (swept.digest, None if shown is None else shown.present),
        present=present,
    )

    def started() -> None:
        point = started_at(st.session_state.get(key))
        if point is not None and on_start is not None:
            on_start(*point)

    def chosen() -> None:
        choice = chosen_in(st.session_state.get(key))
        if choice is not None and sweeping is not None:
            sweeping.choose(*choice)

    def released() -> None:
        value = released_at(st.session_state.get(key))
        if value is not None and sweeping is not None:
            sweeping.release(*value)

    def presented() -> None:
        choice = present_in(st.session_state.get(key), len(styles))
        if choice is not None and on_present is not None:
            on_present(choice)

    # The stage and the sweep are components of their own, without size: as long as one does not
    # change, Streamlit replaces its message by a hash.
    with st.container(gap=None):
        _stage(key=f"{key}-stage", data=stage.message)
        if swept is not None:
            _sweep(key=f"{key}-sweep", data=swept.message)
        _player(
            key=key,
            data=run,
            on_start_change=started if on_start else None,
            on_sweep_change=chosen if sweeping else None,
            on_swept_change=released if sweeping else None,
            on_present_change=presented if on_present else None,
        )


def started_at(state: object) -> tuple[float, float] | None:
    """The clicked point in the component's state, or None for anything but two finite numbers.

    The state comes from a browser and may hold anything.
    """
    start = state.get("start") if isinstance(state, Mapping) else None
    if not isinstance(start, Mapping):
        return None
    x, y = _finite(start.get("x")), _finite(start.get("y"))
    return None if x is None or y is None else (x, y)


def chosen_in(state: object) -> tuple[int, str] | None:
    """The entry and the knob chosen for a sweep, ``(-1, "")`` for none; None for anything else."""
    return _knob(state.get("sweep") if isinstance(state, Mapping) else None)


def released_at(state: object) -> tuple[int, str, float] | None:
    """Entry, knob and value that the sweep was let go at; None for anything else."""
    given = state.get("swept") if isinstance(state, Mapping) else None
    choice = _knob(given)
    value = _finite(given.get("value")) if isinstance(given, Mapping) else None
    return None if choice is None or value is None else (*choice, value)


def _knob(given: object) -> tuple[int, str] | None:
    if not isinstance(given, Mapping):
        return None
    entry, knob = given.get("entry"), given.get("knob")
    if isinstance(entry, bool) or not isinstance(entry, int) or not isinstance(knob, str):
        return None
    return entry, knob


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
