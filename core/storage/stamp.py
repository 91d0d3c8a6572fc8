"""A file's stamp: part of the key of a cache of what was read from it."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int]


def file_stamp(path: Path) -> Stamp:
    """Time of change in nanoseconds, size in bytes and inode; zeros without a file.

    Files here are replaced as a whole, so each new version has an inode of its own.
    """
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_mtime_ns, status.st_size, status.st_ino
