"""Writing small files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# The end of a temporary file's name, by which one that a killed process has left is known.
_SUFFIX = ".tmp"
# Seconds after which a temporary file belongs to nobody: the longest write takes a few.
_MOST_AGE = 3600.0


def write_with(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then rename it to `path`.

    Raises OSError, with nothing left behind; an old file at `path` then stays. A folder that is gone is not made anew:
    whoever has deleted it would find half of it again.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, text: str) -> None:
    """Replace the file's text as a whole; see `write_with`."""
    write_with(path, lambda temporary: _write_text(temporary, text))


def overwrite(path: Path, text: str) -> None:
    """Replace an existing file's text in place, where there is no room for a second file. Raises OSError."""
    with path.open("r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def remove_leftovers(root: Path) -> None:
    """Remove the temporary files that killed processes have left in a folder and all below it, an hour old at least."""
    # Unlike `Path.rglob`, it passes over folders that are deleted meanwhile.
    for folder, _, names in os.walk(root):
        for file in (Path(folder, name) for name in names if name.startswith(".") and name.endswith(_SUFFIX)):
            # Another process may do the same, and what cannot be removed does no harm.
            with contextlib.suppress(OSError):
                if time.time() - file.lstat().st_mtime > _MOST_AGE:
                    file.unlink()
