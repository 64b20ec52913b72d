"""Specs of jobs by the thousand, changed at a place: refused in words, or complete."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from fuzzing import count, damaged_value

from optim_core.jobs import JobRefusedError
from optim_core.jobs.kinds import KINDS
from optim_core.jobs.wishes import complete
from optim_core.training.landscape.edge_job import to_spec
from optim_core.training.landscape.edge_presets import EDGE_PRESETS
from optim_core.training.presets import TRAINING_PRESETS

FULL = 20_000
RUN = "0123456789abcdef0123456789abcdef"
SPECS: dict[str, list[dict[str, Any]]] = {
    "fit": [
        json.loads(one.experiment.to_json())
        for preset in TRAINING_PRESETS.values()
        for one in preset.experiments
    ],
    "landscape": [
        {"kind": "slice", "networks": [[RUN, 0]], "resolution": 9},
        {"kind": "plane", "networks": [[RUN, 0], [RUN, 1], [RUN, 2]], "statistics": "recomputed"},
        {"kind": "interpolation", "networks": [[RUN, 0], [RUN, 1]]},
    ],
    "sharpness": [{"networks": [[RUN, 0], [RUN, 3]]}],
    "edge": [to_spec(preset.recording) for preset in EDGE_PRESETS.values()],
}


@pytest.mark.parametrize("kind", SPECS)
def test_a_spec_is_complete_or_refused_in_words(kind: str) -> None:
    chance = random.Random(kind)
    pieces = [value for spec in SPECS[kind] for value in spec.values()]
    refused = 0
    for _case in range(count(FULL // len(SPECS))):
        spec = chance.choice(SPECS[kind])
        for _change in range(chance.choice((1, 1, 2, 5))):
            spec = damaged_value(chance, spec, pieces)
        try:
            text = complete(KINDS[kind], spec)
        except JobRefusedError as error:
            refused += 1
            assert len(str(error)) < 500, spec
            assert "Traceback" not in str(error), spec
        else:
            # What is accepted is in full, and is the same when it is asked for once more.
            assert complete(KINDS[kind], json.loads(text)) == text, spec
    assert refused


@pytest.mark.parametrize("kind", SPECS)
def test_the_specs_that_are_damaged_were_sound(kind: str) -> None:
    for spec in SPECS[kind]:
        assert json.loads(complete(KINDS[kind], spec)).keys() >= spec.keys()
