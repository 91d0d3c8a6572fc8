import csv
import io

import numpy as np

from core.evaluation.samples import make_samples
from core.export.predictions_csv import predictions_csv

NAMES = ("ant", "bee, or wasp", "cat")
SHARES = np.array([[0.7, 0.2, 0.1], [0.123456789, 0.8, 0.076543211], [0.0, 0.25, 0.75]], np.float32)


def test_every_image_has_a_row_with_its_classes_and_probabilities():
    samples = make_samples(np.array([0, 0, 2]), SHARES, n_classes=3)
    rows = list(csv.DictReader(io.StringIO(predictions_csv(samples, SHARES, NAMES))))
    assert [(row["image"], row["y_true"], row["y_pred"], row["true"], row["predicted"]) for row in rows] == [
        ("0", "0", "0", "ant", "ant"),
        ("1", "0", "1", "ant", "bee, or wasp"),
        ("2", "2", "2", "cat", "cat"),
    ]
    shares = [[float(row[f"p_{name}"]) for name in NAMES] for row in rows]
    np.testing.assert_allclose(shares, SHARES, rtol=1e-5)


def test_rows_name_the_image_by_its_index_in_the_test_set():
    samples = make_samples(np.array([0, 0, 2]), SHARES, n_classes=3).mistakes()
    [row] = csv.DictReader(io.StringIO(predictions_csv(samples, SHARES, NAMES)))
    assert (row["image"], row["p_bee, or wasp"]) == ("1", "0.8")
