"""A network's predictions for a test set as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from core.evaluation.samples import Samples
from core.learners.base import Probabilities


def predictions_csv(samples: Samples, probabilities: Probabilities, class_names: Sequence[str]) -> str:
    """A row for each of N images: its index, its true and its predicted class, and the probability (N, C) of each.

    Probabilities have six significant digits; those of an image add up to 1 within that.
    """
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["image", "y_true", "y_pred", "true", "predicted", *(f"p_{name}" for name in class_names)])
    for index, y_true, y_pred in zip(samples.index, samples.y_true, samples.y_pred, strict=True):
        shares = (f"{share:.6g}" for share in probabilities[index])
        table.writerow([index, y_true, y_pred, class_names[y_true], class_names[y_pred], *shares])
    return file.getvalue()
