"""Folders with a name of their own, however many are made at once."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

# Random bytes at the end of a name. Of 400 names made in one second, two are equal once in 50,000 times.
_RANDOM_BYTES = 4
# Attempts to find a name that is not taken. Equal names are so rare that more of them would be a defect.
_ATTEMPTS = 20


@contextmanager
def new_folder(root: Path, created: datetime, label: str) -> Iterator[Path]:
    """A folder that was not there before, such as `20260131-120000-mlp-1f2e3d4c`; `root` is made where it is missing.

    The block fills the folder; when it raises, the folder is removed. Names sort by the time of creation.
    Raises OSError.
    """
    folder = _make(root, f"{created:%Y%m%d-%H%M%S}-{label}")
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _make(root: Path, stem: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, _ATTEMPTS + 1):
        folder = root / f"{stem}-{secrets.token_hex(_RANDOM_BYTES)}"
        try:
            folder.mkdir()
        except FileExistsError:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    return folder
