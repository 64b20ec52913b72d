"""The kind of job "landscape": pictures of networks that were really trained."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

from optim_core.jobs import Failure, JobRefusedError
from optim_core.jobs.tensor_files import unpack
from optim_core.jobs.words import JobFailedError
from optim_core.training import network_entry
from optim_core.training.data import DATASETS
from optim_core.training.landscape import (
    MEASURES,
    Evaluator,
    Landscape,
    LandscapeRequest,
    landscape_of,
    random_directions,
)
from optim_core.training.landscape.job import KNOWN
from optim_core.training.landscape.slices import square
from tests.optim_core.training.landscape.landscape_hands import SMALL, Hands

NORMED = SMALL.changed(network_settings={"width": 4, "depth": 1, "batch_norm": True}, seeds=(0,))


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Hands:
    return Hands(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def trained(hands: Hands) -> str:
    return hands.train(SMALL)


@pytest.fixture(scope="module")
def normed(hands: Hands) -> str:
    return hands.train(NORMED)


def test_weights_are_recorded_at_the_start_on_the_way_and_at_the_end(
    hands: Hands, trained: str
) -> None:
    told = [event for event in hands.store.events(trained) if event.kind == "recorded"]
    assert [event.body["step"] for event in told] == [0, 2, 4, 6]
    network = SMALL.built_network()
    weights = [event.arrays["weights"] for event in told]
    assert {one.shape for one in weights} == {(4, network.size)}
    starts = network.initial_weights(SMALL.seeds).repeat(2, 1).float().numpy()
    assert np.array_equal(weights[0], starts)
    kept = unpack(hands.store.artifact(trained, "weights"))["weights"]
    assert np.array_equal(weights[-1], kept)


def test_the_middle_of_a_slice_is_the_network_as_it_is_used(hands: Hands, normed: str) -> None:
    request = LandscapeRequest(
        kind="slice", networks=((normed, 1),), resolution=9, pictures=96, seed=3
    )
    landscape, result = hands.draw(request)
    trained_loss = hands.store.result(normed)["train_loss"][1]
    middle = landscape.values[:, 4, 4]
    assert middle[0] == pytest.approx(trained_loss, rel=1e-5)
    assert np.allclose(landscape.networks[0], middle, rtol=1e-5)
    assert np.allclose(landscape.shadows[0], middle, rtol=1e-5)
    assert np.isfinite(landscape.values).all()
    assert landscape.values[0].max() > middle[0]
    assert (result["pictures"], result["batch_norms"]) == ([96, 96], 1)
    assert abs(result["cosine"]) < 0.5
    # Recomputed statistics are another function of the weights, and another request.
    other, _ = hands.draw(request.changed(statistics="recomputed", resolution=5))
    assert other.values[0, 2, 2] != pytest.approx(middle[0], rel=1e-5)


def test_a_slice_is_that_of_the_network_computed_point_by_point(hands: Hands, trained: str) -> None:
    request = LandscapeRequest(kind="line", networks=((trained, 2),), resolution=5, pictures=64)
    landscape, _ = hands.draw(request)
    network = SMALL.built_network()
    kept = torch.from_numpy(
        unpack(hands.store.artifact(trained, "weights"))["weights"][2].copy()
    ).double()
    direction = random_directions(network, kept, 0, 1)[0]
    examples = DATASETS["digits_8x8"].load(dict(SMALL.dataset_settings))
    alone = Evaluator(network, examples, 64, torch.float64, torch.device("cpu"), torch.zeros(0))
    for place, x in enumerate(landscape.x):
        (expected,) = alone.measure((kept + x * direction)[None])
        assert np.allclose(landscape.values[:, place], expected, rtol=1e-4), x


def test_a_plane_and_a_line_hold_their_networks(hands: Hands, trained: str) -> None:
    three = tuple((trained, row) for row in (0, 1, 3))
    plane, _ = hands.draw(LandscapeRequest(kind="plane", networks=three, resolution=5, pictures=32))
    assert np.allclose(plane.networks, plane.shadows, rtol=1e-4)
    line, _ = hands.draw(
        LandscapeRequest(kind="interpolation", networks=three[:2], resolution=7, pictures=32)
    )
    ends = line.values[:, [2, 4]].T
    assert line.x[[2, 4]].tolist() == [0.0, 1.0]
    assert np.allclose(ends, line.networks, rtol=1e-4)
    assert line.y is None
    assert len(line.to_csv().splitlines()) == 8


@pytest.mark.parametrize("centre", [-1, 1])
def test_paths_are_told_with_how_much_their_plane_lies(
    hands: Hands, trained: str, centre: int
) -> None:
    rows = tuple((trained, row) for row in range(4))
    request = LandscapeRequest(
        kind="paths", networks=rows, resolution=5, pictures=32, centre=centre
    )
    landscape, _ = hands.draw(request)
    paths = landscape.paths
    assert paths is not None
    assert paths.steps[:, 0].tolist() == [0, 2, 4, 6]
    assert paths.places.shape == (4, 4, 2)
    # The last moment is the network itself.
    assert np.allclose(paths.true[-1], landscape.networks, rtol=1e-5)
    assert np.allclose(paths.places[-1], landscape.marks, atol=1e-5)
    assert 0.5 < paths.explained[:2].sum() < 1
    if centre >= 0:
        assert paths.distances[-1, centre] < 1e-6
        assert np.allclose(paths.true[-1, centre], paths.plane[-1, centre], rtol=1e-4)
    assert paths.distances.max() > 0.01
    assert len(landscape.paths_csv().splitlines()) == 17


def test_a_picture_that_was_cut_off_goes_on_where_it_was(hands: Hands, trained: str) -> None:
    request = LandscapeRequest(kind="slice", networks=((trained, 0),), resolution=17, pictures=16)
    run = hands.store.submit("landscape", request.to_spec(), "ann").run
    asked = count()

    def paused() -> bool:
        looks = next(asked)
        if looks == 40:
            hands.store.pause(run, "ann")
        return looks >= 40

    assert hands.work(stop=paused) is None
    (*_, told) = [event for event in hands.store.events(run) if event.kind == KNOWN]
    done = told.body["done"]
    assert 0 < done < told.body["points"]
    coarse = landscape_of(told.arrays).coarse()
    assert np.isfinite(coarse.values).all()
    assert coarse.values.size > 0
    hands.store.go_on(run, "ann")
    measured: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        inner = Evaluator.measure

        def measure(self: Evaluator, points: torch.Tensor, *more: object) -> object:
            measured.append(len(points))
            return inner(self, points, *more)  # type: ignore[arg-type]

        patch.setattr(Evaluator, "measure", measure)
        assert hands.work() is not None
    assert sum(measured) <= told.body["points"] - done
    whole = landscape_of(unpack(hands.store.artifact(run, "landscape")))
    assert np.isfinite(whole.values).all()
    again, _ = hands.draw(request.changed(resolution=5, seed=1))
    assert again.values.shape == (len(MEASURES), 5, 5)


def test_what_spans_no_picture_fails_in_words(hands: Hands, trained: str, normed: str) -> None:
    def reason(request: LandscapeRequest) -> str:
        hands.store.submit("landscape", request.to_spec(), "ann")
        with pytest.raises(JobFailedError) as error:
            hands.work()
        return str(error.value.places.get("reason", error.value.failure.key))

    gone = LandscapeRequest(kind="line", networks=(("0" * 32, 0),))
    assert reason(gone) == Failure.NO_SOURCE.key
    assert "no network 10" in reason(gone.changed(networks=((trained, 9),)))
    unlike = gone.changed(kind="interpolation", networks=((trained, 0), (normed, 0)))
    assert "not alike" in reason(unlike)
    bare = hands.train(SMALL.changed(record_every=0, epochs=1))
    assert "not recorded" in reason(gone.changed(kind="paths", networks=((bare, 0),)))


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"kind": "slice", "networks": []},
        {"kind": "slice", "networks": [["0" * 32, 0], ["0" * 32, 1]]},
        {"kind": "pie", "networks": [["0" * 32, 0]]},
        {"kind": "line", "networks": [["../../etc", 0]]},
        {"kind": "line", "networks": [["0" * 32, -1]]},
        {"kind": "line", "networks": [["0" * 32, True]]},
        {"kind": "line", "networks": [["0" * 32, 0]], "resolution": 10**6},
        {"kind": "line", "networks": [["0" * 32, 0]], "more": 1},
        {"kind": "paths", "networks": [["0" * 32, 0]], "centre": 1},
        {"kind": "interpolation", "networks": [["0" * 32, 0], ["0" * 32, 0]]},
    ],
)
def test_what_is_no_picture_is_refused_before_it_is_queued(hands: Hands, spec: object) -> None:
    with pytest.raises(JobRefusedError, match="cannot be used"):
        hands.store.submit("landscape", spec, "ann")


def test_equal_pictures_are_equal_requests() -> None:
    one = LandscapeRequest(kind="interpolation", networks=(("0" * 32, 0), ("0" * 32, 1)))
    assert one == one.changed(seed=5, span=2.0, centre=1, statistics="recomputed")
    assert json.dumps(one.to_spec())


def test_files_hold_the_picture(hands: Hands, trained: str, tmp_path: Path) -> None:
    request = LandscapeRequest(kind="slice", networks=((trained, 0),), resolution=5, pictures=16)
    landscape, _ = hands.draw(request)
    file = tmp_path / "picture.npz"
    file.write_bytes(landscape.to_npz())
    with np.load(file, allow_pickle=False) as kept:
        back = landscape_of(dict(kept))
    assert np.array_equal(back.values, landscape.values)
    lines = landscape.to_csv().splitlines()
    assert lines[0] == "x,y,train_loss,train_accuracy,validation_loss,validation_accuracy"
    assert len(lines) == 26


def test_networks_that_read_text_have_a_landscape_too(hands: Hands) -> None:
    reading = SMALL.changed(
        dataset="persuasion",
        dataset_settings={"examples": 16},
        network="char_lstm",
        network_settings={"width": 4},
        entries=(network_entry("adam"),),
        seeds=(0,),
        epochs=1,
        batch_size=8,
    )
    request = LandscapeRequest(
        kind="line", networks=((hands.train(reading), 0),), resolution=5, pictures=16
    )
    landscape, result = hands.draw(request)
    assert np.isfinite(landscape.values).all()
    assert landscape.values[0, 2] == pytest.approx(landscape.networks[0, 0], rel=1e-5)
    assert result["pictures"] == [16, 16]


@pytest.mark.parametrize("resolution", [9, 17, 40])
def test_a_picture_that_grows_never_has_holes(resolution: int) -> None:
    grid = square(1.0, resolution)
    order = grid.order()
    ends = np.cumsum([len(level) for level in grid.levels()])
    shown = []
    for done in range(1, len(order) + 1, 7):
        values = np.full((len(MEASURES), len(order)), np.nan)
        values[:, order[:done]] = 1.0
        none = np.zeros((0, len(MEASURES)))
        whole = values.reshape(len(MEASURES), *grid.shape)
        picture = Landscape(grid.x, grid.y, whole, none, none, none)
        coarse = picture.coarse()
        assert np.isfinite(coarse.values).all()
        if done >= ends[0]:
            shown.append(coarse.values[0].size)
    assert shown == sorted(shown)
    assert set(shown) <= set(ends.tolist())
