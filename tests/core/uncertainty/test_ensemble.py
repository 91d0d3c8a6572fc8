import numpy as np
import pytest

from core.execution.train_run import train_run
from core.runs.record import FINISHED
from core.uncertainty.agreement import count_votes, largest_disagreement, predict_all
from core.uncertainty.prediction import calibrated_proba
from tests.made import SYSTEM_ERRORS, make_config, make_images, raising


def sure_of(which, share=0.91):
    values = np.full(10, (1 - share) / 9)
    values[which] = share
    return values


@pytest.fixture
def run(store):
    record = store.create(make_config(epochs=1), "Small")
    assert train_run(record, store.root).status == FINISHED
    return record.path


def test_each_network_answers_for_itself_and_a_broken_one_says_why(run, store):
    broken = store.create(make_config(), "Broken").path
    (broken / "weights.safetensors").write_bytes(b"nothing of use")
    images = make_images(3, 1).images
    first, second, gone, last = predict_all([run, broken, store.root / "gone", run], images)
    np.testing.assert_array_equal(first, calibrated_proba(run, images))
    np.testing.assert_array_equal(last, first)
    assert "weights.safetensors" in str(second)
    assert "config.json" in str(gone)


@pytest.mark.parametrize(("error", "words"), SYSTEM_ERRORS)
def test_a_network_that_the_system_cannot_read_says_why_in_its_words(tmp_path, monkeypatch, error, words):
    monkeypatch.setattr("core.uncertainty.agreement.calibrated_proba", raising(error))
    [answer] = predict_all([tmp_path], make_images(1, 1).images)
    assert str(answer) == words


def test_votes_are_counted_the_most_first():
    assert count_votes([sure_of(4), sure_of(9), sure_of(4), sure_of(1)]) == [(4, 2), (1, 1), (9, 1)]
    assert count_votes([]) == []


def test_the_two_that_differ_most_are_found():
    alike = [sure_of(4, 0.91), sure_of(4, 0.82)]
    apart = largest_disagreement([*alike, sure_of(9, 0.55)])
    assert (apart.one, apart.other, apart.at) == (0, 2, 4)
    assert apart.distance == pytest.approx(np.abs(sure_of(4, 0.91) - sure_of(9, 0.55)).sum() / 2)
    assert largest_disagreement(alike).distance == pytest.approx(0.09)


def test_nothing_in_common_is_a_distance_of_one():
    assert largest_disagreement(np.eye(10)[[3, 5]]).distance == 1
    halves = np.zeros((2, 10))
    halves[0, :2], halves[1, 2:4] = 0.5, 0.5
    assert largest_disagreement(halves).distance == 1


@pytest.mark.parametrize("count", [0, 1])
def test_it_takes_two_to_differ(count):
    assert largest_disagreement([sure_of(4)] * count) is None
