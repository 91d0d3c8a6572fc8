"""A file's stamp: part of the key of a cache of what was read from it."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int]
NO_FILE: Stamp = (0, 0, 0)


def file_stamp(path: Path) -> Stamp:
    """Time of change in nanoseconds, size in bytes and inode; `NO_FILE` without one.

    Files here are replaced as a whole, so each new version has an inode of its own.
    """
    try:
        status = path.stat()
    except OSError:
        return NO_FILE
    return status.st_mtime_ns, status.st_size, status.st_ino
