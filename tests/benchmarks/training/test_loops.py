"""The tutorials' loops and this project's training are the same training."""

import json
from dataclasses import replace

import numpy as np
import pytest
from torch import nn

from benchmarks.training import trial
from benchmarks.training.speed import COMPARED, compared_config
from benchmarks.training.training import image_order, train_ours
from benchmarks.training.trial import try_here
from benchmarks.training.tutorial_loops import train_tutorial
from core import settings
from core.config.recipes import find_recipe
from core.data.catalog import find_dataset
from tests.made import make_dataset

N_IMAGES = 1000


@pytest.fixture
def images():
    return make_dataset(N_IMAGES)


@pytest.fixture
def root(images, tmp_path):
    """torchvision's folder with the made training images in the place of both data sets'."""
    for name in ("MNIST", "FashionMNIST"):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        for split, part in (("train", images.train), ("t10k", images.test)):
            write_idx(raw / f"{split}-images-idx3-ubyte", part.images)
            write_idx(raw / f"{split}-labels-idx1-ubyte", part.labels.astype(np.uint8))
    return tmp_path


def write_idx(file, values):
    # The magic number's last byte is the number of dimensions, the one before it the type: bytes.
    header = np.array([0x0800 + values.ndim, *values.shape], ">i4")
    file.write_bytes(header.tobytes() + values.tobytes())


@pytest.fixture
def no_dropout(monkeypatch):
    """Dropout draws other masks for other memory orders, so that it is switched off where networks are compared."""
    start = nn.Dropout.__init__
    monkeypatch.setattr(nn.Dropout, "__init__", lambda self, *_: start(self, 0.0))


@pytest.mark.usefixtures("no_dropout")
@pytest.mark.parametrize("name", COMPARED)
def test_loss_curves_and_weights_agree(name, images, root):
    recipe = find_recipe(name)
    # Three steps and a smaller one, twice.
    config = compared_config(recipe, 1, 3 * recipe.config.batch_size + 5, epochs=2)
    dataset = replace(images, info=find_dataset(config.dataset))
    theirs, ours = train_tutorial(config, root), train_ours(config, dataset)
    assert len(theirs.losses) == 8
    assert ours.losses == pytest.approx(theirs.losses, rel=2e-4)
    assert ours.weights.keys() == theirs.weights.keys()
    for key, values in theirs.weights.items():
        np.testing.assert_allclose(ours.weights[key], values, rtol=1e-3, atol=1e-5, err_msg=key)


def test_the_order_depends_on_the_epoch_and_leaves_the_rest_out():
    config = compared_config(find_recipe("deep-mlp"), 1, 100, epochs=1)
    first, second = image_order(config, N_IMAGES, 0), image_order(config, N_IMAGES, 1)
    assert sorted(first) == sorted(second) == list(range(100))
    assert list(first) != list(second)


@pytest.mark.parametrize("kind", ["tutorial", "ours"])
def test_a_trial_tells_seconds_of_an_epoch_and_the_accuracy(kind, images, root, monkeypatch):
    monkeypatch.setenv(settings.DATA_VARIABLE, str(root))
    monkeypatch.setattr(trial, "load_dataset", lambda *_: images)
    config = compared_config(find_recipe("numpy-mlp"), 1, N_IMAGES, epochs=2)
    figures = json.loads(json.dumps(try_here(kind, config)))
    assert figures.keys() == {"processor", "wall", "accuracy"}
    assert figures["processor"] > 0
    assert figures["wall"] > 0
    assert figures["accuracy"] > 0.9
