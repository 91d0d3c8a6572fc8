"""What an executor is given: functions that train a sweep's trials in the process that they are called in."""

from __future__ import annotations

import signal
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import LabError
from core.execution.train_run import train_run
from core.runs.control_file import FileControl
from core.runs.record import RunState, read_run

# Torch's threads and random generator belong to the whole process, and a Dask worker has several threads.
_one_at_a_time = threading.Lock()


def train_trial(path: Path, data_root: Path) -> RunState:
    """Train the run in a folder to its end. See `train_run`."""
    control = FileControl(path)
    with _one_at_a_time, _interrupted_by_sigterm([control]):
        return train_run(read_run(path), data_root, control)


def train_trials(paths: Sequence[Path], data_root: Path) -> dict[Path, LabError]:
    """Train the runs in several folders, which `core.sweep.groups` has put together, to their ends.

    Returns why runs could not be begun. See `core.execution.train_group`.
    """
    # The server, which hands this function on, loads no torch.
    from core.execution.train_group import can_train_as_group, train_group

    controls = {path: FileControl(path) for path in paths}
    with _one_at_a_time, _interrupted_by_sigterm(controls.values()):
        if can_train_as_group([read_run(path) for path in paths]):
            return train_group(controls, data_root)
        return _train_in_turn(controls, data_root)


def _train_in_turn(controls: dict[Path, FileControl], data_root: Path) -> dict[Path, LabError]:
    errors: dict[Path, LabError] = {}
    for path, control in controls.items():
        try:
            train_run(read_run(path), data_root, control)
        except LabError as error:
            errors[path] = error
    return errors


@contextmanager
def _interrupted_by_sigterm(controls: Collection[FileControl]) -> Iterator[None]:
    """Let the signal end training with a checkpoint, where this process's main thread trains."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        for control in controls:
            control.interrupted = True

    old = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)
