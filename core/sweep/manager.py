"""The sweeps that the app runs: one at a time, each in a thread that hands its trials to an executor."""

from __future__ import annotations

import threading
from pathlib import Path

from core.errors import LabError, RunBusy
from core.execution.compute_client import ComputeClient
from core.execution.executors import Workers, open_executor
from core.owners.visitor import Visitor
from core.runs.control_file import FileControl, send
from core.sweep.records import Sweep, SweepStore, save_error
from core.sweep.runner import begin_control, run_sweep
from core.sweep.search_space import SearchSpace


class SweepManager:
    """Starts and steers sweeps. One for the whole app; every method may be called from any thread.

    It does what it is asked to, whoever asks: `core.hosting.sweeps` lets visitors at what is theirs alone.
    """

    def __init__(self, store: SweepStore, compute: ComputeClient) -> None:
        self._store = store
        self._compute = compute
        self._lock = threading.RLock()
        self._running: dict[str, FileControl] = {}
        self._errors: dict[str, LabError] = {}

    def start(
        self,
        space: SearchSpace,
        name: str,
        data_root: Path,
        workers: Workers,
        owner: str = "",
        trial_seconds: float | None = None,
    ) -> Sweep:
        """Begin a new sweep. trial_seconds: as of `run_sweep`.

        Raises RunBusy while this app runs another one, and RunError.
        """
        with self._lock:
            self._check_free(owner)
            sweep = self._store.seen_by(Visitor(owner)).create(space, name)
            self._begin(sweep, data_root, workers, False, trial_seconds)
        return sweep

    def resume(
        self,
        sweep_id: str,
        data_root: Path,
        workers: Workers,
        retry_failed: bool = False,
        trial_seconds: float | None = None,
    ) -> None:
        """Go on with a sweep, with its failed cells too when `retry_failed`. Raises RunBusy and RunError."""
        with self._lock:
            sweep = self._store.get(sweep_id)
            self._check_free(sweep.owner)
            if sweep.is_running:
                raise RunBusy("{name!r} is run by another process.", name=sweep.name)
            self._begin(sweep, data_root, workers, retry_failed, trial_seconds)

    def stop(self, sweep: Sweep) -> None:
        """Let a sweep and its trials end after their present step, whichever process runs it. Raises OSError."""
        send(sweep.path, "stop")

    def is_running(self, sweep: Sweep) -> bool:
        """Whether this app or any other process works through the sweep."""
        return sweep.id in self._running or sweep.is_running

    @property
    def is_busy(self) -> bool:
        """Whether this app runs a sweep, so that no other can be begun."""
        return bool(self._running)

    def error(self, sweep_id: str) -> LabError | None:
        """Why the sweep broke off when this app last ran it; None when it did not."""
        return self._errors.get(sweep_id)

    def close(self) -> None:
        """Begin no more trials; those that are being trained end with the compute process."""
        with self._lock:
            for control in self._running.values():
                control.interrupted = True

    def _check_free(self, owner: str) -> None:
        for sweep_id in self._running:
            running = self._store.get(sweep_id)
            if not Visitor(owner).may_change(running.owner):
                raise RunBusy("Another visitor’s sweep is running, and there is one at a time. Try again later.")
            raise RunBusy("{name!r} is running; stop it, or wait until it is done.", name=running.name)

    def _begin(
        self, sweep: Sweep, data_root: Path, workers: Workers, retry_failed: bool, trial_seconds: float | None
    ) -> None:
        self._errors.pop(sweep.id, None)
        try:
            # Before it is connected to a cluster, so that it can be stopped while that takes its time.
            control = self._running[sweep.id] = begin_control(sweep)
        except OSError as error:
            raise save_error(sweep.path, error) from None
        arguments = (sweep, data_root, workers, control, retry_failed, trial_seconds)
        threading.Thread(target=self._run, args=arguments, daemon=True).start()

    def _run(
        self,
        sweep: Sweep,
        data_root: Path,
        workers: Workers,
        control: FileControl,
        retry_failed: bool,
        trial_seconds: float | None,
    ) -> None:
        try:
            with open_executor(workers, self._compute, self._store.runs.root) as (executor, slots):
                run_sweep(
                    sweep,
                    self._store,
                    data_root,
                    executor,
                    slots,
                    control=control,
                    retry_failed=retry_failed,
                    trial_seconds=trial_seconds,
                )
        except OSError as error:
            self._errors[sweep.id] = save_error(sweep.path, error)
        except LabError as error:
            self._errors[sweep.id] = error
        finally:
            with self._lock:
                del self._running[sweep.id]
