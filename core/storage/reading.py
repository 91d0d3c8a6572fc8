"""Reading what anybody may have written: regular files of a bounded size, and plain JSON values within bounds."""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import RecordError, RunError

# Bytes of a record, such as a configuration, at most; the largest that is written has a tenth of it.
MOST_RECORD_BYTES = 1_000_000
# Lists and objects within each other, at most. A message in a message takes three; no record nests more than eight.
MOST_DEPTH = 32
# Characters of a text within JSON, at most.
MOST_CHARACTERS = 10_000
# Whole numbers reach to here in both directions, as far as NumPy and safetensors can hold them.
_LARGEST = 2**63 - 1
# The years that a time of creation may lie in. Beyond them a change of the time zone can fail.
_YEARS = range(1970, 2200)


def open_regular(path: Path, most_bytes: int) -> BinaryIO:
    """Open a file to read from it, if it is a regular one: a pipe would never end, a device do anything.

    Raises OSError, whose `strerror` says so, also for a file of more than `most_bytes`.
    """
    # Without O_NONBLOCK, opening a pipe waits for somebody who writes into it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _check_file(os.fstat(descriptor), path, most_bytes)
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """The content of a regular file. Raises OSError, see `open_regular`."""
    with open_regular(path, most_bytes) as file:
        # What was added since its size was looked at is left.
        return file.read(most_bytes)


def read_json(path: Path, most_bytes: int = MOST_RECORD_BYTES) -> Any:
    """The JSON value in a file. Raises OSError, or RecordError (a ValueError) when it is none within the bounds."""
    return parse_json(read_bytes(path, most_bytes))


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object that a record of a run or a sweep holds. Raises RunError, which names the file."""
    name = f"{path.parent.name}/{path.name}"
    try:
        values = read_json(path)
    except OSError as error:
        raise RunError("{file} cannot be read: {reason}.", file=name, reason=error.strerror) from None
    except RecordError as error:
        raise RunError("{file}: {reason}", file=name, reason=error.message) from None
    if not isinstance(values, dict):
        raise RunError("{file} must hold a JSON object.", file=name)
    return values


def parse_json(content: str | bytes) -> Any:
    """The JSON value in a text, with depth, texts and numbers within bounds. Raises RecordError (a ValueError)."""
    try:
        value = json.loads(content if isinstance(content, str) else content.decode("utf-8"))
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise RecordError("It is not JSON: {reason}.", reason=error) from None
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for entry in level for inner in _look(entry)]
        if not level:
            return value
    raise _too_deep()


def parse_time(text: object, field: str = "created") -> datetime:
    """The time in a record's field, with its zone. Raises RecordError (a ValueError)."""
    try:
        created = datetime.fromisoformat(str(text))
    except ValueError:
        created = None
    if created is None or created.tzinfo is None or created.year not in _YEARS:
        years = {"first": _YEARS[0], "last": _YEARS[-1]}
        raise RecordError(
            "{field} is {value!r}; it must be a time with its zone, from {first} to {last}.",
            field=field,
            value=str(text),
            **years,
        )
    return created


def _check_file(status: os.stat_result, path: Path, most_bytes: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if status.st_size > most_bytes:
        raise OSError(errno.EFBIG, f"it has {status.st_size:,} bytes; at most {most_bytes:,} are read", str(path))


def _look(value: Any) -> list[Any]:
    """What is in a list or an object. Raises RecordError for a text or a number out of bounds."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise RecordError("It holds a number beyond ±{largest:,}.", largest=_LARGEST)
    elif isinstance(value, float) and not math.isfinite(value):
        raise RecordError("It holds {value}, which is no number.", value=value)
    return []


def _check_text(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise RecordError(
            "It holds a text of {length:,} characters; at most {most:,} are read.",
            length=len(text),
            most=MOST_CHARACTERS,
        )
    # JSON can hold half of a surrogate pair, which no browser and no file takes.
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise RecordError("It holds half of a character, which cannot be shown.")


def _too_deep() -> RecordError:
    return RecordError("It is nested more than {most} deep.", most=MOST_DEPTH)
