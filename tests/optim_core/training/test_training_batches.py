"""Batches: the same order for everybody, honest numbers, and changes that keep the picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from optim_core.training.batches import Loader, Scale, epoch_order, generator
from optim_core.training.clipping import clip
from optim_core.training.data.dataset import Part
from optim_core.training.events import BINS, EDGES
from optim_core.training.measuring import confusion, histogram

CPU = torch.device("cpu")


def part(count: int = 40, side: int = 10, channels: int = 3) -> Part:
    chance = np.random.default_rng(0)
    images = chance.integers(1, 256, (count, channels, side, side), dtype=np.uint8)
    return Part(images, np.arange(count, dtype=np.int64))


def loader(pictures: Part, augment: str = "none") -> Loader:
    unscaled = Scale(torch.zeros(1, 1, 1, 1), torch.ones(1, 1, 1, 1))
    return Loader(pictures, unscaled, torch.float32, CPU, augment=augment)


def test_an_epoch_shows_every_picture_once_in_an_order_of_its_own() -> None:
    first, second, again = (
        torch.cat(list(epoch_order(seed, epoch, 40, 8))) for seed, epoch in ((1, 1), (1, 2), (1, 1))
    )
    assert first.sort().values.tolist() == list(range(40))
    assert torch.equal(first, again) and not torch.equal(first, second)
    assert len(list(epoch_order(0, 1, 43, 8))) == 5
    assert [len(batch) for batch in epoch_order(0, 1, 5, 8)] == [5]


def test_numbers_have_mean_zero_and_spread_one() -> None:
    pictures = part(200)
    scale = Scale.of(pictures)
    images, labels = Loader(pictures, scale, torch.float64, CPU).batch(torch.arange(200))
    assert torch.equal(labels, torch.arange(200))
    torch.testing.assert_close(images.mean((0, 2, 3)), torch.zeros(3, dtype=torch.float64))
    torch.testing.assert_close(
        images.std((0, 2, 3), correction=0), torch.ones_like(images[0, :, 0, 0])
    )


def test_a_channel_without_anything_in_it_stays_finite() -> None:
    blank = Part(np.zeros((4, 1, 8, 8), dtype=np.uint8), np.zeros(4, dtype=np.int64))
    images, _ = Loader(blank, Scale.of(blank), torch.float32, CPU).batch(torch.arange(4))
    assert (images == 0).all()


def test_flips_mirror_about_half_of_the_pictures() -> None:
    pictures = part(400)
    images, _ = loader(pictures, "flip").batch(torch.arange(400), generator(0, 1, 1))
    original = torch.from_numpy(pictures.images).float()
    same = (images == original).flatten(1).all(1)
    mirrored = (images == original.flip(3)).flatten(1).all(1)
    assert (same ^ mirrored).all() and 150 < mirrored.sum() < 250


def test_crops_shift_by_up_to_four_pixels() -> None:
    pictures = part(300)
    images, _ = loader(pictures, "crop_flip").batch(torch.arange(300), generator(0, 1, 1))
    seen = set()
    for picture, shown in zip(pictures.images, images.numpy(), strict=True):
        candidates = {
            (flip, down, right): np.pad(seen_as, ((0, 0), (4, 4), (4, 4)))[
                :, down : down + 10, right : right + 10
            ]
            for flip, seen_as in ((False, picture), (True, picture[:, :, ::-1]))
            for down in range(9)
            for right in range(9)
        }
        places = [place for place, cut in candidates.items() if (cut == shown).all()]
        assert len(places) == 1
        seen.add(places[0][1:])
    assert len(seen) > 60  # of 81


def test_without_a_generator_nothing_is_changed() -> None:
    pictures = part()
    images, _ = loader(pictures, "crop_flip").batch(torch.arange(40))
    assert torch.equal(images, torch.from_numpy(pictures.images).float())


def test_clipping_looks_at_each_row_alone() -> None:
    gradients = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]], dtype=torch.float64)
    by_norm = clip(gradients, 1.0, None)
    expected = gradients[:2].clone()
    for row in expected:
        row.grad = row.clone()
        torch.nn.utils.clip_grad_norm_([row], 1.0)
        row.copy_(row.grad)
    torch.testing.assert_close(by_norm[:2], expected, rtol=1e-12, atol=0)
    assert (by_norm[2] == 0).all()
    assert clip(gradients, None, 0.35).tolist() == [[0.35, 0.35], [0.3, 0.35], [0.0, 0.0]]


def test_histograms_count_magnitudes() -> None:
    numbers = torch.tensor([[1.0, -1.0, 0.1, 0.0], [np.nan, 1e-30, 1e30, 1e-40]])
    counts = histogram(numbers)
    assert counts.shape == (2, BINS) and counts.sum(axis=1).tolist() == [4, 3]
    one = np.searchsorted(EDGES, 1.0) - 1
    assert counts[0, one] == 2 and counts[0, 0] == 1 and counts[0, one - 4] == 1
    assert counts[1, 0] == 2 and counts[1, -1] == 1
    assert EDGES[0] < 1e-12 < EDGES[1]


@pytest.mark.parametrize("answers", [[[0, 1, 2, 2], [-1, -1, -1, -1]]])
def test_confusion_counts_true_class_first(answers: list) -> None:
    labels = torch.tensor([0, 1, 1, 2])
    table = confusion(labels, torch.tensor(answers), 3)
    assert table[0].tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert table[1].sum() == 0
