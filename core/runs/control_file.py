"""What the user wants of a running run, as a small file in its folder, so that every process can say it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.config.fields import FIELDS
from core.errors import ConfigError
from core.storage.atomic import write_atomically
from core.storage.locks import hold_file
from core.storage.reading import read_json
from core.training.control import Action, Command

# Time between two looks at the file, in seconds.
_POLL_SECONDS = 0.05
_LR = FIELDS["lr"].limits
# Wait for another writer, in seconds; writing takes about a millisecond.
_WAIT_SECONDS = 5.0


class FileControl:
    """Reads `control.json` in a run's folder, at most twenty times a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next_look = 0.0
        self._command = Command()
        self.interrupted = False

    def poll(self) -> Command:
        """The command in the file, or "interrupt" once `interrupted` is set."""
        if self.interrupted:
            return Command("interrupt")
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _POLL_SECONDS
            self._command = read_command(self._folder)
        return self._command


def read_command(folder: Path) -> Command:
    """The command in a run's folder; to run when there is none or its file is damaged."""
    try:
        values = read_json(_file(folder))
        lr = values.get("lr")
        if values["action"] in ("run", "pause", "stop") and (lr is None or _LR.allows(lr)):
            return Command(values["action"], lr)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass
    return Command()


def send(folder: Path, action: Action | None = None, lr: float | None = None) -> None:
    """Change the command; what is left out stays as it is, and so does a stop, which nothing takes back.

    Any number of threads and processes may send at once. Raises ConfigError for a learning rate not allowed, RunError
    when the folder is gone, and OSError.
    """
    if lr is not None and not _LR.allows(lr):
        raise ConfigError("{field} is {value!r}; it must be {limits}.", field="lr", value=lr, limits=_LR.describe())
    with _writing(folder):
        old = read_command(folder)
        values = {"action": old.action if old.action == "stop" else action or old.action, "lr": lr or old.lr}
        write_atomically(_file(folder), json.dumps(values))


def reset(folder: Path) -> None:
    """Remove the command, before training starts. Raises as `send`."""
    with _writing(folder):
        _file(folder).unlink(missing_ok=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """The right to read the command and replace it."""
    with hold_file(folder / ".control.lock", _WAIT_SECONDS):
        yield


def _file(folder: Path) -> Path:
    return folder / "control.json"
