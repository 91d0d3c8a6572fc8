"""Predictions by the compute process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.ink.rendering import SIDE, Picture
from core.runs.record import RunRecord
from core.uncertainty.prediction import Prediction, predict_pictures
from pages.components.shell.services import job_queue, warm_up_call


def predict_picture(record: RunRecord, picture: Picture, may_be_none: bool = True) -> Prediction:
    """The prediction of the run's network for a picture (28, 28). Raises LabError, OSError.

    may_be_none: whether the picture may be no digit at all, as a drawing may.
    """
    prediction = read_several(record, [picture])[0]
    return prediction if may_be_none else replace(prediction, digit_share=None)


def read_several(record: RunRecord, pictures: Sequence[Picture]) -> list[Prediction]:
    """As `predict_picture`, of many pictures at once."""
    return job_queue().compute.call(predict_pictures, record.path, np.stack(pictures))


def is_ready() -> bool:
    """Whether the compute process has started."""
    return job_queue().compute.is_ready.is_set()


def warm_up_network(path: Path) -> None:
    """Load the network in the run's folder in the background, so that the first stroke need not wait for it."""
    warm_up_call(predict_pictures, path, np.zeros((1, SIDE, SIDE), np.uint8))
