"""show_player(): the animation player on a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from landscapes import Surface
from optim_core import Trajectories
from pages.player import assets
from pages.player.present import Present, present_in
from pages.player.run import EntryStyle, pack_run
from pages.player.stage import pack_stage
from pages.player.starting import Starting, finite, starts_in
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


def loader(entry: str, style: str = "player.css") -> str:
    """The script of a component that calls ``entry``, one of :data:`~.assets.ENTRIES`."""
    places = {"PLAYER": assets.SCRIPT, "PLOTLY": assets.PLOTLY.name, "STYLE": style}
    text = LOADER.replace("ENTRY", entry)
    for place, name in places.items():
        text = text.replace(f"address({place})", f"address({json.dumps(assets.url(name))})")
    return text


_stage = st.components.v2.component(
    "downhill_stage", js=loader("receiveStage"), isolate_styles=False
)
_sweep = st.components.v2.component(
    "downhill_sweep", js=loader("receiveSweep"), isolate_styles=False
)
_player = st.components.v2.component("downhill_player", js=loader("showRun"), isolate_styles=False)


def show_player(
    *,
    key: str,
    surface: Surface,
    trajectories: Trajectories,
    styles: Sequence[EntryStyle],
    words: Mapping[str, str],
    starting: Starting | None = None,
    sweeping: Sweeping | None = None,
    present: Present | None = None,
    on_present: Callable[[Present], None] | None = None,
    place: str | None = None,
) -> None:
    """Show ``trajectories`` on ``surface``: 3D, contour and losses on one clock.

    ``styles`` has one style for each entry; rows find theirs by ``trajectories.labels``. ``words``
    are those of :func:`pages.player.words.player_words`. ``starting`` lets people arrange the
    starts on the contour; its ``arrange`` is called before the next run of the script. ``sweeping``
    adds a slider over one knob of one entry. ``present`` is how the run is shown; ``on_present`` is
    called before the next run of the script when somebody shows it otherwise in the player. The
    same ``key`` keeps camera, zoom and step when the data change. ``place`` is the key of the block
    around it, for a style sheet.

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
        starting=starting,
        sweep=None if swept is None else (swept.digest, None if shown is None else shown.present),
        present=present,
    )

    def arranged() -> None:
        points = starts_in(st.session_state.get(key))
        if points is not None and starting is not None:
            starting.arrange(points)

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
    with st.container(key=place, gap=None):
        _stage(key=f"{key}-stage", data=stage.message)
        if swept is not None:
            _sweep(key=f"{key}-sweep", data=swept.message)
        _player(
            key=key,
            data=run,
            on_starts_change=arranged if starting else None,
            on_sweep_change=chosen if sweeping else None,
            on_swept_change=released if sweeping else None,
            on_present_change=presented if on_present else None,
        )


def chosen_in(state: object) -> tuple[int, str] | None:
    """The entry and the knob chosen for a sweep, ``(-1, "")`` for none; None for anything else."""
    return _knob(state.get("sweep") if isinstance(state, Mapping) else None)


def released_at(state: object) -> tuple[int, str, float] | None:
    """Entry, knob and value that the sweep was let go at; None for anything else."""
    given = state.get("swept") if isinstance(state, Mapping) else None
    choice = _knob(given)
    value = finite(given.get("value")) if isinstance(given, Mapping) else None
    return None if choice is None or value is None else (*choice, value)


def _knob(given: object) -> tuple[int, str] | None:
    if not isinstance(given, Mapping):
        return None
    entry, knob = given.get("entry"), given.get("knob")
    if isinstance(entry, bool) or not isinstance(entry, int) or not isinstance(knob, str):
        return None
    return entry, knob
