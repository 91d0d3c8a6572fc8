"""Test labels that people have found wrong."""

import pytest

from core.data.catalog import find_dataset
from core.data.datasets import load_split
from core.data.known_labels import KnownLabel, known_label, known_labels


def test_what_people_see_in_an_image_of_mnist():
    assert known_label("mnist", 2462) == KnownLabel(label=2, seen=0)
    assert known_label("mnist", 2130) == KnownLabel(label=4, seen=9, agreed=False)
    assert known_label("mnist", 0) is None


@pytest.mark.parametrize("dataset", ["fashion-mnist", "digits", "unknown"])
def test_of_other_data_sets_none_is_known(dataset):
    assert known_label(dataset, 2462) is None
    assert known_labels(dataset) == {}


def test_every_known_label_is_one_of_its_test_set_and_people_see_another():
    known, info = known_labels("mnist"), find_dataset("mnist")
    assert len(known) == 15
    assert sum(label.agreed for label in known.values()) == 11
    for index, label in known.items():
        assert 0 <= index < info.n_test
        assert label.label != label.seen
        assert {label.label, label.seen} <= set(range(len(info.class_names)))


def test_the_labels_are_those_of_the_real_files(mnist_root):
    labels = load_split("mnist", mnist_root, "test").labels
    assert {index: int(labels[index]) for index in known_labels("mnist")} == {
        index: known.label for index, known in known_labels("mnist").items()
    }
