"""A run's class probabilities for its validation images, kept with the run. They are computed where torch is loaded.

The network was not trained on these images. The epoch that was kept may have been chosen by its accuracy on them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data.datasets import ImageSet, load_split
from core.evaluation.stored_predictions import data_digest
from core.inference.networks import load_learner
from core.learners.base import Probabilities
from core.learners.predicting import predict_in_steps
from core.runs.derived import keep_derived, load_derived
from core.runs.record import RunRecord
from core.runs.trained_images import split_as_trained
from core.steps import Steps
from core.storage.digest import weights_digest

_NAME, _PROBABILITIES, _DATA = "validation", "probabilities", "data"


def find_val_predictions(record: RunRecord, val: ImageSet) -> Probabilities | None:
    """Those that are kept for the N validation images, float32 (N, C); None where they are to be computed."""
    kept = load_derived(record, _NAME)
    if kept is None or kept[1].get(_DATA) != data_digest(val):
        return None
    return np.asarray(kept[0][_PROBABILITIES], np.float32)


def predict_val(record: RunRecord, data_root: Path) -> Steps[Probabilities]:
    """The probabilities (N, C) for the run's N validation images, which are then kept; yields the share done.

    Raises LabError, OSError.
    """
    weights = weights_digest(record.weights_file)
    _, val = split_as_trained(record, load_split(record.config.dataset, data_root, "train"))
    learner = load_learner(record.path)
    probabilities = yield from predict_in_steps(learner, val.images, record.config.test_batch_size)
    keep_derived(record, _NAME, {_PROBABILITIES: probabilities}, weights, {_DATA: data_digest(val)})
    return probabilities
