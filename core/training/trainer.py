"""The training loop: one for every architecture, as a generator of events."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator

import numpy as np

from core.config.run_config import RunConfig
from core.data.datasets import NO_IMAGES, Dataset, ImageSet
from core.errors import CheckpointError, ConfigError, TrainingDiverged
from core.learners.base import Learner
from core.metrics.classification import Score, score
from core.storage.arrays import is_finite
from core.training.checkpoint import Checkpoint, TrainingProgress
from core.training.clock import TrainingClock
from core.training.control import Command, Control, NoControl
from core.training.epoch_record import EpochRecord, Predicted, ShownImages, summarize
from core.training.events import (
    EpochEnd,
    LrChanged,
    RunContinued,
    RunFinished,
    RunPaused,
    RunStarted,
    RunStopped,
    StepEnd,
    TrainEvent,
)
from core.training.schedule import lr_factor
from core.training.seeds import epoch_seed

# Least time between two reports of steps, in seconds.
_REPORT_SECONDS = 0.2
# The first report comes after this share of it: a reader who has just pressed Start waits for that one.
_FIRST_SHARE = 0.1
# Time between two looks at the control in a pause, in seconds.
_PAUSE_POLL_SECONDS = 0.05


class Trainer:
    """Trains a learner while `run()` is iterated over.

    At each event `progress` and the learner's weights are those after the same step.

    is_paused: whether the control's command to pause is being followed.
    together: how many runs this process trains at once; of the time each counts its part alone.
    epoch_record: of the last epoch done since training began or was taken up again; None before its end.
    """

    def __init__(
        self,
        config: RunConfig,
        dataset: Dataset,
        learner: Learner,
        control: Control | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._config = config
        self._learner = learner
        self._control = control or NoControl()
        self._test = dataset.test
        self._train, self._val = dataset.split(
            config.count_val(len(dataset.train)), config.count_train(len(dataset.train))
        )
        if config.batch_size > len(self._train):
            raise ConfigError(
                "{field} is {value:,}; there are {count:,} images to train on.",
                field="batch_size",
                value=config.batch_size,
                count=len(self._train),
            )
        self._steps_per_epoch = math.ceil(len(self._train) / config.batch_size)
        self.progress = TrainingProgress()
        self.is_paused = False
        self.together = 1
        self.epoch_record: EpochRecord | None = None
        self._shown = ShownImages(len(self._train))
        self._order = np.empty(0, np.int64)
        self._clock = TrainingClock()
        self._report_seconds = _FIRST_SHARE * _REPORT_SECONDS
        if checkpoint:
            self._check_place(checkpoint.progress)
            self.progress = checkpoint.progress
            learner.load_state_dict(checkpoint.weights)
            learner.load_training_state(checkpoint.training)
            self._shown.load(checkpoint.shown)

    def _check_place(self, here: TrainingProgress) -> None:
        """Raise CheckpointError where training cannot have stood."""
        is_within = 0 <= here.epoch <= self._config.epochs and 0 <= here.step_in_epoch <= self._steps_per_epoch
        if not is_within or here.step != here.epoch * self._steps_per_epoch + here.step_in_epoch:
            raise CheckpointError(
                "The checkpoint stands at step {step:,}, {more:,} steps into an epoch after {epoch:,}; this run has "
                "{epochs:,} epochs of {steps:,} steps.",
                step=here.step,
                more=here.step_in_epoch,
                epoch=here.epoch,
                epochs=self._config.epochs,
                steps=self._steps_per_epoch,
            )

    def checkpoint(self) -> Checkpoint:
        """A copy of everything needed to go on from here."""
        progress = TrainingProgress(**vars(self.progress))
        return Checkpoint(progress, self._learner.state_dict(), self._learner.training_state(), self._shown.state())

    def run(self) -> Iterator[TrainEvent]:
        """Train to the end, or until the control says stop.

        Raises TrainingDiverged when a loss or the weights are NaN or infinite, after the events before it. The weights
        at an `EpochEnd` and at a `RunStopped` are always finite.
        """
        for event in self.steps():
            if event is not None:
                yield event
            else:
                self.wait()

    def wait(self) -> None:
        """Wait for a moment where training is paused."""
        if self.is_paused:
            time.sleep(_PAUSE_POLL_SECONDS)

    def steps(self) -> Iterator[TrainEvent | None]:
        """As `run`, for a caller who has more to do.

        None comes whenever the learner was asked for a step, before anything depends on what that computes, and at each
        look at the control in a pause.
        """
        here = self.progress
        here.base_lr = here.base_lr or self._config.lr
        self._learner.load(self._train)
        yield self._started()
        self._clock.restart()
        for epoch in range(here.epoch, self._config.epochs):
            # Randomness comes from (seed, epoch) alone, so a resumed run has the same batches.
            seed = epoch_seed(self._config.seed, epoch)
            self._order = np.random.default_rng(seed).permutation(len(self._train))
            self._learner.begin_epoch(self._order, None if here.step_in_epoch else seed)
            stopped = yield from self._train_epoch()
            if stopped:
                return
            yield self._end_epoch()
        yield RunFinished(here.step, here.seconds)

    def _train_epoch(self) -> Generator[TrainEvent | None, None, bool]:
        """The steps of one epoch; returns whether training is to stop."""
        here, size, n_train = self.progress, self._config.batch_size, len(self._train)
        while here.step_in_epoch < self._steps_per_epoch:
            command = self._control.poll()
            if command.action != "run" or command.lr is not None:
                stopped = yield from self._obey(command)
                if stopped:
                    return True
            start = here.step_in_epoch * size
            self._learner.train_step(start, min(start + size, n_train), self._lr(here.step))
            yield None
            here.step += 1
            here.step_in_epoch += 1
            if self._clock.since_report() >= self._report_seconds:
                yield from self._report()
        yield from self._report()
        return False

    def _obey(self, command: Command) -> Generator[TrainEvent | None, None, bool]:
        """Follow the control's command; returns whether training is to stop."""
        if command.action == "pause":
            yield from self._report()
            yield RunPaused(self.progress.step)
            self.is_paused = True
            while (command := self._control.poll()).action == "pause":
                yield None
            self.is_paused = False
            self._clock.restart()
            if command.action == "run":
                yield RunContinued(self.progress.step)
        if command.lr is not None and command.lr != self.progress.base_lr:
            yield from self._report()
            self.progress.base_lr = command.lr
            yield LrChanged(self.progress.step, command.lr)
        if command.action == "run":
            return False
        yield from self._report()
        self._check_weights()
        yield RunStopped(self.progress.step, self.progress.seconds, command.action == "interrupt")
        return True

    def _lr(self, step: int) -> float:
        factor = lr_factor(self._config, step, self._steps_per_epoch)
        return (self.progress.base_lr or self._config.lr) * factor

    def _report(self) -> Iterator[TrainEvent]:
        """The steps since the last report. Raises TrainingDiverged after the steps with finite losses."""
        here = self.progress
        metrics = self._learner.take_metrics()
        losses, correct = metrics.losses, int(metrics.correct.sum())
        seconds = self._clock.lap() / self.together
        here.seconds += seconds
        if not losses:
            return
        self._report_seconds = _REPORT_SECONDS
        bad = next((number for number, loss in enumerate(losses) if not math.isfinite(loss)), None)
        first = here.step - len(losses)
        good = tuple(losses[:bad])
        first_batch = here.step_in_epoch - len(losses)
        sizes = [self._batch_length(first_batch + number) for number in range(len(losses))]
        start = first_batch * self._config.batch_size
        index = self._order[start : start + sum(sizes)]
        self._shown.note(index, metrics.true_probability, metrics.correct)
        # One by one, so that the rounding does not depend on how many steps there are in a report.
        for loss, size in zip(losses, sizes, strict=True):
            here.loss_sum += loss * size
        here.correct_sum += correct
        if good:
            accuracy, speed = correct / sum(sizes), sum(sizes) / max(seconds, 1e-9)
            lr = self._lr(here.step - 1)
            yield StepEnd(first + len(good), here.epoch + 1, good, accuracy, lr, speed, here.seconds)
        if bad is not None:
            raise TrainingDiverged(
                "The loss became {loss} in step {step:,} (epoch {epoch:,}), at learning rate {lr:g}. "
                "Try a smaller one.",
                loss=losses[bad],
                step=first + bad + 1,
                epoch=here.epoch + 1,
                lr=self._lr(first + bad),
            )

    def _batch_length(self, number: int) -> int:
        size = self._config.batch_size
        return min(size, len(self._train) - number * size)

    def _end_epoch(self) -> EpochEnd:
        here, n_train = self.progress, len(self._train)
        self._check_weights()
        val, val_predicted = self._measure(self._val)
        test, test_predicted = self._measure(self._test if self._config.watch_test else NO_IMAGES)
        here.epoch += 1
        self.epoch_record = self._shown.take(here.epoch, val_predicted, test_predicted)
        better = val is None or not self._config.keep_best or val.accuracy > here.kept_accuracy
        if better:
            here.kept_epoch, here.kept_accuracy = here.epoch, val.accuracy if val else -1.0
        train = Score(here.loss_sum / n_train, here.correct_sum / n_train)
        here.step_in_epoch, here.loss_sum, here.correct_sum = 0, 0.0, 0
        here.seconds += self._clock.lap() / self.together
        return EpochEnd(
            here.step,
            here.epoch,
            train.loss,
            train.accuracy,
            val.loss if val else None,
            val.accuracy if val else None,
            test.loss if test else None,
            test.accuracy if test else None,
            here.seconds,
        )

    def _measure(self, images: ImageSet) -> tuple[Score | None, Predicted | None]:
        if not len(images):
            return None, None
        probabilities = self._learner.predict_proba(images.images)
        result = score(images.labels, probabilities)
        if not math.isfinite(result.loss):
            raise self._diverged()
        return result, summarize(probabilities)

    def _check_weights(self) -> None:
        """Raise TrainingDiverged after a last update that no further step's loss has shown to be one too many."""
        if not is_finite(self._learner.state_dict()):
            raise self._diverged()

    def _diverged(self) -> TrainingDiverged:
        return TrainingDiverged(
            "The network's outputs became NaN after step {step:,} (epoch {epoch:,}), at learning rate {lr:g}. "
            "Try a smaller one.",
            step=self.progress.step,
            epoch=self.progress.epoch + 1,
            lr=self._lr(self.progress.step - 1),
        )

    def _started(self) -> RunStarted:
        return RunStarted(
            self.progress.step,
            self.progress.epoch,
            self._steps_per_epoch * self._config.epochs,
            self._steps_per_epoch,
            len(self._train),
            len(self._val),
            self._learner.n_parameters,
            self._learner.device,
            self._config.known_threads,
            self._config.known_gradients,
        )
