"""Folders with a name of their own, however many are made at once."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

# Random bytes at the end of a name. Of 400 names made in one second, two are equal once in 50,000 times.
_RANDOM_BYTES = 4
# Attempts to find a name that is not taken. Equal names are so rare that more of them would be a defect.
_ATTEMPTS = 20
# The time in a name, and how a name begins that has one.
_TIME, _DATED = "%Y%m%d-%H%M%S", re.compile(r"((?:19|20|21)\d{6}-\d{6})-")


@contextmanager
def new_folder(root: Path, created: datetime, label: str) -> Iterator[Path]:
    """A folder that was not there before, such as `20260131-120000-mlp-1f2e3d4c`; `root` is made where it is missing.

    The block fills the folder; when it raises, the folder is removed. Names sort by the order in which they are made,
    also where the clock is set back: then a name's time is a second after that of the newest one. Raises OSError.
    """
    root.mkdir(parents=True, exist_ok=True)
    folder = _make(root, f"{_time_after_others(root, created):{_TIME}}-{label}")
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _make(root: Path, stem: str) -> Path:
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


def _time_after_others(root: Path, created: datetime) -> datetime:
    names = [match[1] for path in root.iterdir() if (match := _DATED.match(path.name))]
    later = [name for name in names if name > f"{created:{_TIME}}"]
    for name in sorted(later, reverse=True):
        # A name that somebody else has given need not be a time.
        with contextlib.suppress(ValueError):
            return datetime.strptime(name, _TIME) + timedelta(seconds=1)
    return created
