"""The command `train`."""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.cli.config_arguments import names_given, read_config, read_tags
from core.cli.progress import ProgressPrinter
from core.cli.records import open_store, require_data
from core.cli.texts import tr
from core.config.fields import FIELDS
from core.config.run_config import RunConfig
from core.errors import ConfigError, LabError, RunBusy
from core.execution.train_run import train_run
from core.export.state_dict import export_state_dict
from core.runs.control_file import FileControl
from core.runs.record import FAILED, INTERRUPTED, STATUS_WORDS, RunRecord, RunState
from core.runs.store import RunStore
from core.settings import data_root
from core.texts.message import message
from core.training.control import Command


def train_command(given: argparse.Namespace) -> int:
    """Train a new run, or go on with one; returns the exit code. Raises LabError."""
    if given.dry_run:
        with tempfile.TemporaryDirectory(prefix="mnist-lab-") as folder:
            return _train(given, RunStore(Path(folder)))
    return _train(given, open_store())


class _OneStep(FileControl):
    """Lets training take a single step."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._is_done = False

    def poll(self) -> Command:
        command = Command("stop") if self._is_done else super().poll()
        self._is_done = True
        return command


def _train(given: argparse.Namespace, store: RunStore) -> int:
    record = _resumed(given, store) if given.resume else _created(given, store)
    target = _model_file(given, record.config)
    label = tr(record.config.label())
    print(tr("dry run: {label}", label=label) if given.dry_run else f"{record.id}: {label}")
    progress = ProgressPrinter(record.config.epochs, given.log_interval)
    control = (_OneStep if given.dry_run else FileControl)(record.path)
    with interruptible(control) as signals:
        # A new run has its learning rate in its configuration.
        lr = given.lr if given.resume else None
        state = train_run(record, data_root(), control, [progress], lr=lr)
    progress.close()
    return _finish(store.get(record.id), state, target, signals, given.dry_run)


def _created(given: argparse.Namespace, store: RunStore) -> RunRecord:
    config = read_config(given)
    require_data(config.dataset)
    _check_target(_model_file(given, config))
    return store.create(config, given.name, read_tags(given, config))


def _resumed(given: argparse.Namespace, store: RunStore) -> RunRecord:
    others = [name for name in names_given(given) if name != "--lr"]
    others += [*(["--name"] if given.name else []), *(["--dry-run"] if given.dry_run else [])]
    if others:
        raise ConfigError(
            "--resume goes on with a run as it is set, but for --lr, so {argument} cannot be given with it.",
            argument=others[0],
        )
    if given.lr is not None:
        FIELDS["lr"].check(given.lr)
    record = store.get(given.resume)
    if not record.can_resume:
        status = STATUS_WORDS[record.state.status]
        raise RunBusy("{name!r} is {status}, so it cannot be resumed.", name=record.name, status=status)
    _check_target(_model_file(given, record.config))
    return record


def _check_target(target: Path | None) -> None:
    """Before training, refuse a file for the weights that could not be written after it."""
    if target is None:
        return
    folder = target.absolute().parent
    if not folder.is_dir():
        raise ConfigError("--save-model: there is no folder {folder}.", folder=folder)
    if target.is_dir():
        raise ConfigError("--save-model: {file} is a folder; name a file in it.", file=target)
    if not os.access(folder, os.W_OK):
        raise ConfigError("--save-model: the folder {folder} cannot be written.", folder=folder)


def _model_file(given: argparse.Namespace, config: RunConfig) -> Path | None:
    if given.save_model is None:
        return None
    return Path(given.save_model or f"{config.dataset}_{config.arch}.pt")


@contextmanager
def interruptible(control: FileControl) -> Iterator[list[int]]:
    """Let Ctrl-C end training after the present step; a second one ends it at once. Yields the signals caught."""
    caught: list[int] = []

    def interrupt(number: int, _: Any) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)
        control.interrupted = True

    old = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _finish(record: RunRecord, state: RunState, target: Path | None, signals: list[int], is_dry: bool) -> int:
    if state.status == FAILED:
        raise LabError(state.reason)
    if state.status == INTERRUPTED:
        print(tr("interrupted after step {step:,}", step=state.step))
        if not is_dry:
            print(tr("go on with: {command}", command=f"python -m core train --resume {record.id}"))
        return 128 + signals[0] if signals else 1
    if record.result is not None:
        wrong = round((1 - record.result.test_accuracy) * record.result.n_test)
        loss, accuracy = record.result.test_loss, record.result.test_accuracy
        figures = message(
            "test loss {loss:.4f} accuracy {accuracy:.2%} ({wrong:,} wrong)", loss=loss, accuracy=accuracy, wrong=wrong
        )
        print(tr(figures))
    if target is not None and record.can_predict:
        export_state_dict(record, target)
        print(tr("weights written to {file}", file=target))
    if is_dry:
        print(tr("dry run: one step done, no run kept"))
    return 0
