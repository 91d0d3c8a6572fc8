"""The command that measures the label detective, on little data."""

import numpy as np

from benchmarks.certainty.label_errors import describe_flips, describe_known, flip, measure_flips, measure_known
from core.data.datasets import load_split
from core.settings import BUNDLED_RUNS
from tests.made import make_config, make_dataset


def test_one_label_in_a_hundred_is_flipped_to_another_class():
    labels = np.arange(5000) % 10
    flipped = flip(labels, seed=1)
    changed = flipped != labels
    assert changed.sum() == 50
    assert set(flipped[changed]) == set(range(10))
    assert (flip(labels, seed=1) == flipped).all()
    assert (flip(labels, seed=2) != flipped).any()


def test_flips_among_held_out_images_are_looked_for():
    dataset = make_dataset(n_train=2000)
    entry = measure_flips(dataset, make_config(val_fraction=0.5, epochs=4, lr=0.01), seed=1)
    due = (flip(dataset.train.labels, 1) != dataset.train.labels)[-1000:].sum()
    assert (entry.n, entry.looked_at, entry.flipped) == (1000, 15, due)
    # The images are easy, so that each flip is found.
    assert entry.found == due > 0
    assert (entry.trained_looked_at, entry.trained_flipped) == (15, 20 - due)
    assert entry.trained_found == 20 - due
    assert f"{due} of {due} flipped labels (100.0%) among the 15 most suspicious of 1,000" in describe_flips(entry)


def test_the_classic_network_finds_thirteen_of_the_fifteen_known_labels(mnist_root):
    entries = {entry.run: entry for entry in measure_known(load_split("mnist", mnist_root, "test"), BUNDLED_RUNS)}
    assert entries["cnn"].found == sum(rank <= 100 for rank in entries["cnn"].ranks) >= 13
    assert "13 of 15 known labels of MNIST among the first 100" in describe_known(entries["cnn"])
    assert "fashion-mlp" not in entries
