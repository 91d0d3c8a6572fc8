from pathlib import Path

import numpy as np
import pytest

from core.classroom.reading import ClassReader
from core.errors import RunError
from tests.core.classroom.conftest import digits

RUN, WEIGHTS = Path("run"), (1, 2, 3)


class Network:
    """Predicts the same digit for every image, and notes how many it was asked for."""

    def __init__(self, digit=1):
        self.digit = digit
        self.asked = []

    def __call__(self, _run, images):
        self.asked.append(len(images))
        return np.tile(np.eye(10, dtype=np.float32)[self.digit], (len(images), 1))


def test_counts_and_interval_are_of_all_digits(pupil, teacher):
    pupil("Ada", digits(1, 1, 4)), pupil("Bo", digits(7))
    reading = ClassReader().read(teacher.roll(), RUN, WEIGHTS, Network())
    assert (reading.counts[1, 1], reading.counts[4, 1], reading.counts[7, 1], reading.counts.sum()) == (2, 1, 1, 4)
    assert reading.n_right == 2
    # Wilson's interval of 2 of 4.
    assert reading.interval == pytest.approx((0.1500, 0.8500), abs=1e-4)


def test_a_cell_leads_to_its_digits_and_their_writers(pupil, teacher):
    pupil("Ada", digits(1, 4, 4)), pupil("Bo", digits(4))
    reading = ClassReader().read(teacher.roll(), RUN, WEIGHTS, Network())
    assert sorted(reading.handwriting.nicknames[place] for place in reading.find(4, 1)) == ["Ada", "Ada", "Bo"]
    assert [reading.handwriting.nicknames[place] for place in reading.find(1, 1)] == ["Ada"]
    assert len(reading.find(None, None)) == len(reading.find(None, 1)) == len(reading.find(4, None)) == 3
    assert len(reading.find(4, 9)) == 0


def test_only_what_has_changed_is_predicted(pupil, teacher):
    reader, network = ClassReader(), Network()
    ada = pupil("Ada", digits(1, 1, 4))
    bo = pupil("Bo", digits(7))
    for _ in range(2):
        reader.read(teacher.roll(), RUN, WEIGHTS, network)
    assert network.asked == [4]
    bo.hand_in(digits(7, 8))
    assert reader.read(teacher.roll(), RUN, WEIGHTS, network).counts.sum() == 5
    assert network.asked == [4, 2]
    ada.take_back()
    assert reader.read(teacher.roll(), RUN, WEIGHTS, network).counts.sum() == 2
    assert network.asked == [4, 2]


def test_other_weights_and_other_networks_are_asked_anew(pupil, teacher):
    reader = ClassReader()
    pupil("Ada", digits(1, 2))
    assert reader.read(teacher.roll(), RUN, WEIGHTS, Network(1)).n_right == 1
    assert reader.read(teacher.roll(), RUN, (1, 2, 4), Network(5)).n_right == 0
    assert reader.read(teacher.roll(), Path("other"), WEIGHTS, Network(5)).n_right == 0
    unasked = Network()
    assert reader.read(teacher.roll(), RUN, WEIGHTS, unasked).n_right == 1
    assert unasked.asked == []


def test_a_failure_is_told_and_tried_again(pupil, teacher):
    def fail(_run, _images):
        raise RunError("broken")

    reader = ClassReader()
    pupil("Ada", digits(1))
    with pytest.raises(RunError, match="broken"):
        reader.read(teacher.roll(), RUN, WEIGHTS, fail)
    assert reader.read(teacher.roll(), RUN, WEIGHTS, Network()).n_right == 1


def test_a_class_without_digits_is_read_as_nothing(teacher):
    network = Network()
    reading = ClassReader().read(teacher.roll(), RUN, WEIGHTS, network)
    assert reading.counts.sum() == reading.n_right == 0
    assert network.asked == []
