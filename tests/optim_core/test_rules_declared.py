"""What each declaration promises to pickers, plots and links."""

from __future__ import annotations

import inspect
import itertools

import pytest
import torch

from optim_core import OPTIMIZERS
from optim_core.spec import WRAPPERS

KEYS = (
    "sgd momentum nesterov adagrad adadelta rmsprop adam adamax nadam amsgrad adabound amsbound "
    "swats radam adamw sgdw"
)
SETTINGS = (
    "learning_rate momentum dampening beta1 beta2 epsilon weight_decay alpha centered "
    "final_learning_rate gamma initial_accumulator learning_rate_decay rho switch_tolerance "
    "minimum_switch_step variant"
)
DASHES = {"solid", "dash", "dot", "dashdot", "longdash", "longdashdot"}


def test_shared_keys_never_change() -> None:
    assert set(OPTIMIZERS) == set(KEYS.split())
    assert set(WRAPPERS) == {"lookahead"}
    assert [knob.key for knob in WRAPPERS["lookahead"].knobs] == ["steps", "alpha"]
    used = {knob.key for spec in OPTIMIZERS.values() for knob in spec.knobs}
    assert used == set(SETTINGS.split())


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_declaration_is_complete(key: str) -> None:
    spec = OPTIMIZERS[key]
    assert spec.title and spec.source and spec.maths and spec.family in ("SGD", "Adam")
    assert spec.story.endswith(".") and spec.story.count(".") == 1
    assert spec.maths.count("{") == spec.maths.count("}")
    assert spec.dash in DASHES
    assert len({knob.key for knob in spec.knobs}) == len(spec.knobs)
    for knob in spec.knobs:
        assert knob.title and knob.help.endswith(".")
        for choice in knob.choices:
            assert choice.title and choice.help.endswith(".")
        if knob.is_number:
            low, high = knob.slider_range
            assert knob.low <= low < high <= knob.high
            # A log slider cannot show 0, which stands for a term left out.
            assert low <= knob.default <= high or knob.default == 0


TORCH_DEFAULTS = {
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamax": torch.optim.Adamax,
    "nadam": torch.optim.NAdam,
    "amsgrad": torch.optim.Adam,
    "radam": torch.optim.RAdam,
    "adamw": torch.optim.AdamW,
}


@pytest.mark.parametrize("key", TORCH_DEFAULTS)
def test_defaults_are_torchs_but_for_the_learning_rate(key: str) -> None:
    theirs = {
        name: parameter.default
        for name, parameter in inspect.signature(TORCH_DEFAULTS[key]).parameters.items()
    }
    names = {
        "epsilon": "eps",
        "initial_accumulator": "initial_accumulator_value",
        "learning_rate_decay": "lr_decay",
    }
    for knob in OPTIMIZERS[key].knobs:
        if knob.key in ("beta1", "beta2"):
            assert knob.default == theirs["betas"][int(knob.key[-1]) - 1]
        elif knob.key not in ("learning_rate", "variant"):
            assert knob.default == theirs[names.get(knob.key, knob.key)]
    for knob in OPTIMIZERS[key].knobs:
        if knob.key == "learning_rate" and key != "adadelta":
            assert 0.01 <= knob.default <= 0.1
        if knob.key == "variant":
            assert knob.default == "torch"


# Colours, as people with each kind of colour vision see them: Machado, Oliveira and Fernandes 2009
# (full deuteranopia and protanopia), and distances in Ottosson's OKLab.

VISIONS = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
]
CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colour: str) -> torch.Tensor:
    values = torch.tensor([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]).double()
    return torch.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(colour: str) -> torch.Tensor:
    """(3 visions, 3) OKLab coordinates."""
    light = torch.tensor(VISIONS).double() @ linear(colour)
    cones = (light @ torch.tensor(CONES).double().T).clamp_min(0) ** (1 / 3)
    return cones @ torch.tensor(LAB).double().T


def luminance(colour: str) -> float:
    return float(linear(colour) @ torch.tensor([0.2126, 0.7152, 0.0722]).double())


def test_lines_can_be_told_apart() -> None:
    """No two alike to any eye; and those that come nearest are drawn with different dashes."""
    for one, other in itertools.combinations(OPTIMIZERS.values(), 2):
        nearest = (seen(one.colour) - seen(other.colour)).norm(dim=-1).min().item()
        assert nearest > (0.12 if one.dash == other.dash else 0.08), (one.key, other.key)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_lines_show_on_light_and_dark(key: str) -> None:
    light = luminance(OPTIMIZERS[key].colour)
    assert 1.05 / (light + 0.05) > 1.85, "against white"
    assert (light + 0.05) / (luminance("#0e1117") + 0.05) > 2.1, "against the dark theme"
