"""Run records: a folder for each run, written by the process that trains it and read by all.

config.json              name, time of creation, owner, tags, configuration
events.jsonl             what happened, append only
state.json               where the run stands
control.json             what the user wants of a run in training (see `core.runs.control_file`)
checkpoint.safetensors   everything that training needs to go on
weights.safetensors      the kept network, which predicts
predictions.safetensors  the test set's class probabilities
card.json                the result: accuracies, losses and confusion counts
calibration.json         the temperature of its probabilities (see `core.uncertainty`)
epochs/                  what it said of single images in each epoch (see `core.runs.epoch_files`)
live.safetensors         its answers to a few images and its first weights (see `core.runs.live`)
derived/                 what was computed from the kept network on request (see `core.runs.derived`)

A run that does not start from its data set and random weights alone has these files from the beginning:
extra.safetensors        further images to train on
start.safetensors        weights to begin with
my_digits.json           the reader's own digits that it is taught (see `core.teaching.fine_tuning`)
taught.safetensors       a class's digits that it is taught, and in held_out.safetensors those it is measured on
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from core.config.run_config import RunConfig
from core.errors import ConfigError, RecordError, RunError
from core.runs.event_log import EventLog
from core.runs.history import History
from core.runs.result import RunResult, read_result
from core.storage.atomic import overwrite, write_atomically
from core.storage.decode import decode_dataclass
from core.storage.locks import is_locked
from core.storage.messages import plain_fields
from core.storage.reading import parse_time, read_object
from core.texts.message import NO_MESSAGE, Message, message

QUEUED, STARTING, RUNNING, PAUSED, MEASURING = "queued", "starting", "running", "paused", "measuring"
FINISHED, STOPPED, FAILED, INTERRUPTED = "finished", "stopped", "failed", "interrupted"
ACTIVE = (QUEUED, STARTING, RUNNING, PAUSED, MEASURING)
RESUMABLE = (STOPPED, FAILED, INTERRUPTED)
# Each status within a sentence.
STATUS_WORDS = {
    QUEUED: message("queued"),
    STARTING: message("starting"),
    RUNNING: message("running"),
    PAUSED: message("paused"),
    MEASURING: message("measuring"),
    FINISHED: message("finished"),
    STOPPED: message("stopped"),
    FAILED: message("failed"),
    INTERRUPTED: message("interrupted"),
}
# Characters of a name, at most.
NAME_LENGTH = 80
# The tag of a run that is one cell of a sweep. Its value is the sweep's id.
SWEEP_TAG = "sweep"
# The tag of a run that its owner has starred, and the one that holds the owner's note.
STAR_TAG, NOTE_TAG = "star", "note"
# Characters of a note, at most.
NOTE_LENGTH = 500
APP_ENDED = message("The app ended while this run was active.")

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
# What training and measuring leave in a run's folder. The checkpoint comes first: without it training begins anew,
# and that drops from the history what the other files are about.
OUTCOME_FILES = (
    "checkpoint.safetensors",
    "weights.safetensors",
    "predictions.safetensors",
    "card.json",
    "calibration.json",
    "events.jsonl",
    "live.safetensors",
)
# The folder in a run's own that holds what it said of single images in each epoch.
EPOCHS_FOLDER = "epochs"
# The folder in a run's own that holds what was computed from its network on request.
DERIVED_FOLDER = "derived"


@dataclass(frozen=True)
class RunState:
    """Where a run stands.

    reason: why it failed or was interrupted, else empty.
    measured: test images measured so far, while it is being measured after its training.
    has_diverged: whether it failed because its loss or its weights became NaN or infinite.
    """

    status: str
    reason: Message = NO_MESSAGE
    step: int = 0
    epoch: int = 0
    total_steps: int = 0
    has_diverged: bool = False
    measured: int = 0

    @property
    def is_possible(self) -> bool:
        """Whether a run can stand so. The steps are 0 of 0 before it begins."""
        counts = self.step, self.epoch, self.total_steps, self.measured
        return (
            self.status in STATUS_WORDS and min(counts) >= 0 and (self.step <= self.total_steps or not self.total_steps)
        )

    @property
    def share(self) -> float:
        """Of its steps, how many are done, from 0 to 1."""
        return self.step / self.total_steps if self.total_steps else 0.0

    def become(self, status: str, reason: Message = NO_MESSAGE, has_diverged: bool = False) -> RunState:
        """Another status after the same steps."""
        return replace(self, status=status, reason=reason, has_diverged=has_diverged)


@dataclass(frozen=True)
class RunRecord:
    """One run as read from its folder. A bundled run comes with the app and cannot be changed.

    owner: whom it belongs to (see `core.owners.visitor`); empty for the operator.
    """

    id: str
    path: Path
    name: str
    created: str
    config: RunConfig
    tags: dict[str, str]
    state: RunState
    result: RunResult | None
    bundled: bool
    owner: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it is being trained or waits to be."""
        return self.state.status in ACTIVE

    @property
    def is_trial(self) -> bool:
        """Whether it is one cell of a sweep."""
        return SWEEP_TAG in self.tags

    @property
    def is_starred(self) -> bool:
        """Whether its owner has starred it."""
        return STAR_TAG in self.tags

    @property
    def note(self) -> str:
        """What its owner has noted about it; may be empty."""
        return self.tags.get(NOTE_TAG, "")

    @property
    def log(self) -> EventLog:
        """Its events."""
        return EventLog(self.path / "events.jsonl")

    @property
    def checkpoint_file(self) -> Path:
        """Everything that training needs to go on."""
        return self.path / "checkpoint.safetensors"

    @property
    def weights_file(self) -> Path:
        """The kept network, which predicts."""
        return self.path / "weights.safetensors"

    @property
    def predictions_file(self) -> Path:
        """The test set's class probabilities."""
        return self.path / "predictions.safetensors"

    @property
    def extra_file(self) -> Path:
        """Images to train on besides the data set's; most runs have none."""
        return self.path / "extra.safetensors"

    @property
    def start_file(self) -> Path:
        """Weights to begin with instead of random ones; most runs have none."""
        return self.path / "start.safetensors"

    @property
    def can_predict(self) -> bool:
        """Whether there is a network that predicts."""
        return self.weights_file.is_file()

    @property
    def has_lost_weights(self) -> bool:
        """Whether it has finished, and its network is gone."""
        return self.state.status == FINISHED and not self.can_predict

    @property
    def can_resume(self) -> bool:
        """Whether training can be taken up again."""
        return not self.bundled and self.state.status in RESUMABLE

    def history(self) -> History:
        """What its events so far say."""
        return History().apply(self.log.read()[0])


