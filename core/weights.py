"""Arrays on disk: weights, checkpoints and predictions as safetensors files, replaced as a whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from core.errors import CheckpointError
from core.files import write_with
from core.learner import Arrays
from core.plain import from_plain
from core.trainer import Checkpoint, Position

_WEIGHTS, _TRAINING = "weights/", "training/"


def save_arrays(path: Path, arrays: Arrays, metadata: dict[str, str] | None = None) -> None:
    """Write named arrays. Raises OSError, with an old file left as it was."""
    try:
        write_with(path, lambda temporary: save_file(arrays, temporary, metadata))
    except SafetensorError as error:
        raise OSError(f"{path.name} cannot be written: {error}") from None


def load_arrays(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Named arrays and the text saved with them. Raises CheckpointError."""
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except FileNotFoundError:
        raise CheckpointError(f"{path.name} is missing in {path.parent.name}.") from None
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path.parent.name}/{path.name} is damaged: {error}") from None


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write everything training needs to go on into one file. Raises OSError."""
    arrays = {f"{_WEIGHTS}{name}": array for name, array in checkpoint.weights.items()}
    arrays |= {f"{_TRAINING}{name}": array for name, array in checkpoint.training.items()}
    save_arrays(path, arrays, {"position": json.dumps(asdict(checkpoint.position))})


def load_checkpoint(path: Path) -> Checkpoint:
    """The inverse of `save_checkpoint`. Raises CheckpointError."""
    arrays, metadata = load_arrays(path)
    try:
        position = from_plain(Position, json.loads(metadata["position"]))
    except (KeyError, AttributeError, ValueError):
        raise CheckpointError(f"{path.parent.name}/{path.name} does not say where training stood.") from None
    return Checkpoint(position, _part(arrays, _WEIGHTS), _part(arrays, _TRAINING))


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
