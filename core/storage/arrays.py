"""Named arrays as safetensors files, replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from core.errors import CheckpointError
from core.storage.atomic import write_with
from core.storage.reading import open_regular

Arrays = dict[str, NDArray[np.generic]]

# Bytes of a file of arrays, at most. The checkpoint of the largest network that can be set has 1.5 * 10**9.
MOST_BYTES = 4 * 10**9


def save_arrays(path: Path, arrays: Arrays, metadata: dict[str, str] | None = None) -> None:
    """Write named arrays. Raises OSError, with an old file left as it was."""
    # safetensors writes an array's memory as it lies: one that is transposed or cut out would come back wrong.
    in_order = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    try:
        write_with(path, lambda temporary: save_file(in_order, temporary, metadata))
    except SafetensorError as error:
        raise OSError(f"{path.name} cannot be written: {error}") from None


def load_metadata(path: Path) -> dict[str, str]:
    """The text saved with arrays, without reading the arrays. Raises CheckpointError."""
    with _open(path) as file:
        return file.metadata() or {}


def load_arrays(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Named arrays and the text saved with them. Raises CheckpointError."""
    with _open(path) as file:
        try:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (TypeError, AttributeError) as error:
            # An array of a kind that NumPy does not have, such as bfloat16.
            raise SafetensorError(str(error)) from None
        return arrays, file.metadata() or {}


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    with telling(path):
        # safetensors would wait for a pipe, and map a device.
        open_regular(path, MOST_BYTES).close()
        with safe_open(path, framework="numpy") as file:
            yield file


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Raise as CheckpointError what goes wrong with a file of arrays."""
    try:
        yield
    except FileNotFoundError:
        raise CheckpointError("{file} is missing in {run}.", file=path.name, run=path.parent.name) from None
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            "{file} is damaged: {reason}", file=f"{path.parent.name}/{path.name}", reason=_reason(error)
        ) from None


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def is_finite(arrays: Arrays) -> bool:
    """Whether no entry is NaN or infinite."""
    return all(np.isfinite(array).all() for array in arrays.values())
