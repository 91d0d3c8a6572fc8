"""Deletes old runs now and then, as long as the app runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

from core.hosting.disk import clean_up
from core.operator.settings_file import OperatorSettings
from core.runs.store import RunStore

# Seconds between two looks.
_SECONDS = 600.0

_log = logging.getLogger(__name__)


class Cleaner:
    """A thread of its own. It does nothing where the operator has set no limits."""

    def __init__(
        self,
        store: RunStore,
        settings: Callable[[], OperatorSettings],
        open_runs: Callable[[], Collection[str]],
        seconds: float = _SECONDS,
    ) -> None:
        """open_runs: the ids of runs that somebody looks at now. seconds: between two looks."""
        self._store, self._settings, self._open_runs = store, settings, open_runs
        self._seconds = seconds
        self._is_closed = threading.Event()

    def start(self) -> None:
        """Begin to look, for the first time after the pause."""
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._is_closed.set()

    def _run(self) -> None:
        while not self._is_closed.wait(self._seconds):
            try:
                clean_up(self._store, self._settings(), self._open_runs())
            except Exception:
                # The next look may go better, as when the disk is there again.
                _log.exception("Old runs could not be deleted")
