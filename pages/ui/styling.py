"""How each entry looks, the same in the picture, the legend, the table and on its card."""

from __future__ import annotations

import colorsys
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from landscapes import Knob, Value
from optim_core import OPTIMIZERS, WRAPPERS, Entry
from pages.player import EntryStyle
from pages.ui.positions import written
from pages.ui.presentation import Look, Presentation
from pages.ui.words import _, listed, spoken

MARKERS = (
    *("circle", "square", "diamond", "cross"),
    *("circle-open", "square-open", "diamond-open", "x"),
)
"""One a place in the line-up: no two entries differ by colour alone. All exist in 3D too."""

REPEAT_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "dash", "dot")
REPEAT_LIGHTNESS = (0.0, 0.16, -0.16, 0.26, -0.26, 0.08, -0.08, 0.2)
"""What the second, third, ... entry of one optimizer adds to the lightness of its colour."""

SETTINGS_IN_TITLE = 2


def entry_styles(
    entries: tuple[Entry, ...], presentation: Presentation | None = None
) -> list[EntryStyle]:
    """A style an entry; entries of one optimizer are told apart by shade, dash and title.

    A name or a colour that somebody has chosen stands as it is.
    """
    looks = (presentation or Presentation()).looks
    return list(_styles(entries, looks, spoken()))


# A rerun asks for them at every card and for each picture; the language is what titles are in.
@lru_cache(maxsize=128)
def _styles(
    entries: tuple[Entry, ...], looks: tuple[Look, ...], language: object
) -> tuple[EntryStyle, ...]:
    del language
    seen: Counter[str] = Counter()
    styles = []
    for index, entry in enumerate(entries):
        spec = OPTIMIZERS[entry.optimizer]
        repeat = seen[entry.optimizer]
        seen[entry.optimizer] += 1
        look = looks[index] if index < len(looks) else Look()
        styles.append(
            EntryStyle(
                title=look.name or _title(entry, entries, repeat),
                colour=look.colour or _shade(spec.colour, REPEAT_LIGHTNESS[repeat]),
                dash=spec.dash if repeat == 0 else _other_dash(spec.dash, repeat),
                marker=MARKERS[index],
            )
        )
    return tuple(styles)


def told_apart(styles: Sequence[EntryStyle]) -> list[EntryStyle]:
    """``styles`` with a shade, a dash and a marker of its own for each that was there before.

    The first of each look keeps it; the hue stays that of the entry.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    used = {style.marker for style in styles}
    found = []
    for given in styles:
        style = given
        look = (style.colour, style.dash, style.marker)
        repeat, seen[look] = seen[look], seen[look] + 1
        if repeat:
            free = [marker for marker in MARKERS if marker not in used]
            others = [marker for marker in MARKERS if marker != style.marker]
            marker = free[0] if free else others[repeat % len(others)]
            used.add(marker)
            style = EntryStyle(
                style.title,
                _shade(style.colour, REPEAT_LIGHTNESS[repeat % len(REPEAT_LIGHTNESS)]),
                _other_dash(style.dash, repeat),
                marker,
            )
        found.append(style)
    return found


def _title(entry: Entry, entries: tuple[Entry, ...], repeat: int) -> str:
    """The optimizer's name with its wrapper and, where it is there twice, what sets it apart."""
    spec = OPTIMIZERS[entry.optimizer]
    name = _(spec.title)
    if entry.wrapper is not None:
        name = _("{wrapper} around {optimizer}").format(
            wrapper=_(WRAPPERS[entry.wrapper].title), optimizer=name
        )
    twins = [
        other
        for other in entries
        if other.optimizer == entry.optimizer and other.wrapper == entry.wrapper
    ]
    if len(twins) == 1:
        return name
    different = [
        f"{_(knob.title)} {told_value(knob, entry[knob.key])}"
        for knob in spec.knobs
        if len({twin[knob.key] for twin in twins}) > 1
    ]
    if entry.wrapper is not None:
        around = dict(entry.wrapper_settings)
        different += [
            f"{_(knob.title)} {told_value(knob, around[knob.key])}"
            for knob in WRAPPERS[entry.wrapper].knobs
            if len({dict(twin.wrapper_settings)[knob.key] for twin in twins}) > 1
        ]
    if not different or sum(twin == entry for twin in twins) > 1:
        different = [*different[: SETTINGS_IN_TITLE - 1], f"#{repeat + 1}"]
    return listed([name, *different[:SETTINGS_IN_TITLE]])


def told_value(knob: Knob, value: Value) -> str:
    """``value`` of ``knob``, as the visitor reads it."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, str):
        return next(_(choice.title) for choice in knob.choices if choice.key == value)
    return written(value)


def _other_dash(dash: str, repeat: int) -> str:
    others = [other for other in REPEAT_DASHES if other != dash]
    return others[repeat % len(others)]


def _shade(colour: str, lighter: float) -> str:
    """``colour`` (#rrggbb) with its lightness changed, kept within what both themes can show."""
    if lighter == 0.0:
        return colour
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    changed = colorsys.hls_to_rgb(hue, min(0.8, max(0.22, lightness + lighter)), saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in changed)
