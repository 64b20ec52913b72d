"""How every figure looks: colours of both themes, large letters, and text that stays text."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import plotly.graph_objects as go

LONGEST_NAME = 60
FONT_SIZE = 15
"""Of labels, in pixels: for the back of a hall."""

LEAST_CONTRAST = 3.0
"""Between a line and its ground, as WCAG 2.2 (1.4.11) asks of what is drawn."""


@dataclass(frozen=True)
class FigureTheme:
    """Colours as ``#rrggbb``, but ``grid`` and ``faint``, which lie over the ground of the page.

    ``low`` and ``high`` are the ends of a scale of amounts.
    """

    ground: str
    text: str
    grid: str
    faint: str
    low: str
    high: str


LIGHT = FigureTheme(
    ground="#ffffff",
    text="#1b2130",
    grid="rgba(27,33,48,0.13)",
    faint="rgba(27,33,48,0.62)",
    low="#f2f4fa",
    high="#2b3a8f",
)
DARK = FigureTheme(
    ground="#12151d",
    text="#e8ebf2",
    grid="rgba(232,235,242,0.15)",
    faint="rgba(232,235,242,0.66)",
    low="#1b202c",
    high="#b9c2ff",
)


class Style(Protocol):
    """How an entry is drawn, as the playground has it (``pages.player.EntryStyle``)."""

    @property
    def title(self) -> str:
        """As people read it; may hold anything that a visitor wrote."""

    @property
    def colour(self) -> str:
        """``#rrggbb``."""

    @property
    def dash(self) -> str:
        """Plotly's name of a dash."""

    @property
    def marker(self) -> str:
        """Plotly's name of a marker."""


def escaped(text: str, longest: int = LONGEST_NAME) -> str:
    """``text`` so that Plotly shows it as it is: no tags, entities, formulas or templates."""
    short = " ".join(text.split())
    if len(short) > longest:
        short = f"{short[: longest - 1]}…"
    for letter in "&<>$%":
        # The ampersand comes first, or it would be escaped twice.
        short = short.replace(letter, f"&#{ord(letter)};")
    return short


def visible(colour: str, theme: FigureTheme) -> str:
    """``colour``, made lighter or darker until it stands out from the ground of ``theme``."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = 0.03 if _luminance(theme.ground) < 0.5 else -0.03
    while _contrast(colour, theme.ground) < LEAST_CONTRAST:
        # Ends at the latest with white on dark or black on light.
        lightness = min(1.0, max(0.0, lightness + step))
        changed = colorsys.hls_to_rgb(hue, lightness, saturation)
        colour = "#" + "".join(f"{round(255 * part):02x}" for part in changed)
    return colour


def veil(colour: str, share: float) -> str:
    """``colour`` (#rrggbb) that lets shine through all but ``share``."""
    red, green, blue = (round(255 * part) for part in _channels(colour))
    return f"rgba({red},{green},{blue},{share})"


def framed(
    data: list[dict[str, Any]],
    layout: Mapping[str, Any],
    theme: FigureTheme,
    *,
    revision: str,
    height: int,
) -> go.Figure:
    """A figure of ``data``: see-through ground, letters and lines of ``theme``.

    Show it with ``pages.player.show_figure``, then what somebody has zoomed or hidden stays until
    ``revision`` is another one; ``st.plotly_chart(figure, theme=None)`` is for what never changes.
    """
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "automargin": True,
        "tickangle": 0,
        "tickfont": {"size": FONT_SIZE - 1},
        "title": {"font": {"size": FONT_SIZE}, "standoff": 8},
    }
    whole: dict[str, Any] = {
        "template": {"layout": {}},
        "autosize": True,
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": theme.text, "size": FONT_SIZE, "family": "Source Sans, sans-serif"},
        "hoverlabel": {
            "bgcolor": theme.ground,
            "bordercolor": theme.grid,
            "font": {"color": theme.text, "size": FONT_SIZE},
            "namelength": -1,
        },
        "hovermode": "closest",
        "dragmode": "zoom",
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": theme.faint,
            "activecolor": theme.text,
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "font": {"size": FONT_SIZE},
            "itemsizing": "constant",
        },
        "uirevision": revision,
    }
    for name, value in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            title = {**axis["title"], **value.get("title", {})}  # type: ignore[dict-item]
            whole[name] = {**axis, **value, "title": title}
        elif isinstance(value, dict) and isinstance(whole.get(name), dict):
            whole[name] = {**whole[name], **value}
        else:
            whole[name] = value
    return go.Figure({"data": data, "layout": whole})


def enlarged(figure: go.Figure, times: float) -> go.Figure:
    """``figure`` with all its letters, and the room around them, ``times`` as large.

    It gets only a little higher: what belongs to it, such as a handle, has to stay in sight.
    """
    told = figure.to_dict()
    layout = {**_enlarged(told["layout"], times), "height": told["layout"]["height"] * HIGHER}
    return go.Figure({**told, "layout": layout})


HIGHER = 1.1
_GROWING = ("margin", "pad", "size", "yshift", "xshift")
"""What letters and the room around them are measured by, in pixels."""


def _enlarged(part: Any, times: float) -> Any:
    if isinstance(part, dict):
        return {
            name: _multiplied(value, times) if name in _GROWING else _enlarged(value, times)
            for name, value in part.items()
        }
    if isinstance(part, list | tuple):
        return [_enlarged(one, times) for one in part]
    return part


def _multiplied(value: Any, times: float) -> Any:
    if isinstance(value, dict):
        return {name: _multiplied(one, times) for name, one in value.items()}
    return value * times if isinstance(value, int | float) else value


def note(text: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    """An annotation on the paper, without arrow; ``text`` must be escaped or our own."""
    place = {"xref": "paper", "yref": "paper", "x": x, "y": y, "showarrow": False}
    return {**place, "text": text, "xanchor": "left", "yanchor": "bottom", **more}


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)