def is_run_id(name: str) -> bool:
    """Whether a folder of this name can be a run's."""
    return _RUN_ID.fullmatch(name) is not None


def read_run(path: Path, bundled: bool = False) -> RunRecord:
    """The run in this folder. Raises RunError, naming the file at fault."""
    return with_lock_seen(read_stored_run(path, bundled))


def read_stored_run(path: Path, bundled: bool = False) -> RunRecord:
    """As `read_run`, with the state as it is written, whether or not a process still holds the run's lock."""
    values = read_object(path / "config.json")
    try:
        config = RunConfig.from_dict(values.get("config"))  # type: ignore[arg-type] # it checks
        created = parse_time(values.get("created"))
    except (ConfigError, RecordError) as error:
        raise RunError("{file}: {reason}", file=f"{path.name}/config.json", reason=error.message) from None
    tags = values.get("tags")
    return RunRecord(
        id=path.name,
        path=path,
        name=str(values.get("name") or config.label())[:NAME_LENGTH],
        created=created.isoformat(),
        config=config,
        tags={str(k): str(v) for k, v in tags.items()} if isinstance(tags, dict) else {},
        state=RunState(FINISHED) if bundled else _read_stored_state(path),
        result=read_result(path),
        bundled=bundled,
        owner=str(values.get("owner") or ""),
    )


def with_lock_seen(record: RunRecord) -> RunRecord:
    """A run read by `read_stored_run` as it is now: interrupted where it should be active and no process holds it."""
    if not record.is_active:
        return record
    return replace(record, state=_state_with_lock_seen(record.path, record.state))


def read_state(path: Path) -> RunState:
    """Where the run in this folder stands: interrupted where it should be active and no process holds its lock."""
    return _state_with_lock_seen(path, _read_stored_state(path))


def _read_stored_state(path: Path) -> RunState:
    try:
        state = decode_dataclass(RunState, read_object(path / "state.json"))
        if not state.is_possible:
            raise ValueError(state)
    except (RunError, ValueError):
        return RunState(INTERRUPTED, message("Its state.json is missing or damaged."))
    return state


def _state_with_lock_seen(path: Path, state: RunState) -> RunState:
    return state if state.status not in ACTIVE or is_locked(path) else state.become(INTERRUPTED, APP_ENDED)


def write_state(path: Path, state: RunState) -> None:
    """Replace the run's state. Raises OSError."""
    text, state_file = json.dumps(plain_fields(state)), path / "state.json"
    try:
        write_atomically(state_file, text)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        # A full disk has no room for a second file, but the old one's block can be written again.
        overwrite(state_file, text)
        # Readers take a folder whose time is unchanged for unchanged (`core.runs.index`).
        os.utime(path)


def remove_outcome(path: Path) -> None:
    """Remove all that training and measuring left: what remains is the run as it was created. Raises OSError."""
    for name in OUTCOME_FILES:
        (path / name).unlink(missing_ok=True)
    for name in (EPOCHS_FOLDER, DERIVED_FOLDER):
        shutil.rmtree(path / name, ignore_errors=True)
