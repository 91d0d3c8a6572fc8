"""Which images a run is calibrated on, and which it is checked on."""

import numpy as np
import pytest

from core.data.catalog import DATASETS
from core.data.datasets import Dataset, ImageSet
from core.texts.message import NO_MESSAGE
from core.uncertainty import image_words
from core.uncertainty.calibrate_run import calibrate
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import read_calibration
from tests.made import make_config

N_TRAIN, N_VAL, N_TEST = 300, 100, 60


class Listed:
    """A network whose probabilities are listed: an image's first two pixels are its place in the list."""

    def __init__(self, probabilities):
        self.probabilities = probabilities

    def predict_proba(self, images):
        return self.probabilities[256 * images[:, 0, 0].astype(int) + images[:, 0, 1]]


@pytest.fixture
def listed():
    """A data set and a network that is never wrong on training images, and too sure of validation and test images."""
    random = np.random.default_rng(4)
    count = N_TRAIN + N_VAL + N_TEST
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    logits = random.normal(0, 3, (count, 10))
    labels = (logits + random.gumbel(size=logits.shape)).argmax(1)
    labels[:N_TRAIN] = logits[:N_TRAIN].argmax(1)
    logits *= np.repeat([1, 3, 2], [N_TRAIN, N_VAL, N_TEST])[:, None]
    shares = np.exp(logits - logits.max(1, keepdims=True))
    everything = ImageSet(images, labels)
    known = N_TRAIN + N_VAL
    dataset = Dataset(DATASETS["digits"], everything[:known], everything[known:])
    return dataset, Listed((shares / shares.sum(1, keepdims=True)).astype(np.float32))


@pytest.mark.parametrize("train_images", [60_000, 50])
def test_a_run_is_calibrated_on_its_validation_images_and_checked_on_the_test_set(store, listed, train_images):
    dataset, network = listed
    record = store.create(make_config(val_fraction=0.25, train_images=train_images))
    record.weights_file.write_bytes(b"the weights")
    found = calibrate(record, dataset, network, network.probabilities[-N_TEST:])

    def sample(words, part, images):
        return Sample(words, network.probabilities[part], images.labels)

    val = sample(image_words.validation_words(dataset.info, N_VAL), slice(N_TRAIN, -N_TEST), dataset.train[N_TRAIN:])
    test = sample(image_words.test_set_words(dataset.info), slice(-N_TEST, None), dataset.test)
    assert str(val.words) == "100 validation images of Digits (embedded)"
    assert str(test.words) == "Digits (embedded)’s test images"
    assert found == fit(record.weights_file, [val], [test])
    # What a leak would give is another figure: the network makes no mistake on what it was trained on.
    leaked = fit(record.weights_file, [sample(NO_MESSAGE, slice(N_VAL), dataset.train[:N_VAL])], [])
    assert leaked.temperature == pytest.approx(0.5)
    assert found.temperature > 1.5
    saved = read_calibration(record.path)
    assert (saved.n, saved.words, saved.temperature) == (100, val.words, pytest.approx(found.temperature))


def test_without_validation_images_nothing_is_saved(store, listed):
    dataset, network = listed
    record = store.create(make_config(val_fraction=0))
    assert calibrate(record, dataset, network, network.probabilities[-N_TEST:]) is None
    assert read_calibration(record.path) is None
