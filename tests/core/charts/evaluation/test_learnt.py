import numpy as np

from core.charts.evaluation.learnt import LearntData, learnt_data
from core.dynamics.examples import ExampleDynamics


def test_images_are_counted_by_the_epoch_in_which_they_were_first_right():
    learnt, forgotten = np.array([1, 1, 3, 0, 0]), np.array([0, 2, 1, 0, 0])
    shares = np.array([0.9, 0.5, 0.5, 0.1, np.nan], np.float32)
    dynamics = ExampleDynamics(4, 2, shares, shares, shares, forgotten, learnt)
    assert learnt_data(dynamics) == LearntData((2, 0, 1, 0), 1, 2)
