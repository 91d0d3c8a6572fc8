"""Trains one run to its end and keeps its folder up to date. Pages, sweeps and the command line all use it."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.config.fields import AUTO_GRADIENTS, AUTO_THREADS, BY_HAND
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import NO_IMAGES, Dataset, load_dataset
from core.data.image_file import load_images
from core.errors import CheckpointError, DataMissing, LabError, TrainingDiverged
from core.evaluation.measure import evaluate
from core.evaluation.stored_predictions import load_predictions
from core.execution.live_probe import LiveProbe
from core.learners.base import Learner
from core.learners.factory import create_learner
from core.logs import log_numbered
from core.runs.control_file import FileControl, reset, send
from core.runs.epoch_files import drop_epochs_after, write_epoch
from core.runs.record import (
    APP_ENDED,
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
from core.storage.atomic import remove_leftovers
from core.storage.locks import hold_as_worker, hold_result
from core.texts.message import NO_MESSAGE, Message, message
from core.training.checkpoint import load_checkpoint, save_checkpoint
from core.training.choose_kernels import choose_kernels
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

_log = logging.getLogger(__name__)

# Time between two checkpoints, in seconds.
_CHECKPOINT_SECONDS = 10.0
# Time after which the state tells a new step, in seconds.
_STATE_SECONDS = 1.0

# Hears of each event once it is saved.
Sink = Callable[[TrainEvent], object]
MakeLearner = Callable[[RunConfig], Learner]
LoadDataset = Callable[[str, Path], Dataset]


def train_run(
    record: RunRecord,
    data_root: Path,
    control: FileControl | None = None,
    sinks: Sequence[Sink] = (),
    lr: float | None = None,
) -> RunState:
    """Train the run, from its checkpoint when it has one, then measure it on the test set.

    sinks: what a sink raises is logged, and the sink hears of no further event.
    lr: the base learning rate from now on; None keeps the one that the run has.
    Every failure ends in the run's state, with its reason. Raises RunBusy when another process trains this run, and
    ConfigError for a learning rate not allowed. Returns the state that the run ended in.
    """
    with hold_as_worker(record.path):
        make_ready(record)
        if lr is not None:
            send(record.path, lr=lr)
        session = TrainingSession(record, control or FileControl(record.path), sinks)
        for _ in session.steps(data_root, create_learner, load_dataset):
            if session.trainer:
                session.trainer.wait()
        return session.state


def make_ready(record: RunRecord) -> None:
    """Remove what an earlier stretch of training left behind. Raises as `core.runs.control_file.reset`."""
    # A command to an earlier stretch of training is void; one sent while this run waited in a queue counts.
    if not record.is_active:
        reset(record.path)
    remove_leftovers(record.path)


class TrainingSession:
    """One stretch of training, from its start or resumption to its end.

    state: as it was last written. trainer: None until the data set is read.
    """

    def __init__(self, record: RunRecord, control: FileControl, sinks: Sequence[Sink]) -> None:
        self._record = record
        self._control = control
        self._sinks = list(sinks)
        self.state = record.state
        self.trainer: Trainer | None = None
        self._saved_at = self._told_at = time.monotonic()

    def steps(self, data_root: Path, make_learner: MakeLearner, load: LoadDataset) -> Iterator[None]:
        """Train and measure the run. None comes once it is known where training stands, and as of `Trainer.steps`.

        make_learner, load: what makes the learner and reads the data set.
        """
        try:
            self._set_state(STARTING)
            dataset = self._load_dataset(data_root, load)
            config = self._with_kernels()
            learner = make_learner(config)
            end = yield from self._train(config, learner, dataset)
            if end != INTERRUPTED:
                if self._record.weights_file.is_file() and len(dataset.test):
                    self._measure(learner, dataset)
                # Only now, so that a reader who sees that the run has ended sees its result too.
                self._set_state(end)
        except LabError as error:
            self._fail(error.message, isinstance(error, TrainingDiverged))
        except OSError as error:
            reason = error.strerror or str(error)
            self._fail(message("The run's folder cannot be written: {reason}.", reason=reason))
        except Exception as error:
            # The record stays readable. The exit code of the process tells a defect from other failures.
            told = message(
                "A defect of the program ended the training ({error}). The log says more under the number {number}.",
                error=f"{type(error).__name__}: {error}",
                number=log_numbered(_log, error),
            )
            self._fail(told)
            raise

    def _measure(self, learner: Learner, dataset: Dataset) -> None:
        self._set_state(MEASURING)
        with hold_result(self._record.path):
            evaluate(self._record, dataset, learner, self._tell_measured)
        calibrate(self._record, dataset, learner, load_predictions(self._record.predictions_file)[0])

    def _tell_measured(self, count: int) -> None:
        self.state = replace(self.state, measured=count)
        if time.monotonic() - self._told_at >= _STATE_SECONDS:
            self._set_state(MEASURING)

    def _load_dataset(self, data_root: Path, load: LoadDataset) -> Dataset:
        config = self._record.config
        if not self._record.extra_file.is_file():
            return load(config.dataset, data_root)
        extra = load_images(self._record.extra_file)
        try:
            return replace(load(config.dataset, data_root), extra=extra)
        except DataMissing:
            # A run that trains on its own images alone needs no data set; it cannot be measured then.
            if config.train_images:
                raise
            return Dataset(find_dataset(config.dataset), NO_IMAGES, NO_IMAGES, extra)

    def _with_kernels(self) -> RunConfig:
        """The run's configuration, with what was measured to be fastest where it leaves that open."""
        config = self._record.config
        if config.threads != AUTO_THREADS and config.gradients != AUTO_GRADIENTS:
            return config
        # Others would round differently, so a run that goes on keeps what it began with.
        started = self._record.history().started
        if started and started.threads:
            return config.replace(threads=started.threads, gradients=started.gradients or BY_HAND)
        return choose_kernels(config)

    def _train(self, config: RunConfig, learner: Learner, dataset: Dataset) -> Generator[None, None, str]:
        """Train until something ends it; returns the status to end in."""
        end = FINISHED
        has_checkpoint = self._record.checkpoint_file.is_file()
        checkpoint = load_checkpoint(self._record.checkpoint_file) if has_checkpoint else None
        if not checkpoint and self._record.start_file.is_file():
            learner.load_state_dict(load_arrays(self._record.start_file)[0])
        self.trainer = trainer = Trainer(config, dataset, learner, self._control, checkpoint)
        self._require_weights(trainer)
        # Of the many trials of a sweep none is watched so closely.
        if not self._record.is_trial:
            self._sinks.append(LiveProbe(self._record.path, learner, dataset.test))
        yield
        for event in trainer.steps():
            if event is None:
                yield
                continue
            self._keep_weights(event, trainer, learner)
            # Before the checkpoint: the history and the epochs' records must hold all that a checkpoint covers.
            self._record.log.append(event)
            self._keep_epoch(event, trainer)
            self._keep_checkpoint(event, trainer)
            self._follow(event)
            self._tell_sinks(event)
            if isinstance(event, RunStopped):
                end = INTERRUPTED if event.interrupted else STOPPED
        self._require_weights(trainer)
        return end

    def _require_weights(self, trainer: Trainer) -> None:
        """Raise CheckpointError where an epoch's weights were kept and are gone."""
        kept = trainer.progress.kept_epoch
        if kept is not None and not self._record.can_predict:
            raise CheckpointError(
                "The weights of epoch {epoch:,}, which were kept, are gone: {file} is missing. Begin this run again.",
                epoch=kept,
                file=self._record.weights_file.name,
            )

    def _tell_sinks(self, event: TrainEvent) -> None:
        for sink in [*self._sinks]:
            try:
                sink(event)
            except Exception:
                _log.exception("A sink of %s raised; it hears of no further event", self._record.id)
                self._sinks.remove(sink)

    def _keep_weights(self, event: TrainEvent, trainer: Trainer, learner: Learner) -> None:
        here = trainer.progress
        if isinstance(event, EpochEnd) and here.kept_epoch == event.epoch:
            save_arrays(self._record.weights_file, learner.state_dict(), {"epoch": str(event.epoch)})
        if isinstance(event, RunStopped) and here.kept_epoch is None and here.step:
            save_arrays(self._record.weights_file, learner.state_dict(), {"step": str(here.step)})

    def _keep_epoch(self, event: TrainEvent, trainer: Trainer) -> None:
        # The cells of a sweep are many, and looked at by their accuracies.
        if self._record.is_trial:
            return
        if isinstance(event, RunStarted):
            drop_epochs_after(self._record.path, event.epoch)
        if isinstance(event, EpochEnd) and trainer.epoch_record:
            write_epoch(self._record.path, trainer.epoch_record)

    def _keep_checkpoint(self, event: TrainEvent, trainer: Trainer) -> None:
        must = isinstance(event, (RunPaused, LrChanged, RunStopped, RunFinished))
        due = time.monotonic() - self._saved_at >= _CHECKPOINT_SECONDS
        if not must and not (due and isinstance(event, (EpochEnd, StepEnd))):
            return
        checkpoint = trainer.checkpoint()
        # From NaN no training goes on, so the last checkpoint without it is kept.
        if checkpoint.is_finite:
            save_checkpoint(self._record.checkpoint_file, checkpoint)
            self._saved_at = time.monotonic()

    def _follow(self, event: TrainEvent) -> None:
        match event:
            case RunStarted():
                self.state = replace(self.state, step=event.step, epoch=event.epoch, total_steps=event.total_steps)
                self._set_state(RUNNING)
            case StepEnd():
                self.state = replace(self.state, step=event.step)
                if time.monotonic() - self._told_at >= _STATE_SECONDS:
                    self._set_state(RUNNING)
            case EpochEnd():
                self.state = replace(self.state, step=event.step, epoch=event.epoch)
                self._set_state(RUNNING)
            case RunPaused():
                self._set_state(PAUSED)
            case RunContinued():
                self._set_state(RUNNING)
            case RunStopped(interrupted=True):
                self._set_state(INTERRUPTED, APP_ENDED)

    def _set_state(self, status: str, reason: Message = NO_MESSAGE) -> None:
        self.state = self.state.become(status, reason)
        write_state(self._record.path, self.state)
        self._told_at = time.monotonic()

    def _fail(self, reason: Message, has_diverged: bool = False) -> None:
        self.state = self.state.become(FAILED, reason, has_diverged)
        # A full disk takes no further line of the log, but the state can be written over the old one.
        with contextlib.suppress(OSError):
            self._record.log.append(RunFailed(self.state.step, reason))
        with contextlib.suppress(OSError):
            write_state(self._record.path, self.state)
