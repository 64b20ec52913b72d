"""A widget that is new to a browser shows the present value, whatever message it comes in."""

import pytest

from optim_core import PRESETS
from tests.pages.visiting import sound, visit


@pytest.mark.parametrize("preset", ["plateau", "cliff_clipped", "momentum_escapes"])
def test_every_widget_has_its_present_value_as_its_default(preset: str) -> None:
    app = visit(PRESETS[preset].scenario)
    # In the second run the session gives no value any more: what a widget says by itself counts.
    sound(app.run())
    assert len(app.select_slider) >= 4
    for slider in app.select_slider:
        assert not slider.proto.set_value
        (place,) = slider.proto.default
        assert slider.proto.options[int(place)] == slider.format_func(slider.value)
    for box in app.selectbox:
        assert box.proto.default == box.index
    assert len(app.number_input) >= 4
    for field in app.number_input:
        assert (field.proto.has_min, field.proto.has_max) == (False, False)
        assert field.proto.default == field.value
    for toggle in app.toggle:
        assert toggle.proto.default == toggle.value
    for text in app.text_input:
        assert text.proto.default == text.value
    for colour in app.color_picker:
        assert colour.proto.default == colour.value
