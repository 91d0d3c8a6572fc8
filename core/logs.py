"""The app's log: lines on standard error, and numbers by which a defect that a reader meets is found in them."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import TextIO

from core.errors import UnexpectedError

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# The project's packages; what other packages log is theirs to show.
_PACKAGES = ("core", "models", "pages")


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is at the time of writing, since tests and notebooks replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


_handler = _StandardError()
_handler.setFormatter(logging.Formatter(_FORMAT))


def show_logs() -> None:
    """Write what the project's modules log, from INFO on, to standard error. A second call changes nothing."""
    for package in _PACKAGES:
        logger = logging.getLogger(package)
        logger.setLevel(logging.INFO)
        logger.addHandler(_handler)


def log_defect(log: logging.Logger, error: Exception) -> UnexpectedError:
    """Log an unexpected exception with its traceback; returns what the reader is told instead, with its number."""
    return UnexpectedError(
        "Something went wrong here. The server's log has the details under number {number}.",
        number=log_numbered(log, error),
    )


def log_numbered(log: logging.Logger, error: Exception) -> str:
    """Log an unexpected exception with its traceback; returns the number under which it is found."""
    number = secrets.token_hex(3)
    log.error("Defect %s", number, exc_info=error)
    return number
