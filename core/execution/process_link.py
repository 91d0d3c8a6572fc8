"""The server's end of `core.execution.compute_process`: starts it, sends requests, and hears how children end."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable

from core.errors import ComputeError
from core.execution.sleeping_threads import let_threads_sleep
from core.settings import PROJECT

# Stands for the exit code of a child that could not be forked.
START_FAILED = 1000

OnExit = Callable[[str, int | None], None]

_log = logging.getLogger(__name__)


class ProcessLink:
    """Owns the compute process and knows its children by name. Thread-safe.

    on_exit: hears the name and the exit code of every child that ended; the code is None when the compute process
        itself broke off.
    is_ready: set once the compute process has imported torch, so that children start in tenths of a second.
    """

    def __init__(self, on_exit: OnExit) -> None:
        self._on_exit = on_exit
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False
        self._listener = threading.Thread()
        # Children of the present compute process. Each process has a set of its own, which its listener empties.
        self._names: set[str] = set()
        self.is_ready = threading.Event()

    def start(self) -> None:
        """Start the compute process if it does not run. After `close` nothing is started any more."""
        with self._lock:
            if self._is_closed or (self._process is not None and self._process.poll() is None):
                return
            self.is_ready.clear()
            environment = {**os.environ}
            let_threads_sleep(environment)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.execution.compute_process"],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._names = set()
            self._listener = threading.Thread(target=self._listen, args=(self._process, self._names), daemon=True)
            self._listener.start()

    def start_child(self, name: str, target: str, arguments: list[str | int]) -> None:
        """Ask for a child called `name`; `target` is what it does. Raises ComputeError."""
        with self._lock:
            self.start()
            self._names.add(name)
            try:
                self._send(name, target, arguments)
            except ComputeError:
                self._names.discard(name)
                raise

    def kill_child(self, name: str) -> None:
        """Kill a child, if it still runs."""
        with self._lock, contextlib.suppress(ComputeError):
            self._send(name, "kill", [])

    def has_child(self, name: str) -> bool:
        """Whether a child was asked for and has not ended yet."""
        return name in self._names

    def close(self) -> None:
        """End the compute process and all its children; training ones save a checkpoint first."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
            if process is not None and process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
        if process is not None:
            # Without the lock, since the listener may need it before it ends.
            self._listener.join()

    def _send(self, name: str, target: str, arguments: list[str | int]) -> None:
        if self._process is None or self._process.stdin is None:
            raise ComputeError("The app is closing.")
        try:
            self._process.stdin.write(json.dumps({"name": name, "target": target, "arguments": arguments}) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            # A closed pipe is a ValueError to its writer.
            raise ComputeError("The compute process has ended; try again.") from None

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
        # The output ended, and so did the process and its children. It can be replaced once it is reaped.
        code = process.wait()
        with self._lock, contextlib.suppress(OSError):
            assert process.stdin is not None
            process.stdin.close()
        if not self._is_closed:
            _log.warning("The compute process ended with exit code %s.", code)
        while names:
            self._on_exit(names.pop(), None)
