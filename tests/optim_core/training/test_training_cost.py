"""What no machine could end in time is refused before anything is computed."""

import json

import pytest
import torch

from optim_core.jobs import Denial, JobRefusedError
from optim_core.jobs.kinds import KINDS
from optim_core.jobs.wishes import complete
from optim_core.training import DEFAULT_EXPERIMENT
from optim_core.training.cost import check, most_operations
from optim_core.training.presets import TRAINING_PRESETS

ABSURD = DEFAULT_EXPERIMENT.changed(
    network_settings={"width": 64}, seeds=tuple(range(16)), epochs=400
)


@pytest.mark.parametrize("key", TRAINING_PRESETS)
def test_every_preset_can_be_trained_here(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    for one in TRAINING_PRESETS[key].experiments:
        check(one.experiment)


def test_an_absurd_training_is_refused_with_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert ABSURD.flops > most_operations(KINDS["fit"].time_limit)
    with pytest.raises(JobRefusedError, match="times more than the fastest machine") as caught:
        complete(KINDS["fit"], json.loads(ABSURD.to_json()))
    assert caught.value.denial is Denial.BAD_SPEC


def test_a_graphics_card_may_do_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    least = most_operations(1.0)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    assert most_operations(1.0) > 100 * least
