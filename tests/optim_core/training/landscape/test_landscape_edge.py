"""The edge of stability: limits in closed form, and sharpness recorded as it is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landscapes import Refusal
from optim_core import Entry, Schedule, theory
from optim_core.training import Experiment, network_entry
from optim_core.training.landscape.edge import EdgeRecording, record_edge
from optim_core.training.landscape.objective import NetworkLoss
from optim_core.training.landscape.stability import edge_of
from optim_core.training.row_groups import StoppedError
from optim_core.training.updating import Updater
from tests.optim_core.training.landscape.landscape_cases import digits, network_of

torch.set_num_threads(1)
SGD, ADAM = network_entry("sgd", learning_rate=0.2), network_entry("adam", learning_rate=0.01)


def recording(*entries: Entry, **fields) -> EdgeRecording:
    names = {"steps", "every", "pictures"} & set(fields)
    own = {"steps": 12, "every": 6, "pictures": 60} | {name: fields.pop(name) for name in names}
    experiment = Experiment(
        dataset="digits_8x8",
        dataset_settings={"examples": 60},
        network="mlp",
        network_settings={"width": 3, "depth": 1, "activation": "tanh"},
        entries=entries,
        precision="float64",
        **fields,
    )
    return EdgeRecording(experiment=experiment, **own)


@pytest.mark.parametrize(
    ("entry", "limit"),
    [
        (Entry("sgd", {"learning_rate": 0.1}), 20),
        (Entry("momentum", {"learning_rate": 0.1, "momentum": 0.9}), 38),
        (Entry("momentum", {"learning_rate": 0.1, "momentum": 0.9, "dampening": 0.5}), 76),
        (Entry("momentum", {"learning_rate": 0.1, "momentum": 0.9, "variant": "averaged"}), 380),
        (Entry("nesterov", {"learning_rate": 0.1, "momentum": 0.9}), 20 * 1.9 / 2.8),
        (Entry("adam", {"learning_rate": 0.1}), 380),
        (Entry("amsgrad", {"learning_rate": 0.1, "beta1": 0.0}), 20),
    ],
)
def test_each_rule_leaves_a_quadratic_just_beyond_its_limit(entry: Entry, limit: float) -> None:
    edge = edge_of(entry)
    assert edge.limit == pytest.approx(limit)
    if edge.gain is not None:
        assert edge.gain == pytest.approx(0.1 * (1 - float(entry["beta1"])))
        return
    # A quadratic axis whose curvature is just below, and just beyond the limit.
    updater = Updater((entry,), 1, Schedule(), 600)
    points = torch.ones(1, 2, dtype=torch.float64)
    curvatures = torch.tensor([[0.98, 1.02]], dtype=torch.float64) * edge.limit
    updater.start(points)
    for step in range(1, 601):
        points = updater.step(step, points, curvatures * points)
    assert abs(points[0, 0]) < 1 < abs(points[0, 1])


def test_the_adam_limit_is_the_papers() -> None:
    assert edge_of(ADAM).limit == pytest.approx(38 / 0.01)
    assert edge_of(ADAM).limit == theory.adam_sharpness_limit(0.01, 0.9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"entries": (network_entry("rmsprop"),)}, "these rules"),
        ({"entries": (Entry("sgd", {}, "lookahead"),)}, "without a wrapper"),
        ({"entries": (SGD.changed(weight_decay=0.1),)}, "weight decay"),
        ({"entries": (SGD.changed(learning_rate=0.0),)}, "learning rate above 0"),
        ({"schedule": Schedule("cosine")}, "constant"),
        ({"clip_norm": 1.0}, "clipping"),
        ({"steps": 0}, "steps"),
        ({"pictures": 1}, "pictures"),
        ({"every": 10**9}, "every"),
    ],
)
def test_what_has_no_known_edge_is_refused(change: dict, words: str) -> None:
    entries = change.pop("entries", (SGD,))
    with pytest.raises(Refusal, match=words):
        recording(*entries, **change)


def test_adams_preconditioner_is_that_of_its_second_moments() -> None:
    updater = Updater((ADAM,), 1, Schedule(), 20)
    chance = torch.Generator().manual_seed(0)
    points = torch.randn(1, 50, generator=chance, dtype=torch.float64)
    updater.start(points)
    second = torch.zeros(50, dtype=torch.float64)
    for step in range(1, 11):
        slopes = torch.randn(1, 50, generator=chance, dtype=torch.float64)
        second = 0.999 * second + 0.001 * slopes[0] ** 2
        rates = updater.present_rates(step, points, slopes, 0)
        size = (1 - 0.9**step) * ((second / (1 - 0.999**step)).sqrt() + 1e-8)
        torch.testing.assert_close(rates / edge_of(ADAM).gain, 1 / size, rtol=1e-9, atol=0)
        points = updater.step(step, points, slopes)


def hessian_after(entry: Entry, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The whole Hessian, and Adam's P, where a training by hand stands."""
    network = network_of("mlp", width=3, depth=1, activation="tanh")
    loss = NetworkLoss(network, [digits(60)], None)
    updater = Updater((entry,), 1, Schedule(), steps)
    points = network.initial_weights((0,))
    updater.start(points)
    second = torch.zeros_like(points)
    for step in range(1, steps + 1):
        slopes = loss.gradients(points)[1]
        second = 0.999 * second + 0.001 * slopes**2
        points = updater.step(step, points, slopes)
    second = 0.999 * second + 0.001 * loss.gradients(points)[1] ** 2
    following = steps + 1
    size = (1 - 0.9**following) * ((second / (1 - 0.999**following)).sqrt() + 1e-8)
    whole = torch.eye(network.size, dtype=torch.float64)
    return loss.products(points.expand(network.size, -1), whole), size[0]


