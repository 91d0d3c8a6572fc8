"""Predictions on disk: the class probabilities of a whole split, and what they were computed from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.datasets import ImageSet
from core.errors import CheckpointError, RunError
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.storage.arrays import load_arrays, save_arrays
from core.storage.decode import decode_dataclass
from core.storage.digest import array_digest, weights_digest
from core.storage.reading import parse_json

_ARRAY = "probabilities"
_SOURCE = "source"


@dataclass(frozen=True)
class Source:
    """What predictions were computed from.

    dataset, split: their names. data, weights: digests of the split's images with labels and of the weights.
    All are empty where predictions were stored before this was written down.
    """

    dataset: str = ""
    split: str = ""
    data: str = ""
    weights: str = ""


def describe_source(record: RunRecord, split: str, images: ImageSet) -> Source:
    """The source of predictions that the run's present weights make of a split. Raises CheckpointError."""
    return Source(record.config.dataset, split, data_digest(images), weights_digest(record.weights_file))


def data_digest(images: ImageSet) -> str:
    """A digest of images and labels."""
    return array_digest({"images": images.images, "labels": images.labels})


def save_predictions(path: Path, probabilities: Probabilities, source: Source) -> None:
    """Write class probabilities (N, C). Raises OSError."""
    # As one entry: the order of several would change the file's bytes.
    save_arrays(path, {_ARRAY: probabilities}, {_SOURCE: json.dumps(vars(source))})


def load_predictions(path: Path) -> tuple[Probabilities, Source]:
    """Class probabilities, float32 (N, C), and their source. Raises CheckpointError."""
    arrays, metadata = load_arrays(path)
    probabilities = arrays.get(_ARRAY)
    if probabilities is None or probabilities.ndim != 2:
        raise CheckpointError("{folder}/{file} holds no class probabilities.", folder=path.parent.name, file=path.name)
    try:
        source = decode_dataclass(Source, parse_json(metadata.get(_SOURCE, "{}")))
    except ValueError:
        raise CheckpointError("{folder}/{file} is damaged.", folder=path.parent.name, file=path.name) from None
    return probabilities.astype(np.float32), source


def load_test_predictions(record: RunRecord, test: ImageSet) -> Probabilities:
    """The run's stored predictions (N, C) for its test set.

    Raises RunError where they are missing, damaged, of other weights or of other images. It says what to do.
    """
    probabilities, source = load_predictions(record.predictions_file)
    # Networks that come with the app have no weights but these.
    if not record.bundled and source.weights and source.weights != weights_digest(record.weights_file):
        raise RunError("The stored predictions are of earlier weights of this network. Measure it again.")
    if source.data and source.data != data_digest(test):
        raise RunError(
            "The stored predictions are of {split} images of {dataset} that differ from those in the data folder. "
            "Measure the network again.",
            split=source.split,
            dataset=source.dataset,
        )
    return probabilities
