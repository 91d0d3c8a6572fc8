"""Run records: one folder a run, written by whoever trains it and read by everyone.

config.json           name, date of creation, tags, configuration
events.jsonl          what happened, append only
state.json            where the run stands
control.json          what the user wants of a running run
checkpoint.safetensors   all that training needs to go on
weights.safetensors   the network that predictions use
predictions.safetensors  the test set's class probabilities
card.json             the result in short
calibration.json      how its probabilities are to be read (see `core.uncertainty`)

A run that starts from something else than its data set and fresh weights has it in its folder from the beginning:
extra.safetensors     further images to train on
start.safetensors     weights to begin with
my_digits.json        the reader's own digits that it is taught (see `core.teaching.lesson`)
"""

from __future__ import annotations

import errno
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from core.config.run_config import RunConfig
from core.errors import ConfigError, RunError
from core.runs.event_log import EventLog
from core.runs.history import History
from core.storage.atomic import overwrite, read_json, write_atomically
from core.storage.decode import decode_dataclass
from core.storage.locks import is_locked

QUEUED, STARTING, RUNNING, PAUSED, MEASURING = "queued", "starting", "running", "paused", "measuring"
FINISHED, STOPPED, FAILED, INTERRUPTED = "finished", "stopped", "failed", "interrupted"
ACTIVE = (QUEUED, STARTING, RUNNING, PAUSED, MEASURING)
RESUMABLE = (STOPPED, FAILED, INTERRUPTED)
_STATUSES = (*ACTIVE, FINISHED, *RESUMABLE)
NAME_LENGTH = 80
# The tag of a run that is one cell of a sweep; it holds the sweep's id.
SWEEP_TAG = "sweep"

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True)
class RunState:
    """Where a run stands. `reason` says why it failed or was interrupted."""

    status: str
    reason: str = ""
    step: int = 0
    epoch: int = 0
    total_steps: int = 0


@dataclass(frozen=True)
class RunResult:
    """A run's result. Accuracies are shares from 0 to 1; `confusion[true][predicted]` counts test images.

    epochs: done in training. kept_epoch: whose weights were kept; None when training stopped within one.
    """

    epochs: int
    kept_epoch: int | None
    val_accuracy: float | None
    val_loss: float | None
    test_accuracy: float
    test_loss: float
    n_test: int
    n_parameters: int
    seconds: float
    device: str
    confusion: tuple[tuple[int, ...], ...]
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """One run as read from its folder. `bundled` runs come with the app and cannot be changed."""

    id: str
    path: Path
    name: str
    created: str
    config: RunConfig
    tags: dict[str, str]
    state: RunState
    result: RunResult | None
    bundled: bool

    @property
    def is_active(self) -> bool:
        """Whether it is being trained or waits to be."""
        return self.state.status in ACTIVE

    @property
    def is_trial(self) -> bool:
        """Whether it is one cell of a sweep."""
        return SWEEP_TAG in self.tags

    @property
    def log(self) -> EventLog:
        """Its events."""
        return EventLog(self.path / "events.jsonl")

    @property
    def checkpoint(self) -> Path:
        """All that training needs to go on."""
        return self.path / "checkpoint.safetensors"

    @property
    def weights(self) -> Path:
        """The network that predictions use."""
        return self.path / "weights.safetensors"

    @property
    def predictions(self) -> Path:
        """The test set's class probabilities."""
        return self.path / "predictions.safetensors"

    @property
    def extra(self) -> Path:
        """Images to train on besides the data set's; mostly not there."""
        return self.path / "extra.safetensors"

    @property
    def start(self) -> Path:
        """Weights to begin with instead of fresh ones; mostly not there."""
        return self.path / "start.safetensors"

    @property
    def can_predict(self) -> bool:
        """Whether there is a network to draw for."""
        return self.weights.is_file()

    @property
    def can_resume(self) -> bool:
        """Whether training can be taken up again."""
        return not self.bundled and self.state.status in RESUMABLE

    def history(self) -> History:
        """All its events so far, folded."""
        return History().apply(self.log.read()[0])


def read_run(path: Path, bundled: bool = False) -> RunRecord:
    """The run in this folder. Raises RunError, naming the file at fault."""
    values = _read_object(path / "config.json")
    try:
        config = RunConfig.from_dict(values.get("config"))  # type: ignore[arg-type] # it checks
    except ConfigError as error:
        raise RunError(f"{path.name}/config.json: {error}") from None
    tags = values.get("tags")
    return RunRecord(
        id=path.name,
        path=path,
        name=str(values.get("name") or config.label()),
        created=_read_created(path, values),
        config=config,
        tags={str(k): str(v) for k, v in tags.items()} if isinstance(tags, dict) else {},
        state=RunState(FINISHED) if bundled else read_state(path),
        result=_read_result(path),
        bundled=bundled,
    )


def _read_created(path: Path, values: dict[str, Any]) -> str:
    created = str(values.get("created"))
    try:
        if datetime.fromisoformat(created).tzinfo is None:
            raise ValueError(created)
    except ValueError:
        raise RunError(f"{path.name}/config.json: created is {created!r}; it must be a time with its zone.") from None
    return created


def read_state(path: Path) -> RunState:
    """Where the run in this folder stands, seen together with whether anybody holds its lock."""
    try:
        state = decode_dataclass(RunState, _read_object(path / "state.json"))
        if state.status not in _STATUSES:
            raise ValueError(state.status)
    except (RunError, ValueError):
        return RunState(INTERRUPTED, "Its state.json is missing or damaged.")
    if state.status in ACTIVE and not is_locked(path):
        return replace(state, status=INTERRUPTED, reason="The app ended while this run was active.")
    return state


def write_state(path: Path, state: RunState) -> None:
    """Replace the run's state. Raises OSError."""
    text = json.dumps(asdict(state))
    try:
        write_atomically(path / "state.json", text)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        # A full disk has no room for a second file, but the old one's block can be written again.
        overwrite(path / "state.json", text)


def write_result(path: Path, result: RunResult) -> None:
    """Save the run's result. Raises OSError."""
    write_atomically(path / "card.json", json.dumps(asdict(result), indent=1))


def _read_result(path: Path) -> RunResult | None:
    if not (path / "card.json").is_file():
        return None
    try:
        result = decode_dataclass(RunResult, _read_object(path / "card.json"))
        if {len(row) for row in result.confusion} != {len(result.confusion)}:
            raise ValueError("confusion has not as many columns as rows")
    except ValueError as error:
        raise RunError(f"{path.name}/card.json is not a run's card: {error}.") from None
    return result


def _read_object(path: Path) -> dict[str, Any]:
    try:
        values = read_json(path)
    except (OSError, ValueError):
        raise RunError(f"{path.parent.name}/{path.name} cannot be read as JSON.") from None
    if not isinstance(values, dict):
        raise RunError(f"{path.parent.name}/{path.name} must hold a JSON object.")
    return values
