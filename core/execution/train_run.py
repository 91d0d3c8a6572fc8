"""Trains one run to its end and keeps its folder up to date. Page, sweep and command line all come through here."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.data.catalog import find_dataset
from core.data.datasets import NO_IMAGES, Dataset, load_dataset
from core.data.image_file import load_images
from core.errors import DataMissing, LabError
from core.evaluation.measure import evaluate, load_predictions
from core.learners.base import Learner
from core.learners.factory import create_learner
from core.runs.control_file import FileControl, reset
from core.runs.record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    MEASURING,
    PAUSED,
    RUNNING,
    STARTING,
    STOPPED,
    RunRecord,
    RunState,
    write_state,
)
from core.storage.arrays import load_arrays, save_arrays
from core.storage.locks import hold_as_worker
from core.training.checkpoint import load_checkpoint, save_checkpoint
from core.training.events import (
    EpochEnd,
    LrChanged,
    RunContinued,
    RunFailed,
    RunFinished,
    RunPaused,
    RunStarted,
    RunStopped,
    StepEnd,
    TrainEvent,
)
from core.training.trainer import Trainer
from core.uncertainty.calibrate_run import calibrate

_CHECKPOINT_SECONDS = 10.0

Watcher = Callable[[TrainEvent], object]


def train_run(
    record: RunRecord,
    data_root: Path,
    control: FileControl | None = None,
    watch: Watcher | None = None,
) -> RunState:
    """Train the run, from its checkpoint when it has one, then measure it on the test set.

    Every failure ends in the run's state, with its reason; only RunBusy is raised, when another
    process trains this run. Returns the state that the run ended in.
    """
    with hold_as_worker(record.path):
        # A wish from an earlier stretch is void; one sent while this run waited in a queue holds.
        if not record.is_active:
            reset(record.path)
        return _Session(record, control or FileControl(record.path), watch).run(data_root)


class _Session:
    """One stretch of training, from start or resumption to whatever ends it."""

    def __init__(self, record: RunRecord, control: FileControl, watch: Watcher | None) -> None:
        self._record = record
        self._control = control
        self._watch = watch or (lambda _: None)
        self._state = record.state
        self._saved_at = time.monotonic()

    def run(self, data_root: Path) -> RunState:
        try:
            self._set_state(STARTING)
            dataset = self._load_dataset(data_root)
            learner = create_learner(self._record.config)
            end = self._train(learner, dataset)
            if end != INTERRUPTED:
                if self._record.weights.is_file() and len(dataset.test):
                    self._set_state(MEASURING)
                    evaluate(self._record, dataset, learner)
                    calibrate(self._record, dataset, learner, load_predictions(self._record.predictions))
                # Only now, so that whoever sees that the run has ended sees its result too.
                self._set_state(end)
        except LabError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(f"The run's folder cannot be written: {error.strerror or error}.")
        except Exception as error:
            # A defect must still leave a readable record; the process's exit code tells it apart.
            self._fail(f"{type(error).__name__}: {error}")
            raise
        return self._state

    def _load_dataset(self, data_root: Path) -> Dataset:
        config = self._record.config
        if not self._record.extra.is_file():
            return load_dataset(config.dataset, data_root)
        extra = load_images(self._record.extra)
        try:
            return replace(load_dataset(config.dataset, data_root), extra=extra)
        except DataMissing:
            # Its own images are enough to learn from, where it wants no others; then nothing can be measured.
            if config.train_images:
                raise
            return Dataset(find_dataset(config.dataset), NO_IMAGES, NO_IMAGES, extra)

    def _train(self, learner: Learner, dataset: Dataset) -> str:
        """Train until something ends it; returns the status to end in."""
        end = FINISHED
        has_checkpoint = self._record.checkpoint.is_file()
        checkpoint = load_checkpoint(self._record.checkpoint) if has_checkpoint else None
        if not checkpoint and self._record.start.is_file():
            learner.load_state_dict(load_arrays(self._record.start)[0])
        trainer = Trainer(self._record.config, dataset, learner, self._control, checkpoint)
        for event in trainer.run():
            # The checkpoint after the log: what a checkpoint covers must never be missing from the history.
            self._keep_weights(event, trainer, learner)
            self._record.log.append(event)
            self._keep_checkpoint(event, trainer)
            self._follow(event)
            self._watch(event)
            if isinstance(event, RunStopped):
                end = INTERRUPTED if event.interrupted else STOPPED
        return end

    def _keep_weights(self, event: TrainEvent, trainer: Trainer, learner: Learner) -> None:
        here = trainer.progress
        if isinstance(event, EpochEnd) and here.kept_epoch == event.epoch:
            save_arrays(self._record.weights, learner.state_dict(), {"epoch": str(event.epoch)})
        if isinstance(event, RunStopped) and here.kept_epoch is None and here.step:
            save_arrays(self._record.weights, learner.state_dict(), {"step": str(here.step)})

    def _keep_checkpoint(self, event: TrainEvent, trainer: Trainer) -> None:
        must = isinstance(event, (RunPaused, LrChanged, RunStopped, RunFinished))
        due = time.monotonic() - self._saved_at >= _CHECKPOINT_SECONDS
        if must or (due and isinstance(event, (EpochEnd, StepEnd))):
            save_checkpoint(self._record.checkpoint, trainer.checkpoint())
            self._saved_at = time.monotonic()

    def _follow(self, event: TrainEvent) -> None:
        match event:
            case RunStarted():
                self._state = replace(self._state, step=event.step, epoch=event.epoch, total_steps=event.total_steps)
                self._set_state(RUNNING)
            case StepEnd():
                self._state = replace(self._state, step=event.step)
            case EpochEnd():
                self._state = replace(self._state, step=event.step, epoch=event.epoch)
                self._set_state(RUNNING)
            case RunPaused():
                self._set_state(PAUSED)
            case RunContinued():
                self._set_state(RUNNING)
            case RunStopped(interrupted=True):
                self._set_state(INTERRUPTED, "The app ended while this run was active.")

    def _set_state(self, status: str, reason: str = "") -> None:
        self._state = replace(self._state, status=status, reason=reason)
        write_state(self._record.path, self._state)

    def _fail(self, reason: str) -> None:
        self._state = replace(self._state, status=FAILED, reason=reason)
        # On a full disk the log takes no further line, while the state can still be written in its place.
        with contextlib.suppress(OSError):
            self._record.log.append(RunFailed(self._state.step, reason))
        with contextlib.suppress(OSError):
            write_state(self._record.path, self._state)
