"""The server's end of `core.execution.compute_process`: starts it, sends it work and hears how that ended."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, TypeVarTuple

from core.errors import ComputeError
from core.settings import PROJECT

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

# The host imports torch first, which can take long on a small machine with a cold disk.
_CONNECT_SECONDS = 90.0
_CONNECT_POLL_SECONDS = 0.02
# Stands for the exit code of a child that could not be forked.
START_FAILED = 1000

OnExit = Callable[[str, int | None], None]


class ComputeClient:
    """Owns the host process. Thread-safe. `on_exit` hears the name and exit code of every ended child.

    A code of None means that the host itself broke off.
    """

    def __init__(self, on_exit: OnExit = lambda *_: None) -> None:
        self._on_exit = on_exit
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._listener = threading.Thread()
        # The children of the present host; one that died keeps its own set until its end is told.
        self._names: set[str] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="mnist-lab-")
        self._key = secrets.token_hex(32)
        self._connection: Connection[Any, Any] | None = None
        self._calling = threading.Lock()
        self.is_ready = threading.Event()

    def start(self) -> None:
        """Start the host if it is not running; it is usable at once and ready some seconds later.

        Once closed it stays so.
        """
        with self._lock:
            if self._closed:
                return
            if self._process is None or self._process.poll() is not None:
                self.is_ready.clear()
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "core.execution.compute_process"],
                    cwd=PROJECT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                self._names = set()
                self._listener = threading.Thread(target=self._listen, args=(self._process, self._names), daemon=True)
                self._listener.start()

    def train(self, name: str, folder: Path, data_root: Path) -> None:
        """Train the run in `folder` in a child called `name`. Raises ComputeError."""
        self._send(name, "train", [str(folder), str(data_root)])

    def call(self, function: Callable[[*Ts], R], *args: *Ts) -> R:
        """Run a function of `core` in a child kept for quick answers, and return its result.

        Arguments and result are pickled. Raises what the function raises (LabError, OSError) and ComputeError.
        """
        with self._calling:
            if self._connection is not None:
                try:
                    return self._ask(self._connection, function, args)
                except ComputeError:
                    # The child has gone since the last call; a new one may well answer.
                    self._connection = None
            self._connection = self._open()
            try:
                return self._ask(self._connection, function, args)
            except ComputeError:
                self._connection = None
                raise

    def call_in_new_child(self, function: Callable[[*Ts], R], *args: *Ts) -> R:
        """As `call`, in a child of its own, for what takes long."""
        with contextlib.closing(self._open()) as connection:
            return self._ask(connection, function, args)

    def close(self) -> None:
        """End the host and all its children; training ones save a checkpoint first."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
            if process is not None and process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
        if process is not None:
            # Without the lock, since the listener may want it before it ends.
            self._listener.join()
        with self._calling:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self._folder.cleanup()

    def _send(self, name: str, target: str, arguments: list[str]) -> None:
        with self._lock:
            self.start()
            if self._process is None or self._process.stdin is None:
                raise ComputeError("The app is closing.")
            self._names.add(name)
            try:
                self._process.stdin.write(json.dumps({"name": name, "target": target, "arguments": arguments}) + "\n")
                self._process.stdin.flush()
            except OSError:
                self._names.discard(name)
                raise ComputeError("The computing process has ended; try again.") from None

    def _open(self) -> Connection[Any, Any]:
        name = f"serve-{secrets.token_hex(4)}"
        address = rf"\\.\pipe\mnist-lab-{name}" if sys.platform == "win32" else str(Path(self._folder.name) / name)
        self._send(name, "serve", [address, self._key])
        end = time.monotonic() + _CONNECT_SECONDS
        while time.monotonic() < end and name in self._names:
            # Not there yet, or gone again before it answered.
            with contextlib.suppress(OSError, EOFError):
                return Client(address, authkey=bytes.fromhex(self._key))
            time.sleep(_CONNECT_POLL_SECONDS)
        raise ComputeError("The computing process did not start; try again.")

    @staticmethod
    def _ask(connection: Connection[Any, Any], function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        assert isinstance(function, FunctionType)
        try:
            connection.send((function.__module__, function.__name__, arguments))
            succeeded, result = connection.recv()
        except (EOFError, OSError):
            raise ComputeError("The computing process broke off; it may have run out of memory. Try again.") from None
        if not succeeded:
            raise result
        return result  # type: ignore[no-any-return]

    def _listen(self, process: subprocess.Popen[str], names: set[str]) -> None:
        assert process.stdout is not None
        with process.stdout as reports:
            for line in reports:
                report = json.loads(line)
                if report["event"] == "ready":
                    self.is_ready.set()
                else:
                    names.discard(report["name"])
                    self._on_exit(report["name"], report["code"])
        # The output ended, so the host did, and its children with it. Only once it is reaped can it be replaced.
        process.wait()
        with self._lock, contextlib.suppress(OSError):
            assert process.stdin is not None
            process.stdin.close()
        while names:
            self._on_exit(names.pop(), None)
