"""Digests of arrays and files. A result stores them, so that it can be told from what it was computed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.storage.arrays import MOST_BYTES, telling
from core.storage.reading import read_bytes
from core.storage.stamp import Stamp, file_stamp

# Hexadecimal digits.
_LENGTH = 16


def array_digest(arrays: Mapping[str, NDArray[np.generic]]) -> str:
    """A digest of named arrays: of their names, types, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
        digest.update(array.view(np.uint8).data if array.size else b"")
    return digest.hexdigest()[:_LENGTH]


def weights_digest(weights_file: Path) -> str:
    """A digest of a weights file's bytes. Raises CheckpointError."""
    with telling(weights_file):
        return _file_digest(weights_file, file_stamp(weights_file))


@lru_cache(maxsize=1024)
def _file_digest(file: Path, _stamp: Stamp) -> str:
    return hashlib.sha256(read_bytes(file, MOST_BYTES)).hexdigest()[:_LENGTH]
