"""Surfaces by their pictures."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from landscapes import SURFACES, Bounds, Surface
from optim_core import Entry, RunConfig, Scenario
from pages.ui.surface_picker import families
from pages.ui.thumbnails import BANDS, HEIGHT, WIDTH, banded, pictures, png
from tests.pages.visiting import keys, present, press, sound, visit

RUN = Scenario(surface="rosenbrock", entries=(Entry("sgd"),), config=RunConfig(steps=20))


def decoded(file: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and palette of an indexed PNG."""
    image = Image.open(io.BytesIO(file))
    assert (image.format, image.mode) == ("PNG", "P")
    return np.array(image), np.array(image.getpalette(), dtype=np.uint8).reshape(-1, 3)


def test_a_picture_has_what_it_was_given():
    pixels = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)
    palette = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], dtype=np.uint8)
    again, colours = decoded(png(pixels, palette))
    assert (again == pixels).all()
    assert (colours[: len(palette)] == palette).all()


@pytest.mark.parametrize("dark", [False, True])
def test_every_surface_has_a_picture_of_its_own(dark):
    made = pictures(dark)
    assert list(made) == list(SURFACES)
    assert len(set(made.values())) == len(SURFACES)
    pixels, palette = decoded(base64.b64decode(made["cliff"].partition(",")[2]))
    assert pixels.shape == (HEIGHT, WIDTH)
    assert pixels.max() < len(palette)
    valley, top = palette[0].mean(), palette[BANDS - 1].mean()
    assert valley < top


def test_a_picture_has_its_highest_y_first_and_marks_what_is_undefined():
    slope = Surface(
        key="slope",
        title="",
        function=lambda x, y: torch.where(x > 0, y + 0 * x, torch.nan),
        bounds=Bounds(-1, 1, -1, 1),
        start=(0.5, 0.5),
        story="",
        source="",
    )
    bands = banded(slope)
    assert (bands[:, : WIDTH // 2] == 2 * BANDS).all()
    assert bands[0, -1] == BANDS - 1
    assert bands[-1, -1] == 0


def test_every_surface_stands_once_under_a_family():
    members = [surface.key for family in families().values() for surface in family]
    assert sorted(members) == sorted(SURFACES)


def test_a_surface_is_picked_by_its_picture_and_taken_back():
    app = visit(RUN)
    assert "surface.pick.easom" not in keys(app), "closed, no picture is drawn"
    app.session_state["surfaces"] = True
    sound(app.run())
    assert {f"surface.pick.{key}" for key in SURFACES} <= keys(app)
    assert app.button(key="surface.pick.rosenbrock").icon
    press(app, "surface.pick.easom")
    assert present(app).surface == "easom"
    assert app.selectbox(key="surface").value == "easom"
    assert "surface.pick.easom" not in keys(app), "what has served is closed"
    press(app, "undo")
    assert present(app) == RUN
