"""The data sets: fixed parts, honest sizes, and nothing read that should not be."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from optim_core.training import DATASETS, DataMissingError
from optim_core.training.data import cifar, fashion, image_folders

OFFLINE = ("cifar10", "cat_dog", "fashion_mnist")


def loaded(key: str, **given):
    spec = DATASETS[key]
    return spec.load(spec.settings(given))


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("key", ["mnist", "digits_8x8", "shapes"])
def test_built_in_sets_are_as_declared(key: str) -> None:
    spec = DATASETS[key]
    settings = spec.settings({})
    shape = spec.shape(settings)
    examples = spec.load(settings)
    assert spec.present() and spec.download_bytes == 0
    for part in (examples.train, examples.validation, examples.test):
        assert part.images.dtype == np.uint8 and part.images.shape[1:] == shape[:3]
        assert set(np.unique(part.labels)) == set(range(shape.classes))
    assert len(examples.train) == settings["examples"]
    assert (len(examples.validation), len(examples.test)) == spec.part_sizes[1:]
    assert len(spec.classes) == shape.classes


@pytest.mark.parametrize("key", ["mnist", "shapes"])
def test_the_parts_have_no_picture_in_common_and_stay_the_same(key: str) -> None:
    first, fewer = loaded(key, examples=2_000), loaded(key, examples=500)
    parts = [first.train, first.validation, first.test]
    pictures = [{image.tobytes() for image in part.images} for part in parts]
    assert not pictures[0] & pictures[1] and not (pictures[0] | pictures[1]) & pictures[2]
    np.testing.assert_array_equal(fewer.train.images, first.train.images[:500])
    np.testing.assert_array_equal(fewer.test.images, first.test.images)


def test_tiny_digits_are_the_digits_averaged() -> None:
    whole, tiny = loaded("mnist").test, loaded("digits_8x8").test
    np.testing.assert_array_equal(whole.labels, tiny.labels)
    # Pixel (3, 4) covers rows 10 to 13 and columns 14 to 17 of the picture without its border.
    expected = whole.images[:, 0, 10:14, 14:18].reshape(len(whole), -1).mean(1)
    np.testing.assert_allclose(tiny.images[:, 0, 3, 4], expected, atol=0.501)


def test_shapes_of_any_number_and_size() -> None:
    examples = loaded("shapes", examples=37, side=33)
    assert examples.train.images.shape == (37, 1, 33, 33)
    means = [examples.test.images[examples.test.labels == k].mean() for k in range(6)]
    assert len({round(mean) for mean in means}) > 3  # the classes do look different


@pytest.mark.parametrize("key", OFFLINE)
def test_without_its_files_a_set_says_what_to_do(key: str, data_folder: Path) -> None:
    spec = DATASETS[key]
    assert not spec.present()
    assert spec.download_bytes == sum(file.size for file in spec.files) > 30_000_000
    with pytest.raises(DataMissingError, match="DOWNHILL_DATA"):
        spec.load(spec.settings({}))


def cifar_files(folder: Path, per_file: int = 60) -> np.ndarray:
    """Files in CIFAR-10's layout; returns the labels of the training records."""
    chance = np.random.default_rng(0)
    folder.mkdir()
    kept = []
    for name in (*cifar.TRAIN_FILES, cifar.TEST_FILE):
        records = chance.integers(0, 256, (per_file, cifar.RECORD), dtype=np.uint8)
        records[:, 0] = chance.integers(0, 10, per_file)
        records.tofile(folder / name)
        kept.append(records)
    return np.concatenate(kept[:-1])


def test_cifar_is_read_from_its_folder(data_folder: Path) -> None:
    records = cifar_files(data_folder / cifar.FOLDER)
    examples = loaded("cifar10")
    assert [len(p) for p in (examples.train, examples.validation, examples.test)] == [270, 30, 60]
    np.testing.assert_array_equal(examples.train.labels, records[:270, 0])
    picture = examples.train.images[7]
    assert picture[1, 0, 5] == records[7, 1 + 1024 + 5]  # planes: red, then green, then blue


