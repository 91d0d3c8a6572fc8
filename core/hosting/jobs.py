"""What a visitor may ask of the job queue: anything for one's own runs, within the operator's limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.config.run_config import RunConfig
from core.execution.compute_client import ComputeClient
from core.execution.job_queue import JobQueue
from core.execution.waiting_line import QueueLimits
from core.hosting.caps import check_config, check_disk, most_seconds
from core.hosting.disk import BYTES_A_MB
from core.operator.settings_file import OperatorSettings
from core.runs.record import RunRecord
from core.runs.store import RunStore


def queue_limits(settings: OperatorSettings) -> QueueLimits:
    """The operator's limits on the queue."""
    return QueueLimits(
        settings.runs_at_once,
        settings.queue_length,
        settings.queue_per_owner,
        most_seconds(settings),
        None if settings.memory_mb is None else settings.memory_mb * BYTES_A_MB,
    )


class VisitorJobs:
    """The job queue for one visitor. Each method does what the queue's of this name does, and raises as it does.

    Raises NotYours besides, for another visitor's run, and ConfigError or LimitReached for more than is allowed.
    """

    def __init__(self, queue: JobQueue, store: RunStore, settings: Callable[[], OperatorSettings]) -> None:
        """store: as the visitor sees it."""
        self._queue = queue
        self._store = store
        self._settings = settings

    @property
    def compute(self) -> ComputeClient:
        """Calls of functions, which change nothing that belongs to others."""
        return self._queue.compute

    @property
    def lacks_memory(self) -> bool:
        """Whether the waiting runs wait for memory."""
        return self._queue.lacks_memory

    def submit(
        self, config: RunConfig, data_root: Path, name: str = "", tags: dict[str, str] | None = None
    ) -> RunRecord:
        """Create a run of the visitor's and train it as soon as its turn comes."""
        self._check(config)
        return self._queue.submit(config, data_root, name, tags, self._store.visitor.owner)

    def resume(self, run_id: str, data_root: Path, lr: float | None = None) -> None:
        """Go on with a stopped, failed or interrupted run."""
        self._check(self._store.own(run_id).config)
        self._queue.resume(run_id, data_root, lr)

    def restart(self, run_id: str, data_root: Path) -> None:
        """Begin a stopped, failed or interrupted run again."""
        self._check(self._store.own(run_id).config)
        self._queue.restart(run_id, data_root)

    def pause(self, run_id: str) -> None:
        """Let a run wait after its present step."""
        self._queue.pause(self._store.own(run_id).id)

    def proceed(self, run_id: str) -> None:
        """Let a paused run go on."""
        self._queue.proceed(self._store.own(run_id).id)

    def set_lr(self, run_id: str, lr: float) -> None:
        """Change a run's base learning rate."""
        self._queue.set_lr(self._store.own(run_id).id, lr)

    def stop(self, run_id: str) -> None:
        """End a run after its present step, or take it out of the queue."""
        self._queue.stop(self._store.own(run_id).id)

    def delete(self, run_id: str) -> None:
        """Remove a run for good."""
        self._store.delete(run_id)

    def position(self, run_id: str) -> int | None:
        """The run's place in the queue, from 1; None when it does not wait here."""
        return self._queue.position(run_id)

    def _check(self, config: RunConfig) -> None:
        visitor = self._store.visitor
        if not visitor.is_operator:
            check_config(config, self._settings())
            check_disk(self._store, visitor, self._settings())
