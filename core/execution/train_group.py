"""Trains several runs in one process at once, on the same batches, each as far as the others as long as it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from core.data.datasets import load_dataset
from core.errors import LabError
from core.execution.train_run import TrainingSession, make_ready
from core.learners.group import LearnerGroup, can_group
from core.runs.control_file import FileControl
from core.runs.record import RunRecord, read_run
from core.storage.locks import hold_as_worker
from core.training.trainer import Trainer


def can_train_as_group(records: Sequence[RunRecord]) -> bool:
    """Whether this machine trains these runs, whose configurations have one `group_key`, as a group."""
    return all(can_group(record.config) for record in records)


def train_group(controls: Mapping[Path, FileControl], data_root: Path) -> dict[Path, LabError]:
    """Train runs that can be a group, as `train_run` trains each of them.

    controls: by the runs' folders. A run that stands further than the others begins when they are there. One that ends,
    fails or is paused holds up no other.
    Returns why runs could not be begun, by their folders: RunBusy where another process trains one. Raises the first
    defect of the program that ended a run, after the others have ended.
    """
    group, load = LearnerGroup(), cache(load_dataset)
    errors: dict[Path, LabError] = {}
    members: list[_Member] = []
    with ExitStack() as held:
        for path, control in controls.items():
            try:
                held.enter_context(hold_as_worker(path))
                record = read_run(path)
                make_ready(record)
            except LabError as error:
                errors[path] = error
            else:
                session = TrainingSession(record, control, ())
                members.append(_Member(session, session.steps(data_root, group.create, load)))
        _train_together(members, group.take_steps)
    return errors


class _Member:
    """A run of the group. defect: what ended it that nobody foresaw."""

    def __init__(self, session: TrainingSession, steps: Iterator[None]) -> None:
        self._session = session
        self._steps = steps
        self.has_ended = False
        self.defect: Exception | None = None

    @property
    def place(self) -> int:
        """Steps done."""
        return self._trainer.progress.step

    @property
    def is_paused(self) -> bool:
        """Whether it waits for a command to go on."""
        return self._trainer.is_paused

    def share_time(self, count: int) -> None:
        """Count the part of the time that is its own, where so many runs are at work."""
        self._trainer.together = count

    def wait(self) -> None:
        """Wait for a moment, in a pause."""
        self._trainer.wait()

    @property
    def _trainer(self) -> Trainer:
        # Known after the first `advance`, of a run that has not ended in it.
        assert self._session.trainer
        return self._session.trainer

    def advance(self) -> None:
        """Go on to the next step, at first to where training stands."""
        try:
            next(self._steps)
        except StopIteration:
            self.has_ended = True
        except Exception as defect:
            self.has_ended, self.defect = True, defect


def _train_together(members: Sequence[_Member], take_steps: Callable[[], object]) -> None:
    waiting, going = [*members], list[_Member]()
    count = 0
    for member in waiting:
        member.advance()
    while waiting or going:
        if waiting:
            waiting, ready = _split_ready(waiting, going)
            going += ready
        if len(going) != count:
            count = len(going)
            for member in going:
                member.share_time(count)
        for member in going:
            member.advance()
        take_steps()
        going = [member for member in going if not member.has_ended]
        # A look at the first one alone is quick, and most often enough.
        if going and going[0].is_paused and all(member.is_paused for member in going):
            going[0].wait()
    for member in members:
        if member.defect:
            raise member.defect


def _split_ready(waiting: Sequence[_Member], going: Sequence[_Member]) -> tuple[list[_Member], list[_Member]]:
    """Who waits on, and who can begin now: those that stand no further than any who are at work or begin too."""
    waiting = [member for member in waiting if not member.has_ended]
    at_work = [member for member in going if not member.is_paused]
    # Those at work have been asked for a step that they do not count yet.
    places = [*(member.place for member in waiting), *(member.place + 1 for member in at_work)]
    here = min(places, default=0)
    ready = [member for member in waiting if member.place <= here]
    return [member for member in waiting if member not in ready], ready
