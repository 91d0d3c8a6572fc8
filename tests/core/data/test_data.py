import ast
import hashlib
import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.data import files
from core.data.catalog import DATASETS, find_dataset
from core.data.datasets import ImageSet, is_available, load_dataset, load_split
from core.data.files import DataFile, find_faults, raw_folder
from core.errors import ConfigError, DataCorrupt, DataMissing
from tests.made import declared

COUNTS = {"train": 60_000, "t10k": 10_000}
FIRST_TEST_LABELS = {"mnist": [7, 2, 1, 0, 4], "fashion-mnist": [9, 2, 1, 1, 6]}


def has_real(name):
    return bool(os.environ.get(settings.DATA_VARIABLE)) and is_available(name, settings.data_root())


def real(name):
    return pytest.param(name, marks=pytest.mark.skipif(not has_real(name), reason=f"no {name} in MNIST_LAB_DATA"))


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data folder with made files that have the published shapes: label i % 10, image pixels all i % 256."""
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for prefix, count in COUNTS.items():
        shades = np.arange(count, dtype=np.uint32).astype(np.uint8)
        images = np.repeat(shades, 784).tobytes()
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(bytes(16) + images)
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(
            bytes(8) + (np.arange(count) % 10).astype(np.uint8).tobytes()
        )
    sums = {path.name: hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() for path in folder.iterdir()}
    monkeypatch.setattr(files, "FILES", {"MNIST": {name: DataFile(md5, 0) for name, md5 in sums.items()}})
    return tmp_path


def test_every_data_set_is_described_as_before(file_regression):
    """`--force-regen` writes the text anew where a change is meant."""
    lines = []
    for info in DATASETS.values():
        lines += [info.name, *declared(info, "name", "summary", "test_note")]
    file_regression.check("\n".join(lines) + "\n")


def test_files_become_arrays(root):
    assert is_available("mnist", root)
    assert find_faults("mnist", root) == {}
    dataset = load_dataset("mnist", root)
    assert dataset.info is DATASETS["mnist"]
    for part, count in ((dataset.train, 60_000), (dataset.test, 10_000)):
        assert part.images.shape == (count, 28, 28)
        assert part.images.dtype == np.uint8
        assert part.labels.dtype == np.int64
        np.testing.assert_array_equal(part.labels, np.arange(count) % 10)
        np.testing.assert_array_equal(part.images[:, 13, 27], (np.arange(count) % 256).astype(np.uint8))


def test_the_last_images_are_set_apart(root):
    train, val = load_dataset("mnist", root).split(6_000)
    assert (len(train), len(val)) == (54_000, 6_000)
    assert val.labels[0] == 54_000 % 10
    assert val.images[0, 0, 0] == 54_000 % 256


def test_no_validation_leaves_everything(root):
    train, val = load_dataset("mnist", root).split(0)
    assert (len(train), len(val)) == (60_000, 0)


def test_the_first_images_alone_can_be_trained_on_beside_extra_ones(root):
    dataset = load_dataset("mnist", root)
    train, val = replace(dataset, extra=dataset.test[:3]).split(6_000, 100)
    assert (len(train), len(val)) == (103, 6_000)
    np.testing.assert_array_equal(train.images[:3], dataset.test.images[:3])
    np.testing.assert_array_equal(train.images[3:], dataset.train.images[:100])
    np.testing.assert_array_equal(val.images, dataset.train.images[54_000:])
    train, _ = replace(dataset, extra=dataset.test[:3]).split(0, 0)
    assert len(train) == 3


def test_a_missing_file_is_named(root):
    (raw_folder(DATASETS["mnist"], root) / "t10k-labels-idx1-ubyte").unlink()
    assert not is_available("mnist", root)
    load_split("mnist", root, "train")
    with pytest.raises(DataMissing, match="MNIST/raw/t10k-labels-idx1-ubyte is missing"):
        load_dataset("mnist", root)


def test_a_truncated_file_is_named_with_its_size(root):
    path = raw_folder(DATASETS["mnist"], root) / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:123_456])
    with pytest.raises(DataCorrupt, match=rf"{path} is not the published file \(123,456 bytes"):
        load_dataset("mnist", root)


def test_one_changed_byte_is_noticed(root):
    path = raw_folder(DATASETS["mnist"], root) / "train-labels-idx1-ubyte"
    content = bytearray(path.read_bytes())
    content[30_000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataCorrupt, match="train-labels-idx1-ubyte"):
        load_split("mnist", root, "train")


def test_an_unreadable_file_is_reported(root):
    path = raw_folder(DATASETS["mnist"], root) / "t10k-labels-idx1-ubyte"
    path.unlink()
    path.mkdir()
    with pytest.raises(DataMissing, match=r"cannot be read: .*: Is a directory"):
        load_dataset("mnist", root)


def test_unknown_names_list_the_known(tmp_path):
    for call in (is_available, find_faults, load_dataset):
        with pytest.raises(ConfigError, match="'emnist'; known: mnist, fashion-mnist, digits"):
            call("emnist", tmp_path)


def test_the_embedded_digits_need_no_files(tmp_path):
    assert is_available("digits", tmp_path)
    assert find_faults("digits", tmp_path) == {}
    dataset = load_dataset("digits", tmp_path)
    info = dataset.info
    assert (len(dataset.train), len(dataset.test)) == (info.n_train, info.n_test) == (1_437, 360)
    for part in (dataset.train, dataset.test):
        assert part.images.shape == (len(part), 28, 28)
        assert part.images.dtype == np.uint8
        assert part.labels.dtype == np.int64
        assert set(part.labels) == set(range(10))
    assert dataset.train.images.max() > 240


def test_the_embedded_digits_stand_in_the_middle_like_mnist(tmp_path):
    images = load_split("digits", tmp_path, "train").images
    border = np.ones((28, 28), bool)
    border[4:24, 4:24] = False
    assert images[:, border].max() == 0
    assert images[:, ~border].any(axis=1).all()


def test_the_embedded_digits_are_scikit_learns(tmp_path):
    from sklearn.datasets import load_digits

    bunch = load_digits()
    dataset = load_dataset("digits", tmp_path)
    np.testing.assert_array_equal(np.concatenate([dataset.train.labels, dataset.test.labels]), bunch.target)
    inner = dataset.train.images[:, 4:24, 4:24].astype(float)
    # Bringing 20×20 back to 4×4 blocks of 5 gives the means of 2×2 pixels of the scans, but for the rims.
    shrunk = inner.reshape(-1, 4, 5, 4, 5).mean(axis=(2, 4))
    expected = bunch.images[: len(inner)].reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)) * 255 / 16
    assert np.abs(shrunk - expected).mean() < 8


@pytest.mark.parametrize("name", ["digits", real("mnist"), real("fashion-mnist")])
def test_the_catalog_knows_mean_and_deviation(name):
    info = find_dataset(name)
    pixels = load_split(name, settings.data_root(), "train").images.reshape(-1)
    shares = np.bincount(pixels, minlength=256) / len(pixels)
    levels = np.arange(256) / 255
    mean = float((shares * levels).sum())
    assert round(mean, 4) == info.mean
    assert round(float((shares * (levels - mean) ** 2).sum()) ** 0.5, 4) == info.std


@pytest.mark.parametrize("name", [real("mnist"), real("fashion-mnist")])
def test_the_real_files_are_read_whole(name):
    root = settings.data_root()
    assert find_faults(name, root) == {}
    dataset = load_dataset(name, root)
    assert dataset.train.images.shape == (60_000, 28, 28)
    assert dataset.test.images.shape == (10_000, 28, 28)
    assert dataset.test.labels[:5].tolist() == FIRST_TEST_LABELS[name]
    assert (np.bincount(dataset.test.labels) > 890).all()


def test_clothes_have_the_published_names_in_their_order():
    # Read from torchvision's source, which takes seconds to import.
    folder = find_spec("torchvision").submodule_search_locations[0]
    source = ast.parse(Path(folder, "datasets", "mnist.py").read_text(encoding="utf-8"))
    [theirs] = [node for node in source.body if isinstance(node, ast.ClassDef) and node.name == "FashionMNIST"]
    [names] = [
        ast.literal_eval(node.value)
        for node in theirs.body
        if getattr(node, "targets", None) and ast.unparse(node.targets[0]) == "classes"
    ]
    assert tuple(name.removesuffix("/top") for name in names) == DATASETS["fashion-mnist"].class_names


def test_a_slice_keeps_images_and_labels_together():
    whole = ImageSet(np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8), np.arange(3))
    part = whole[1:]
    assert len(part) == 2
    assert part.images[0, 0, 0] == part.labels[0] == 1


def test_paths_follow_torchvision():
    assert raw_folder(DATASETS["fashion-mnist"], Path("root")) == Path("root/FashionMNIST/raw")
