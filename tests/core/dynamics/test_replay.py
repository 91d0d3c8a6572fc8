import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from core.dynamics.replay import make_replay
from core.errors import RunError
from core.training.epoch_record import EpochRecord, Predicted


def record(epoch, y_pred, test=None):
    def predict(classes):
        return Predicted(np.array(classes, np.uint8), np.full(len(classes), 0.5, np.float16))

    nothing = np.zeros(0, np.float16), np.zeros(0, bool)
    return EpochRecord(epoch, *nothing, predict(y_pred) if y_pred else None, predict(test) if test else None)


Y_TRUE = np.array([0, 1, 2, 3])
EPOCHS = (record(1, [0, 0, 2, 9]), record(2, [5, 1, 2, 9]), record(4, [0, 0, 2, 9]))


@pytest.fixture
def replay():
    return make_replay(EPOCHS, "val", Y_TRUE)


def test_each_epoch_has_its_confusion_counts(replay):
    assert replay.epochs == (1, 2, 4)
    for place, epoch in enumerate(EPOCHS):
        expected = confusion_matrix(Y_TRUE, epoch.val.y_pred, labels=range(10))
        assert np.array_equal(replay.confusion(place), expected)


def test_images_that_changed_since_the_epoch_before(replay):
    became = [(replay.became(place, True).tolist(), replay.became(place, False).tolist()) for place in range(3)]
    assert became == [([], []), ([1], [0]), ([0], [1])]


def test_changes_between_right_and_wrong_are_counted(replay):
    assert replay.changes().tolist() == [2, 2, 0, 0]
    assert make_replay(EPOCHS[:1], "val", Y_TRUE).changes().tolist() == [0, 0, 0, 0]


def test_another_wrong_class_is_no_change():
    replay = make_replay([record(1, [5, 1]), record(2, [6, 1])], "val", np.array([0, 1]))
    assert replay.changes().tolist() == [0, 0]


def test_a_split_that_was_not_predicted_has_no_replay():
    assert make_replay(EPOCHS, "test", Y_TRUE) is None
    assert make_replay([], "val", Y_TRUE) is None
    only = make_replay([record(1, None, [0]), record(2, None)], "test", np.array([3]))
    assert (only.epochs, only.correct(0).tolist()) == ((1,), [False])


def test_predictions_for_other_images_are_refused():
    with pytest.raises(RunError, match="holds predictions for 4 images; here are 3"):
        make_replay(EPOCHS, "val", Y_TRUE[:3])
