import numpy as np

from core.charts.last_values import describe_accuracies, describe_losses
from core.charts.learning import AccuracyCurve, LossCurve

NOTHING = np.array([])


def test_the_last_loss_of_each_run_is_said_with_its_epoch():
    one = LossCurve("One", np.array([0.1, 1.25]), np.array([2.0, 0.9]), np.array([2.0, 0.51234]))
    other = LossCurve("Other", np.array([3.0]), np.array([0.1]), np.array([0.25]))
    text = str(describe_losses([one, LossCurve("None yet", NOTHING, NOTHING, NOTHING), other]))
    assert text == "Loss curve. One: loss 0.5123 at epoch 1.2. Other: loss 0.2500 at epoch 3.0"


def test_the_last_accuracies_that_were_measured_are_said():
    nan = np.nan
    curve = AccuracyCurve(
        "One",
        np.array([0.5, 1.5]),
        np.array([0.85, 0.8]),
        np.array([1.0, 2.0, 3.0]),
        np.array([0.95, 0.9, nan]),
        np.full(3, nan),
    )
    empty = AccuracyCurve("None yet", NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    text = str(describe_accuracies([curve, empty]))
    assert text == "Accuracy curve. One: training accuracy 80.00%, validation accuracy 90.00%"
