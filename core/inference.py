"""What is asked of a trained network. These functions run where torch is loaded (see `core.host`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.data import Images, load_dataset
from core.evaluation import evaluate
from core.learner import Learner, Probabilities, create_learner
from core.runs import RunCard, read_run
from core.weights import load_arrays


def predict_proba(run: Path, images: Images) -> Probabilities:
    """Class probabilities (N, 10) that the network in the folder `run` gives to images (N, 28, 28).

    Raises RunError.
    """
    weights = run / "weights.safetensors"
    # The file's time is part of the key, so that a network still in training is read again.
    stamp = weights.stat().st_mtime_ns if weights.is_file() else 0
    return _load_learner(run, stamp).predict_proba(images)


def evaluate_run(run: Path, data_root: Path) -> RunCard:
    """Measure a run on its test set and save the result in its folder. Raises LabError, OSError."""
    record = read_run(run)
    return evaluate(record, load_dataset(record.config.dataset, data_root), create_learner(record.config))


@lru_cache(maxsize=32)
def _load_learner(run: Path, stamp: int) -> Learner:  # noqa: ARG001 - the stamp is there for the cache
    record = read_run(run)
    # One process answers for all networks, and a picture at a time is too little work for several threads.
    learner = create_learner(record.config.replace(device="auto", threads=1))
    learner.load_state_dict(load_arrays(record.weights)[0])
    return learner
