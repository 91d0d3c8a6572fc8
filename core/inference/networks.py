"""Predictions of trained networks, computed where torch is loaded (`core.execution.compute_process`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from core.data.datasets import Images
from core.errors import CheckpointError
from core.learners.base import Learner, Probabilities
from core.learners.factory import create_learner
from core.runs.record import read_run
from core.storage.arrays import load_arrays


def predict_proba(run: Path, images: Images) -> Probabilities:
    """Class probabilities (N, 10) that the network in the folder `run` gives to images (N, 28, 28).

    Raises RunError.
    """
    return load_learner(run).predict_proba(images)


def load_learner(run: Path) -> Learner:
    """The network in the folder `run` with its kept weights, read once; not to be trained. Raises RunError."""
    weights = run / "weights.safetensors"
    # The file's time is part of the key, so that a network still in training is read again.
    stamp = weights.stat().st_mtime_ns if weights.is_file() else 0
    return _load_learner(run, stamp)


@lru_cache(maxsize=32)
def _load_learner(run: Path, stamp: int) -> Learner:  # noqa: ARG001 - the stamp is there for the cache
    record = read_run(run)
    # One process answers for all networks, and a picture at a time is too little work for several threads.
    learner = create_learner(record.config.replace(device="auto", threads=1))
    arrays, _ = load_arrays(record.weights_file)
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise CheckpointError(f"The weights {name} of {run.name} are not finite numbers: training diverged.")
    learner.load_state_dict(arrays)
    return learner
