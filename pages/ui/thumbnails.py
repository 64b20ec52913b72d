"""A small contour picture of every surface, made from the surface itself."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from landscapes import SURFACES, Surface
from pages.player.scale import Scale, drawn_range

WIDTH, HEIGHT = 160, 120
"""In pixels: sharp enough at half that size on a screen with two pixels a point."""

BANDS = 14

LIGHT = ("#2f6690", "#5b93ab", "#93bcc0", "#c6dad0", "#e9ead9", "#f6efe2")
DARK = ("#0a1c33", "#123a55", "#1f586f", "#407a85", "#76a09b", "#b3c6b6")
"""The colours of the player's contour map (``theme.js``), valleys first."""

LINE = 0.16
"""How much of black, or of white on the dark theme, a level line has."""


@lru_cache(maxsize=2)
def pictures(dark: bool) -> dict[str, str]:
    """The picture of each surface by key, as the address of a PNG; made once a process."""
    colours = palette(dark)
    return {
        key: "data:image/png;base64," + base64.b64encode(png(banded(surface), colours)).decode()
        for key, surface in SURFACES.items()
    }


def banded(surface: Surface, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """The band of heights that each pixel belongs to, (height, width), the highest y first.

    Bands count from 0, the valleys; BANDS more is a level line over that band, and 2 BANDS is where
    the surface is undefined. Heights are scaled and cut off much as the player does.
    """
    bounds = surface.bounds
    x = torch.linspace(bounds.x_low, bounds.x_high, width, dtype=torch.float64)
    y = torch.linspace(bounds.y_high, bounds.y_low, height, dtype=torch.float64)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    with torch.no_grad():
        losses = surface.value(columns, rows).numpy()
    sound = np.isfinite(losses)
    # The player asks the declared minima too, some of which take long to find.
    scale = Scale(log=surface.log_z, offset=float(losses[sound].min()))
    heights = scale.drawn(losses)
    low, top = drawn_range(heights, np.empty(0))
    share = np.clip((np.where(sound, heights, low) - low) / (top - low), 0, 1)
    bands = np.minimum((share * BANDS).astype(np.uint8), BANDS - 1)
    crossed = np.zeros_like(sound)
    crossed[:, 1:] |= bands[:, 1:] != bands[:, :-1]
    crossed[1:] |= bands[1:] != bands[:-1]
    return np.where(sound, bands + np.uint8(BANDS) * crossed, 2 * BANDS).astype(np.uint8)


def png(pixels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """``pixels`` (height, width), places in ``palette`` (colours, 3), as an indexed PNG."""
    image = Image.fromarray(pixels)
    image.putpalette(palette.tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def palette(dark: bool) -> NDArray[np.uint8]:
    """The colours of the bands, of their lines, and of what is undefined: (2 BANDS + 1, 3)."""
    anchors = np.array([list(bytes.fromhex(colour[1:])) for colour in (DARK if dark else LIGHT)])
    places = np.linspace(0, len(anchors) - 1, BANDS)
    bands = np.stack(
        [np.interp(places, np.arange(len(anchors)), anchors[:, part]) for part in range(3)], axis=1
    )
    lines = bands + LINE * ((255 if dark else 0) - bands)
    nothing = np.full((1, 3), 40 if dark else 225)
    return np.concatenate([bands, lines, nothing]).round().astype(np.uint8)