def test_the_recorded_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian() -> None:
    *_, last = record_edge(recording(SGD, ADAM))
    assert (last.step, last.losses.shape) == (12, (6, 2))
    hessian, _ = hessian_after(SGD, 12)
    largest = float(torch.linalg.eigvalsh(hessian)[-1])
    assert last.sharpness[0] == pytest.approx(largest, rel=0.01)
    assert abs(last.sharpness[0] - largest) <= last.bounds[0] + 1e-12
    hessian, size = hessian_after(ADAM, 12)
    roots = size.rsqrt()
    felt = float(torch.linalg.eigvalsh(roots[:, None] * hessian * roots)[-1])
    assert last.sharpness[1] == pytest.approx(felt, rel=0.01)
    assert last.curvature[1] == pytest.approx(float(torch.linalg.eigvalsh(hessian)[-1]), rel=0.01)


def test_looks_come_at_the_start_every_so_often_and_at_the_end() -> None:
    seen = list(record_edge(recording(SGD, steps=7, every=3)))
    assert [look.step for look in seen] == [0, 3, 6, 7]
    assert [len(look.losses) for look in seen] == [1, 3, 3, 1]
    losses = np.concatenate([look.losses for look in seen])
    assert losses[-1, 0] < losses[0, 0]


def test_descent_sharpens_beyond_its_edge_and_is_held_about_there() -> None:
    rate = 0.4
    seen = list(record_edge(recording(SGD.changed(learning_rate=rate), steps=200, every=10)))
    share = np.array([look.sharpness[0] for look in seen]) * rate / 2
    losses = np.concatenate([look.losses[:, 0] for look in seen])
    assert share[0] < 0.8
    assert 1.0 < share.max() < 2.5
    # Beyond the edge the loss goes up now and then, and yet down in the long run.
    assert (np.diff(losses) > 0).any()
    assert losses[-1] < 0.4 * losses[0]


def test_a_row_that_diverges_stops_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    step_of = Updater.step

    def spoilt(self: Updater, step: int, points: torch.Tensor, slopes: torch.Tensor):
        moved = step_of(self, step, points, slopes)
        if step == 2:
            moved[0, 5] = torch.inf
        return moved

    alone = list(record_edge(recording(SGD, steps=6, every=3)))
    monkeypatch.setattr(Updater, "step", spoilt)
    both = list(record_edge(recording(SGD.changed(learning_rate=0.1), SGD, steps=6, every=3)))
    assert both[-1].stopped_at.tolist() == [2, -1]
    assert np.isnan(both[1].sharpness[0])
    assert np.isnan(both[1].losses[1:, 0]).all()
    np.testing.assert_allclose(both[-1].sharpness[1], alone[-1].sharpness[0], rtol=0.01)
    nobody = list(record_edge(recording(SGD, steps=6, every=3)))
    assert [look.step for look in nobody] == [0, 2]


def test_it_stops_when_asked() -> None:
    with pytest.raises(StoppedError):
        list(record_edge(recording(SGD), stop=lambda: True))
