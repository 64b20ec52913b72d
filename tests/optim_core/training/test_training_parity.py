"""One row is a plain torch loop with torch.optim, digit by digit, whatever trains beside it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import torch
import training_twins as twins
from torch.nn import functional

from optim_core import OPTIMIZERS, Schedule
from optim_core.training import DATASETS, Experiment, fit, network_entry
from optim_core.training.batches import epoch_order
from optim_core.training.events import EpochDone, Finished, Stepped

torch.set_num_threads(1)

KEYS = [key for key, spec in OPTIMIZERS.items() if spec.torch_twin is not None]
STEPS, BATCH, EXAMPLES = 50, 16, 160
SEEDS = (3, 11)
DECAYED = {"weight_decay": 0.02}


def experiment(norm: bool = False, **fields) -> Experiment:
    entries = tuple(network_entry(key, **DECAYED) for key in KEYS)
    given = {
        "dataset": "digits_8x8",
        "dataset_settings": {"examples": EXAMPLES},
        "network": "small_cnn",
        "network_settings": {"width": 3, "batch_norm": norm},
        "entries": entries,
        "seeds": SEEDS,
        "epochs": STEPS // (EXAMPLES // BATCH),
        "batch_size": BATCH,
        "precision": "float64",
    }
    return Experiment(**{**given, **fields})


@lru_cache
def ours(norm: bool, rows_at_once: int) -> tuple[Finished, list[Stepped], EpochDone]:
    events = list(fit(experiment(norm), rows_at_once=rows_at_once))
    steps = [event for event in events if isinstance(event, Stepped)]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    return events[-1], steps, epochs[-1]  # type: ignore[return-value]


def pictures(part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Normalised as one would by hand."""
    spec = DATASETS["digits_8x8"]
    examples = spec.load(spec.settings({"examples": EXAMPLES}))
    seen = examples.train.images.astype(np.float64)
    chosen = getattr(examples, part)
    scaled = (chosen.images - seen.mean()) / seen.std()
    return torch.from_numpy(scaled), torch.from_numpy(chosen.labels.copy())


def plain_loop(chosen: Experiment, row: int, factor=lambda step: 1.0):
    """Network, and the loss of every step, of a loop as one would write it."""
    network = chosen.built_network()
    entry, seed = divmod(row, len(chosen.seeds))
    settings = dict(chosen.network_settings)
    module = twins.small_cnn(
        1, 8, 10, width=int(settings["width"]), norm=bool(settings["batch_norm"])
    )
    start = network.initial_weights([chosen.seeds[seed]])[0]
    twins.with_weights(module, network, start)
    optimizer = OPTIMIZERS[chosen.entries[entry].optimizer].torch_twin(
        list(module.parameters()), dict(chosen.entries[entry].settings)
    )
    rate = float(chosen.entries[entry]["learning_rate"])
    images, labels = pictures("train")
    losses = []
    for epoch in range(1, chosen.epochs + 1):
        for places in epoch_order(chosen.order_seed, epoch, len(labels), BATCH):
            optimizer.param_groups[0]["lr"] = rate * factor(len(losses) + 1)
            optimizer.zero_grad()
            loss = functional.cross_entropy(module(images[places]), labels[places])
            loss.backward()
            if chosen.clip_value is not None:
                torch.nn.utils.clip_grad_value_(module.parameters(), chosen.clip_value)
            if chosen.clip_norm is not None:
                torch.nn.utils.clip_grad_norm_(module.parameters(), chosen.clip_norm)
            optimizer.step()
            losses.append(loss.item())
    return module, np.array(losses)


@pytest.mark.parametrize("rows_at_once", [1, 24])
@pytest.mark.parametrize("norm", [False, True], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("key", KEYS)
def test_fifty_steps_equal_those_of_torch(key: str, norm: bool, rows_at_once: int) -> None:
    end, steps, epoch = ours(norm, rows_at_once)
    row = KEYS.index(key) * len(SEEDS) + 1
    module, losses = plain_loop(experiment(norm), row)
    expected = twins.flat(module).numpy()
    assert np.abs(expected - end.weights[0]).max() > 1e-3  # not every run ends there
    np.testing.assert_allclose(end.weights[row], expected, rtol=0, atol=1e-8)
    told = np.concatenate([event.losses for event in steps])
    assert told.shape == (STEPS, len(KEYS) * len(SEEDS))
    np.testing.assert_allclose(told[:, row], losses, rtol=1e-8)

    module.eval()
    images, labels = pictures("validation")
    with torch.no_grad():
        logits = module(images)
    right = (logits.argmax(1) == labels).double().mean()
    assert epoch.validation_accuracy[row] == pytest.approx(right.item(), abs=1e-12)
    loss = functional.cross_entropy(logits, labels).item()
    assert epoch.validation_loss[row] == pytest.approx(loss, rel=1e-7)


@pytest.mark.parametrize("key", ["momentum", "adam"])
def test_schedule_and_clipping_equal_those_of_torch(key: str) -> None:
    chosen = experiment(
        entries=(network_entry("sgd"), network_entry(key)),
        schedule=Schedule("exponential", {"factor": 0.97}),
        clip_norm=0.6,
        clip_value=0.05,
    )
    *_, end = fit(chosen)
    module, _ = plain_loop(chosen, 3, factor=lambda step: 0.97 ** (step - 1))
    np.testing.assert_allclose(end.weights[3], twins.flat(module).numpy(), rtol=0, atol=1e-8)


def test_the_plain_loop_would_notice_a_difference() -> None:
    """The tolerance means something: another seed, or no clipping, is far outside it."""
    end, _, _ = ours(False, 1)
    other = plain_loop(experiment(seeds=(4, 12)), 1)[0]
    clipped = plain_loop(experiment(clip_norm=0.5), 1)[0]
    for module in (other, clipped):
        assert np.abs(end.weights[1] - twins.flat(module).numpy()).max() > 1e-3
