"""Compiled layers: the same numbers, the time apart, and a training that does without."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from optim_core.training import Experiment, fit, network_entry
from optim_core.training import computing as computing_module
from optim_core.training.log import TrainingLog
from tests.optim_core.training import training_events as made

torch.set_num_threads(1)

ROOT = Path(__file__).parents[3]

EXPERIMENT = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 64},
    network="mlp",
    network_settings={"width": 4, "depth": 1, "batch_norm": True},
    entries=(network_entry("momentum"), network_entry("adam")),
    seeds=(0,),
    epochs=2,
    batch_size=16,
    precision="float64",
)


def test_it_is_off_unless_asked_for_and_stands_in_the_text() -> None:
    assert not EXPERIMENT.compiled
    asked = EXPERIMENT.changed(compiled=True)
    assert Experiment.from_json(asked.to_json()) == asked
    older = json.loads(EXPERIMENT.to_json())
    del older["compiled"]
    assert Experiment.from_json(json.dumps(older)) == EXPERIMENT


def test_each_number_of_rows_is_compiled_before_the_first_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: list[int] = []

    def watched(function: Callable) -> Callable:
        def watching(pieces, *others):
            rows.append(len(pieces[0]))
            return function(pieces, *others)

        return watching

    monkeypatch.setattr(computing_module, "compiled", watched)
    three = EXPERIMENT.changed(entries=(*EXPERIMENT.entries, network_entry("sgd")), compiled=True)
    events = fit(three, rows_at_once=2)
    started = next(events)
    assert rows == [2, 1]
    assert 0 < started.compile_seconds < started.seconds
    *_, end = events
    *_, eager = fit(three.changed(compiled=False), rows_at_once=2)
    # What was tried out left nothing behind, in weights and in batch norms.
    np.testing.assert_array_equal(end.weights, eager.weights)
    np.testing.assert_array_equal(end.normalisation, eager.normalisation)


def test_where_it_fails_the_layers_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(function: Callable) -> Callable:
        def failing(*given):
            raise RuntimeError("no compiler")

        return failing

    monkeypatch.setattr(computing_module, "compiled", broken)
    started, *_, end = fit(EXPERIMENT.changed(compiled=True))
    assert started.compile_seconds is None
    assert "could not be compiled" in caplog.text
    *_, eager = fit(EXPERIMENT, rows_at_once=started.rows_at_once)
    np.testing.assert_array_equal(end.weights, eager.weights)


def test_a_log_reads_runs_from_before() -> None:
    log = TrainingLog()
    log.add("started", made.STARTED)
    assert log.start is not None and log.start.compile_seconds is None
    again = TrainingLog()
    again.add("started", {**made.STARTED, "compile_seconds": 2.5})
    assert again.start is not None and again.start.compile_seconds == 2.5


@pytest.mark.skipif(
    shutil.which("g++") is None and shutil.which("clang++") is None,
    reason="torch.compile needs a C++ compiler on a processor, and there is none",
)
def test_compiled_steps_equal_plain_ones(tmp_path: Path) -> None:
    script = f"""
import numpy as np
from optim_core.training import Experiment, fit
experiment = Experiment.from_json({EXPERIMENT.to_json()!r})
started, *_, end = fit(experiment.changed(compiled=True), rows_at_once=2)
assert started.compile_seconds is not None
*_, eager = fit(experiment, rows_at_once=2)
print(np.abs(end.weights - eager.weights).max())
print(np.abs(end.normalisation - eager.normalisation).max())
"""
    # In a process of its own: the compiler brings warnings, threads and processes with it.
    own = {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path), "TORCHINDUCTOR_COMPILE_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **own},
    )
    assert done.returncode == 0, done.stderr
    differences = [float(line) for line in done.stdout.split()]
    # A pixel that is blank in a whole batch acts like a bias before the batch norm: its gradient is
    # nothing but rounding, and Adam makes 1e-11 of that.
    assert len(differences) == 2 and max(differences) < 1e-8
