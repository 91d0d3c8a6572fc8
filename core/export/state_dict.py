"""Weights as other PyTorch programs keep them: a plain `state_dict` file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from core.config.run_config import RunConfig
from core.errors import CheckpointError
from core.learners.factory import create_learner
from core.runs.record import FINISHED, RunRecord, write_state
from core.runs.store import RunStore
from core.storage.arrays import Arrays, load_arrays, save_arrays
from core.storage.atomic import write_with


def export_state_dict(record: RunRecord, target: Path) -> None:
    """Write a run's weights so that `torch.load(target, weights_only=True)` gives its state_dict.

    Raises CheckpointError when the run has no weights, and OSError.
    """
    import torch

    arrays, _ = load_arrays(record.weights_file)
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    write_with(target, lambda temporary: torch.save(tensors, temporary))


def import_state_dict(source: Path, config: RunConfig, store: RunStore, name: str = "") -> RunRecord:
    """Make a finished run, not measured yet, of the weights in a state_dict file.

    `config` says what network they are of and how its pixels are scaled; what it says of training is not used.
    Raises CheckpointError when the file holds no state_dict or does not fit, RunError and OSError.
    """
    learner = create_learner(config.replace(device="cpu"))
    learner.load_state_dict(_read_state_dict(source))
    record = store.create(config, name or f"{config.label()} from {source.name}"[:80], {"imported": source.name})
    save_arrays(record.weights_file, learner.state_dict())
    write_state(record.path, record.state.become(FINISHED))
    return store.get(record.id)


def _read_state_dict(source: Path) -> Arrays:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # weights_only: the file can come from anywhere, and a pickle could run code.
            values: Any = torch.load(source, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"{source} cannot be read: {error.strerror}.") from None
    except Exception:
        # Of a file of another kind torch makes errors of nearly every type.
        raise CheckpointError(f"{source} is not a PyTorch file of weights.") from None
    if not isinstance(values, dict) or not all(isinstance(value, torch.Tensor) for value in values.values()):
        raise CheckpointError(f"{source} holds no state_dict; it must be saved by torch.save(model.state_dict(), …).")
    return {str(name): tensor.float().numpy() for name, tensor in values.items()}
