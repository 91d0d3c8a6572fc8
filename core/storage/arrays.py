"""Named arrays as safetensors files, replaced as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from core.errors import CheckpointError
from core.storage.atomic import write_with

Arrays = dict[str, NDArray[np.generic]]

# Hexadecimal digits of a file's digest.
_DIGEST_LENGTH = 16


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
        raise CheckpointError("{file} is missing in {run}.", file=path.name, run=path.parent.name) from None
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            "{file} is damaged: {reason}", file=f"{path.parent.name}/{path.name}", reason=str(error)
        ) from None


def is_finite(arrays: Arrays) -> bool:
    """Whether no entry is NaN or infinite."""
    return all(np.isfinite(array).all() for array in arrays.values())


def digest(path: Path) -> str:
    """A short name for a file's content, the same only for the same bytes. Raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGEST_LENGTH]
