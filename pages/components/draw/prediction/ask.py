"""Asking a network, in the computing process, what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.ink.rendering import SIDE, Picture
from core.runs.record import RunRecord
from core.uncertainty.prediction import Prediction, predict_pictures
from pages.components.shell.services import job_queue, warm_up_call


def predict_picture(record: RunRecord, picture: Picture) -> Prediction:
    """What the run's network reads in a picture (28, 28), and how sure it is. Raises LabError, OSError."""
    return read_several(record, [picture])[0]


def read_several(record: RunRecord, pictures: Sequence[Picture]) -> list[Prediction]:
    """As `read_picture`, of many pictures at once."""
    return job_queue().compute.call(predict_pictures, record.path, np.stack(pictures))


def is_ready() -> bool:
    """Whether the computing process answers at once."""
    return job_queue().compute.is_ready.is_set()


def warm_up_network(path: Path) -> None:
    """Load the network in the run's folder in the background, so that the first stroke is read as fast as any."""
    warm_up_call(predict_pictures, path, np.zeros((1, SIDE, SIDE), np.uint8))
