"""Weights as a plain PyTorch `state_dict` file, as other programs save and load them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from core.config.run_config import RunConfig
from core.errors import CheckpointError
from core.learners.factory import create_learner
from core.runs.record import FINISHED, NAME_LENGTH, RunRecord, write_state
from core.runs.store import RunStore
from core.storage.arrays import MOST_BYTES, Arrays, is_finite, load_arrays, save_arrays
from core.storage.atomic import write_with
from core.storage.reading import open_regular
from core.texts.message import shorten

# Of a tensor, at most, in single precision.
_MOST_NUMBERS = MOST_BYTES // 4


def export_state_dict(record: RunRecord, target: Path) -> None:
    """Write a run's weights so that `torch.load(target, weights_only=True)` gives its state_dict.

    Raises CheckpointError when the run has no weights, and OSError.
    """
    import torch

    arrays, _ = load_arrays(record.weights_file)
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    write_with(target, lambda temporary: torch.save(tensors, temporary))


def import_state_dict(source: Path, config: RunConfig, store: RunStore, name: str = "") -> RunRecord:
    """Make a finished run, not measured yet, from the weights in a state_dict file.

    `config` says what network they are of and how its pixels are scaled; what it says of training is not used.
    Raises CheckpointError when the file holds no state_dict or does not fit, RunError and OSError.
    """
    learner = create_learner(config.replace(device="cpu"))
    arrays = _read_state_dict(source)
    if not is_finite(arrays):
        raise CheckpointError("The weights in {file} are not all finite numbers.", file=source)
    learner.load_state_dict(arrays)
    name = name or f"{config.label()} from {shorten(source.name)}"[:NAME_LENGTH]
    record = store.create(config, name, {"imported": shorten(source.name)})
    try:
        save_arrays(record.weights_file, learner.state_dict())
        write_state(record.path, record.state.become(FINISHED))
        return store.get(record.id)
    except BaseException:
        store.delete(record.id)
        raise


def _read_state_dict(source: Path) -> Arrays:
    import torch

    try:
        with open_regular(source, MOST_BYTES) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # weights_only: the file can come from anywhere, and a pickle could run code.
            values: Any = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError("{file} cannot be read: {reason}.", file=source, reason=error.strerror) from None
    except Exception:
        # Of a file of another kind torch makes errors of nearly every type.
        raise CheckpointError("{file} is not a PyTorch file of weights.", file=source) from None
    if not isinstance(values, dict) or not all(isinstance(value, torch.Tensor) for value in values.values()):
        raise CheckpointError(
            "{file} holds no state_dict; it must be saved by torch.save(model.state_dict(), …).", file=source
        )
    return {str(name): _to_array(source, str(name), tensor) for name, tensor in values.items()}


def _to_array(source: Path, name: str, tensor: Any) -> NDArray[np.generic]:
    # A small file can hold a tensor of any shape, all of whose values are the same one.
    if tensor.numel() > _MOST_NUMBERS:
        raise CheckpointError(
            "{name} in {file} has {count:,} numbers; at most {most:,} are read.",
            name=name,
            file=source,
            count=tensor.numel(),
            most=_MOST_NUMBERS,
        )
    if tensor.is_complex():
        raise CheckpointError("{name} in {file} holds complex numbers; weights are real ones.", name=name, file=source)
    try:
        # A dict of named_parameters() holds tensors that require a gradient.
        return cast(NDArray[np.generic], tensor.detach().to_dense().float().cpu().numpy())
    except (RuntimeError, NotImplementedError, TypeError):
        raise CheckpointError(
            "{name} in {file} is a tensor without values of its own, such as a meta tensor.", name=name, file=source
        ) from None
