"""Predictions for many images, a batch at a time, so that the progress can be told."""

from __future__ import annotations

import numpy as np

from core.data.datasets import Images
from core.learners.base import Learner, Probabilities
from core.steps import Steps


def predict_in_steps(learner: Learner, images: Images, batch_size: int) -> Steps[Probabilities]:
    """Class probabilities (N, C) of images (N, 28, 28), as `predict_proba` gives them for the same batches."""
    parts = []
    # At least one batch, which may be empty.
    count = max(len(images), 1)
    for start in range(0, count, batch_size):
        yield start / count
        parts.append(learner.predict_proba(images[start : start + batch_size]))
    return np.concatenate(parts)
