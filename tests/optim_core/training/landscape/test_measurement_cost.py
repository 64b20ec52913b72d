"""What no machine could measure in time is refused before anything is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from optim_core.jobs import Denial, Failure, JobRefusedError
from optim_core.jobs.kinds import KINDS
from optim_core.jobs.wishes import complete
from optim_core.jobs.words import JobFailedError
from optim_core.training import cost
from optim_core.training.landscape.edge import EDGE_KNOBS, EdgeRecording
from optim_core.training.landscape.edge_job import to_spec
from optim_core.training.landscape.edge_presets import EDGE_PRESETS
from tests.optim_core.training.landscape.landscape_hands import SMALL, Hands

WORDS = "times more than the fastest machine"


@pytest.mark.parametrize("key", EDGE_PRESETS)
def test_every_recording_that_a_page_offers_can_be_asked_for(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    complete(KINDS["edge"], to_spec(EDGE_PRESETS[key].recording))


def test_an_absurd_recording_is_refused_with_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    large = SMALL.changed(
        dataset_settings={"examples": 8_000},
        network="resnet",
        network_settings={"depth": "20", "width": 32},
        record_every=0,
    )
    most = {name: int(knob.high) for name, knob in EDGE_KNOBS.items()}
    spec = to_spec(EdgeRecording(experiment=large, **{**most, "every": 1}))
    with pytest.raises(JobRefusedError, match=WORDS) as caught:
        complete(KINDS["edge"], spec)
    assert caught.value.denial is Denial.BAD_SPEC


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("landscape", {"kind": "slice", "resolution": 5, "pictures": 16}),
        ("sharpness", {"pictures": 16, "probes": 2, "depth": 4}),
    ],
)
def test_what_a_slow_world_could_not_measure_is_refused_at_the_start(
    kind: str, settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(tmp_path)
    run = hands.train(SMALL)
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(cost, "FASTEST_PROCESSOR", 1e-3)
    measured = hands.store.submit(kind, {"networks": [[run, 0]], **settings}, "somebody").run
    with pytest.raises(JobFailedError, match="REFUSED") as told:
        hands.work()
    assert told.value.failure is Failure.REFUSED
    assert WORDS in str(told.value.places["reason"])
    assert not hands.store.events(measured)
