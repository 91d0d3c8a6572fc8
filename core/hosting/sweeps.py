"""What a visitor may ask of the sweeps: anything for one's own, within the operator's limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import LabError
from core.execution.executors import Workers
from core.hosting.caps import check_disk, check_sweep, most_seconds
from core.operator.settings_file import OperatorSettings
from core.sweep.manager import SweepManager
from core.sweep.records import Sweep, SweepStore
from core.sweep.search_space import SearchSpace


class VisitorSweeps:
    """The manager of sweeps for one visitor. Each method does what the manager's of this name does.

    Raises as it does, NotYours besides, and ConfigError or LimitReached for more than is allowed.
    """

    def __init__(self, manager: SweepManager, store: SweepStore, settings: Callable[[], OperatorSettings]) -> None:
        """store: as the visitor sees it."""
        self._manager = manager
        self._store = store
        self._settings = settings

    @property
    def is_busy(self) -> bool:
        """Whether this app runs a sweep of anybody's, so that no other can be begun."""
        return self._manager.is_busy

    def start(self, space: SearchSpace, name: str, data_root: Path, workers: Workers) -> Sweep:
        """Begin a new sweep of the visitor's."""
        self._check(space, workers)
        owner = self._store.runs.visitor.owner
        return self._manager.start(space, name, data_root, workers, owner, self._trial_seconds())

    def resume(self, sweep_id: str, data_root: Path, workers: Workers, retry_failed: bool = False) -> None:
        """Go on with a sweep."""
        sweep = self._store.get(sweep_id)
        self._store.check_own(sweep)
        self._check(sweep.space, workers)
        self._manager.resume(sweep_id, data_root, workers, retry_failed, self._trial_seconds())

    def stop(self, sweep: Sweep) -> None:
        """Let a sweep and its trials end after their present step."""
        self._store.check_own(sweep)
        self._manager.stop(sweep)

    def is_running(self, sweep: Sweep) -> bool:
        """Whether any process works through the sweep."""
        return self._manager.is_running(sweep)

    def error(self, sweep_id: str) -> LabError | None:
        """Why the sweep broke off when this app last ran it."""
        return self._manager.error(sweep_id)

    def _check(self, space: SearchSpace, workers: Workers) -> None:
        visitor = self._store.runs.visitor
        if not visitor.is_operator:
            check_sweep(space, workers, self._settings())
            check_disk(self._store.runs, visitor, self._settings())

    def _trial_seconds(self) -> float | None:
        """How long each cell may train, in seconds; None for no limit."""
        return None if self._store.runs.visitor.is_operator else most_seconds(self._settings())
