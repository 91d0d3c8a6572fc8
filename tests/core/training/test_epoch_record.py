import numpy as np

from core.training.epoch_record import summarize


def test_predictions_are_the_most_probable_class_and_its_probability():
    predicted = summarize(np.array([[0.1, 0.9, 0.0], [0.5, 0.2, 0.3]], np.float32))
    assert predicted.y_pred.tolist() == [1, 0]
    assert predicted.confidence.tolist() == [np.float16(0.9), 0.5]
    assert (predicted.y_pred.itemsize, predicted.confidence.itemsize) == (1, 2)