def test_cats_and_dogs_are_the_cats_and_dogs(data_folder: Path) -> None:
    records = cifar_files(data_folder / cifar.FOLDER)
    examples = loaded("cat_dog")
    pets = records[np.isin(records[:, 0], [3, 5])]
    labels = np.concatenate([examples.train.labels, examples.validation.labels])
    np.testing.assert_array_equal(labels, pets[:, 0] == 5)
    np.testing.assert_array_equal(examples.train.images[0].ravel(), pets[0, 1:])


@pytest.mark.parametrize("damage", ["short", "label"])
def test_a_damaged_cifar_file_is_refused(data_folder: Path, damage: str) -> None:
    cifar_files(data_folder / cifar.FOLDER)
    path = data_folder / cifar.FOLDER / cifar.TRAIN_FILES[2]
    content = bytearray(path.read_bytes())
    if damage == "short":
        content = content[:-1]
    else:
        content[0] = 10
    path.write_bytes(content)
    with pytest.raises(DataMissingError, match=r"data_batch_3\.bin"):
        loaded("cifar10")


def fashion_files(folder: Path, count: int = 50) -> np.ndarray:
    folder.mkdir()
    chance = np.random.default_rng(1)
    images = chance.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    labels = chance.integers(0, 10, count).astype(np.uint8)
    for images_file, labels_file in (fashion.FILES[:2], fashion.FILES[2:]):
        header = struct.pack(">4I", 0x803, count, 28, 28)
        (folder / images_file.name).write_bytes(gzip.compress(header + images.tobytes()))
        header = struct.pack(">2I", 0x801, count)
        (folder / labels_file.name).write_bytes(gzip.compress(header + labels.tobytes()))
    return images


def test_fashion_is_read_from_its_files(data_folder: Path) -> None:
    images = fashion_files(data_folder / fashion.FOLDER)
    examples = loaded("fashion_mnist")
    assert [len(p) for p in (examples.train, examples.validation, examples.test)] == [45, 5, 50]
    np.testing.assert_array_equal(examples.validation.images[:, 0], images[45:])


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"\0" * 40, mtime=0)])
def test_damaged_fashion_files_are_refused(data_folder: Path, content: bytes) -> None:
    fashion_files(data_folder / fashion.FOLDER)
    (data_folder / fashion.FOLDER / fashion.TRAIN_LABELS.name).write_bytes(content)
    with pytest.raises((DataMissingError, RuntimeError), match="train-labels"):
        loaded("fashion_mnist")


@pytest.fixture
def own_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pictures; what is declared in the test is forgotten after it."""
    monkeypatch.setattr(DATASETS, "_items", dict(DATASETS._items))
    folder = tmp_path / "Our Leaves!"
    for label, (name, colour) in enumerate([("birch", (200, 0, 0)), ("oak", (0, 0, 200))]):
        (folder / name).mkdir(parents=True)
        for number in range(12):
            picture = Image.new("RGB", (40 + number, 30), colour)
            picture.save(folder / name / f"{number}.{'jpg' if label else 'png'}")
    (folder / "birch" / "notes.txt").write_text("not a picture")
    (folder / "oak" / "link.png").symlink_to(folder / "birch" / "0.png")
    (folder / "linked").symlink_to(folder / "oak")
    return folder


def test_own_pictures_become_a_data_set(own_pictures: Path) -> None:
    key = image_folders.declare(own_pictures)
    assert key == "images_our_leaves"
    assert DATASETS[key].classes == ("birch", "oak")
    examples = loaded(key, side=16)
    assert [len(p) for p in (examples.train, examples.validation, examples.test)] == [20, 2, 2]
    assert examples.train.images.shape == (20, 3, 16, 16)
    red = examples.train.images[:, 0].mean((1, 2)) > 100
    np.testing.assert_array_equal(red, examples.train.labels == 0)


def test_a_file_that_is_no_picture_is_named(own_pictures: Path) -> None:
    own_pictures.joinpath("oak", "3.jpg").write_bytes(b"GIF89a nonsense")
    key = image_folders.declare(own_pictures)
    with pytest.raises(DataMissingError, match=r"oak/3\.jpg"):
        loaded(key)


def test_a_folder_without_two_classes_is_no_data_set(tmp_path: Path) -> None:
    (tmp_path / "single" / "one").mkdir(parents=True)
    assert image_folders.declare(tmp_path / "single") is None
    assert image_folders.key_of("../etc/passwd") == "images_etc_passwd"
