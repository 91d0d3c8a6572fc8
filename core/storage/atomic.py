"""Writing small files so that a reader never sees half of one."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write_with(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then rename it to `path`.

    The folder is created. Raises OSError, with nothing left behind; an old file at `path` then stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
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


def read_json(path: Path) -> Any:
    """The JSON value in a file. Raises OSError or ValueError."""
    return json.loads(path.read_text(encoding="utf-8"))
