"""What a run said of single images, a file for each epoch, written by the worker.

epochs/00001.safetensors   of the first epoch (see `core.training.epoch_record`), replaced as a whole

A file of its own for each epoch makes writing one as quick after a thousand epochs as after the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CheckpointError
from core.runs.record import EPOCHS_FOLDER
from core.storage.arrays import Arrays, load_arrays, save_arrays
from core.storage.stamp import Stamp, file_stamp
from core.training.epoch_record import SPLITS, EpochRecord, Predicted
from models.start import N_CLASSES

_NAME = re.compile(r"(\d{5,})\.safetensors")


@dataclass(frozen=True)
class EpochFile:
    """Where an epoch's record is. stamp: of the file, by which a cache knows it."""

    epoch: int
    path: Path
    stamp: Stamp


def write_epoch(run: Path, record: EpochRecord) -> None:
    """Write or replace the epoch's record in the run's folder. Raises OSError."""
    # A bit an image: a byte would make half as much again of the file.
    arrays: Arrays = {"true_probability": record.true_probability, "correct": np.packbits(record.correct)}
    for split in SPLITS:
        if predicted := record.predicted(split):
            arrays |= {f"{split}/y_pred": predicted.y_pred, f"{split}/confidence": predicted.confidence}
    # Not its parents: a run that was deleted must not come back.
    (run / EPOCHS_FOLDER).mkdir(exist_ok=True)
    save_arrays(_path(run, record.epoch), arrays, {"epoch": str(record.epoch)})


def find_epochs(run: Path) -> tuple[EpochFile, ...]:
    """The records in the run's folder by epoch; empty where none were written."""
    folder = run / EPOCHS_FOLDER
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ()
    found = ((match, folder / name) for name in names if (match := _NAME.fullmatch(name)))
    files = (EpochFile(int(match[1]), path, file_stamp(path)) for match, path in found)
    return tuple(sorted(files, key=lambda file: file.epoch))


def read_epoch(file: EpochFile) -> EpochRecord:
    """The record in a file. Raises CheckpointError."""
    arrays, metadata = load_arrays(file.path)
    try:
        if metadata["epoch"] != str(file.epoch):
            raise ValueError("another epoch")
        true_probability = _check(arrays["true_probability"], np.float16)
        bits = _check(arrays["correct"], np.uint8)
        if len(bits) != -(-len(true_probability) // 8):
            raise ValueError("another number of images")
        correct = np.unpackbits(bits, count=len(true_probability)).astype(np.bool_)
        return EpochRecord(file.epoch, true_probability, correct, *(_predicted(arrays, split) for split in SPLITS))
    except (KeyError, TypeError, ValueError) as error:
        name = f"{file.path.parent.parent.name}/{EPOCHS_FOLDER}/{file.path.name}"
        raise CheckpointError("{file} is damaged: {reason}", file=name, reason=str(error)) from None


def drop_epochs_after(run: Path, epoch: int) -> None:
    """Remove the records of later epochs, which are trained again. Raises OSError."""
    for file in find_epochs(run):
        if file.epoch > epoch:
            file.path.unlink(missing_ok=True)


def _path(run: Path, epoch: int) -> Path:
    return run / EPOCHS_FOLDER / f"{epoch:05d}.safetensors"


def _predicted(arrays: Arrays, split: str) -> Predicted | None:
    if f"{split}/y_pred" not in arrays:
        return None
    y_pred, confidence = arrays[f"{split}/y_pred"], arrays[f"{split}/confidence"]
    if len(y_pred) != len(confidence):
        raise ValueError("another number of images")
    if len(y_pred) and y_pred.max() >= N_CLASSES:
        raise ValueError(f"class {y_pred.max()}")
    return Predicted(_check(y_pred, np.uint8), _check(confidence, np.float16))


def _check(array: NDArray[np.generic], dtype: type) -> NDArray:  # type: ignore[type-arg]
    if array.ndim != 1 or array.dtype != dtype:
        raise ValueError(f"{array.dtype} {array.shape}")
    return array
