"""What a network predicts for a picture and how sure it is, computed where torch is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from core.data.catalog import find_dataset
from core.data.datasets import Images
from core.errors import RunError
from core.inference.networks import predict_proba
from core.learners.base import Probabilities
from core.runs.record import read_run
from core.storage.stamp import Stamp, file_stamp
from core.texts.message import NO_MESSAGE, Message, message
from core.uncertainty.conformal import prediction_sets
from core.uncertainty.detector import detector_result, digit_shares
from core.uncertainty.record import FILE_NAME, Calibration, belongs, read_calibration
from core.uncertainty.temperature import apply_temperature

Verdict = Literal["digit", "unsure", "none"]


@dataclass(frozen=True)
class Prediction:
    """What one network predicts for one picture.

    probabilities, raw: of the classes (C,), calibrated (where there is a calibration) and as the network gives them.
    likely: the classes in the prediction set, the most likely first; the most likely alone where there is no set.
    temperature: of the calibration; None without one, and then `problem` says why.
    digit_share: the probability that the picture is a digit; None where the classes are no digits.
    digit_threshold: a picture with a smaller `digit_share` is called no digit.
    """

    class_names: tuple[str, ...]
    probabilities: Probabilities
    raw: Probabilities
    likely: tuple[int, ...]
    temperature: float | None = None
    problem: Message = NO_MESSAGE
    digit_share: float | None = None
    digit_threshold: float = 0.0

    @property
    def best(self) -> int:
        """The most likely class."""
        return int(self.raw.argmax())

    @property
    def verdict(self) -> Verdict:
        """ "none": not a digit. "unsure": one of several classes. "digit": the class `best`."""
        if self.digit_share is not None and self.digit_share < self.digit_threshold:
            return "none"
        return "unsure" if len(self.likely) > 1 else "digit"


def predict_pictures(run: Path, pictures: Images) -> list[Prediction]:
    """Predictions of the network in the folder `run` for pictures (N, 28, 28). Raises LabError, OSError."""
    raw = predict_proba(run, pictures)
    info = find_dataset(read_run(run).config.dataset)
    calibration, problem = usable_calibration(run)
    probabilities = apply_temperature(raw, calibration.temperature) if calibration else raw
    temperature = calibration.temperature if calibration else None
    shares = digit_shares(pictures).tolist() if info.has_digits else [None] * len(pictures)
    threshold = detector_result().threshold if info.has_digits else 0.0
    sets = _sets(probabilities, calibration)
    return [
        Prediction(info.class_names, calibrated, given, likely, temperature, problem, share, threshold)
        for calibrated, given, likely, share in zip(probabilities, raw, sets, shares, strict=True)
    ]


def calibrated_proba(run: Path, pictures: Images) -> Probabilities:
    """Class probabilities (N, C), calibrated where there is a calibration. Raises LabError, OSError."""
    raw, (calibration, _) = predict_proba(run, pictures), usable_calibration(run)
    return apply_temperature(raw, calibration.temperature) if calibration else raw


def usable_calibration(run: Path) -> tuple[Calibration | None, Message]:
    """The calibration of the network in this folder, or None and the reason."""
    # The stamps are part of the key, so that a network that was trained further is looked at again.
    return _usable_calibration(run, tuple(file_stamp(run / name) for name in (FILE_NAME, "weights.safetensors")))


@lru_cache(maxsize=32)
def _usable_calibration(run: Path, _stamps: tuple[Stamp, ...]) -> tuple[Calibration | None, Message]:
    try:
        calibration = read_calibration(run)
        if calibration is None:
            return None, message("This network has not been calibrated.")
        if not belongs(calibration, run / "weights.safetensors"):
            return None, message("The network has been trained further since it was calibrated.")
    except RunError as error:
        return None, error.message
    return calibration, NO_MESSAGE


def _sets(probabilities: Probabilities, calibration: Calibration | None) -> list[tuple[int, ...]]:
    if calibration is None or calibration.threshold is None:
        return [(int(row.argmax()),) for row in probabilities]
    return prediction_sets(probabilities, calibration.threshold)
