"""What the user wants of a running run, as a small file in its folder, so that any process can say it."""

from __future__ import annotations

import json
import time
from pathlib import Path

from core.config.fields import FIELDS
from core.errors import ConfigError
from core.storage.atomic import read_json, write_atomically
from core.training.control import Action, Command

_POLL_SECONDS = 0.05
_LR = FIELDS["lr"].limits


class FileControl:
    """Reads `control.json` in a run's folder, at most twenty times a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "control.json"
        self._next_look = 0.0
        self._stamp = (0, 0)
        self._command = Command()
        self.interrupted = False

    def poll(self) -> Command:
        """The file's wish, or "interrupt" once `interrupted` is set."""
        if self.interrupted:
            return Command("interrupt")
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _POLL_SECONDS
            self._look()
        return self._command

    def _look(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._stamp, self._command = stamp, read_command(self._path.parent)
        except OSError:
            return


def read_command(folder: Path) -> Command:
    """The wish in a run's folder; to run when there is none or it is damaged."""
    try:
        values = read_json(folder / "control.json")
        lr = values.get("lr")
        if values["action"] in ("run", "pause", "stop") and (lr is None or _LR.allows(lr)):
            return Command(values["action"], lr)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass
    return Command()


def send(folder: Path, action: Action | None = None, lr: float | None = None) -> None:
    """Change the wish; what is left out stays as it is. Raises ConfigError for a learning rate not allowed."""
    if lr is not None and not _LR.allows(lr):
        raise ConfigError("{field} is {value!r}; it must be {limits}.", field="lr", value=lr, limits=_LR.describe())
    old = read_command(folder)
    values = {"action": action or old.action, "lr": old.lr if lr is None else lr}
    write_atomically(folder / "control.json", json.dumps(values))


def reset(folder: Path) -> None:
    """Forget all wishes, before training starts."""
    (folder / "control.json").unlink(missing_ok=True)
