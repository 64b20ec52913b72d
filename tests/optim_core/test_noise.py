"""Noise: what it is distributed like, and that it depends on seed, stream and step alone."""

import math

import numpy as np
import pytest

from optim_core import NOISES, Noise
from optim_core.noise import MAX_NUMBERS, standard_normals

KINDS = [key for key in NOISES if key != "none"]


def streams(key, steps, seeds, dimension=2, seed=0, **settings):
    return NOISES[key].streams(steps, seeds, dimension, dict(Noise(key, settings).settings), seed)


def array(made):
    assert (made.gradient is None) != (made.shift is None)
    return made.shift if made.gradient is None else made.gradient


def test_no_noise_is_none():
    made = streams("none", 10, 3)
    assert made.gradient is None
    assert made.shift is None


@pytest.mark.parametrize("key", KINDS)
def test_noise_does_not_depend_on_how_much_of_it_is_asked_for(key):
    long = array(streams(key, 90, 7, seed=5))
    short = array(streams(key, 31, 3, seed=5))
    assert long.shape == (90, 7, 2)
    assert long.dtype == np.float64
    assert np.array_equal(long[:31, :3], short)


@pytest.mark.parametrize("key", KINDS)
def test_another_seed_or_stream_is_other_noise(key):
    made = array(streams(key, 50, 3, seed=1))
    other = array(streams(key, 50, 3, seed=2))
    assert not np.any(made == other)
    assert not np.any(made[:, 0] == made[:, 1])
    # Streams of neighbouring seeds must not overlap either.
    assert not np.any(made[:, 1] == other[:, 0])


@pytest.mark.parametrize("key", KINDS)
def test_the_same_request_gives_the_same_noise_and_it_cannot_be_changed(key):
    made = array(streams(key, 20, 2))
    assert np.array_equal(made, array(streams(key, 20, 2)))
    with pytest.raises(ValueError, match="read-only"):
        made[0, 0, 0] = 1.0


def test_the_first_numbers_stay_what_they_are():
    # A link means the same run for ever only while the generator keeps giving these.
    drawn = standard_normals(2, 2, 2, 0)
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((0, 1))))
    assert np.array_equal(drawn[:, 1].ravel(), generator.standard_normal(4))
    assert drawn.ravel().tolist() == [
        0.1257302210933933, -0.1321048632913019, 0.10296768001436127, -0.9805271710302613,
        0.6404226504432821, 0.10490011715303971, -0.8174783249223175, -1.027881871299033,
    ]  # fmt: skip


def test_gaussian_deviation_follows_the_lecture():
    made = array(streams("gaussian", 60, 4000, scale=2.0, decay=0.5, law="deviation"))
    expected = 2.0 / np.sqrt(1 + np.arange(60))
    assert made.std(axis=(1, 2)) == pytest.approx(expected, rel=0.05)
    assert abs(made.mean()) < 0.01


def test_gaussian_variance_follows_the_paper():
    made = array(streams("gaussian", 60, 4000, scale=0.3, decay=0.55, law="variance"))
    expected = 0.3 / (1 + np.arange(60)) ** 0.55
    assert made.var(axis=(1, 2)) == pytest.approx(expected, rel=0.1)


def test_gaussian_without_decay_is_constant_and_without_size_is_zero():
    steady = array(streams("gaussian", 5, 3, scale=1.5, decay=0.0))
    assert np.array_equal(steady, standard_normals(5, 3, 2, 0) * 1.5)
    assert not np.any(array(streams("gaussian", 5, 3, scale=0.0)))


def test_minibatch_shifts_by_the_spread_over_the_root_of_the_batch():
    made = streams("minibatch", 50, 2000, spread=0.8, batch_size=16)
    assert made.gradient is None
    assert made.shift.std() == pytest.approx(0.8 / math.sqrt(16), rel=0.01)
    whole = streams("minibatch", 50, 2000, spread=0.8, batch_size=64)
    assert whole.shift * 2 == pytest.approx(made.shift, rel=1e-15)


def test_both_axes_and_neighbouring_steps_are_independent():
    drawn = standard_normals(2000, 10, 2, 3)
    assert abs(np.corrcoef(drawn[..., 0].ravel(), drawn[..., 1].ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.03


def test_too_much_noise_is_refused_before_it_is_drawn():
    with pytest.raises(ValueError, match="random numbers"):
        standard_normals(MAX_NUMBERS, 10_000, 2, 0)


@pytest.mark.parametrize("key", list(NOISES))
def test_every_kind_is_fully_declared(key):
    spec = NOISES[key]
    assert spec.key == key
    assert all((spec.title, spec.story.endswith("."), spec.source))
