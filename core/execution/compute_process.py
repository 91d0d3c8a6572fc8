"""A process that has imported torch once and forks children which compute.

The app's server starts it with `python -m core.execution.compute_process` and never imports torch itself. A child is
ready in tenths of a second, shares the imported pages of memory, can be stopped or killed without harm to the server,
and does not slow the server's interpreter down. `core.execution.process_link` is the other end.

Requests come as lines of JSON on standard input, and reports go out likewise. When the input ends, the server is gone.
The children then end a moment later; those that train save a checkpoint first.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from core.config.recipes import EMBEDDED_DIGITS
from core.data.datasets import load_dataset
from core.errors import DataMissing, RunBusy
from core.execution.process_link import START_FAILED
from core.execution.serving import serve
from core.execution.train_run import train_run
from core.logs import show_logs
from core.runs.control_file import FileControl
from core.runs.record import read_run
from core.settings import data_root

# Seconds that children have to end by themselves.
_END_SECONDS = 5.0
# How often a child looks whether the compute process is still there.
_WATCH_SECONDS = 0.25
# Imported before the first fork, since each takes up to seconds.
_PRELOAD = ("torch", "core.learners.torch_learner", "models.mlp")
# Imported when nothing is asked for, so that children forked later share it. The first optimizer of PyTorch needs
# torch._dynamo, and explanations need captum.
_LATER = ("torch._dynamo", "core.explain.attribution")

# Run by its path, this module has no name of its own.
_log = logging.getLogger("core.execution.compute_process")


def main() -> None:
    """Serve requests until standard input ends."""
    # Ctrl-C in a terminal reaches every process, but the compute process ends with the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    show_logs()
    for module in _PRELOAD:
        importlib.import_module(module)
    # To read them takes a child a tenth of a second, in which whoever has just come waits for the first point. Where
    # they are missing, the run says so.
    with contextlib.suppress(DataMissing):
        load_dataset(EMBEDDED_DIGITS.config.dataset, data_root())
    _report(event="ready")
    ComputeProcess().serve()
    # Nothing is left to save, and tidying torch up would delay the closing app by about a second.
    os._exit(0)


def _report(**values: Any) -> None:
    # Once the server is gone, nobody listens. The end of the input tells so, and ends this process.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()


class ComputeProcess:
    """Starts children, kills them and reports their ends. It has a single thread, so that forking is safe."""

    def __init__(self) -> None:
        # Elsewhere than on Linux system libraries do not survive a fork.
        self._context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._children: dict[str, BaseProcess] = {}
        self._input = b""
        self._to_import = [*_LATER]

    def serve(self) -> None:
        """Do as requested until standard input ends, then end all children."""
        while True:
            sentinels = {child.sentinel: name for name, child in self._children.items()}
            heard = wait([sys.stdin.fileno(), *sentinels], timeout=0 if self._to_import else None)
            if not heard:
                importlib.import_module(self._to_import.pop(0))
            for ready in heard:
                if ready in sentinels:
                    self._reap(sentinels[ready])
                elif not self._read_requests():
                    self._end()
                    return

    def _read_requests(self) -> bool:
        content = os.read(sys.stdin.fileno(), 65536)
        *lines, self._input = (self._input + content).split(b"\n")
        for line in lines:
            self.do(**json.loads(line))
        return bool(content)

    def do(self, name: str, target: str, arguments: list[Any]) -> None:
        """Start the child called `name`, or kill it where `target` is "kill"."""
        if target == "kill":
            # It may have ended by itself in the meantime.
            if child := self._children.get(name):
                child.kill()
        else:
            functions: dict[str, Callable[..., None]] = {"train": _train, "serve": _serve}
            self._start(name, functions[target], arguments)

    def _start(self, name: str, function: Callable[..., None], arguments: list[Any]) -> None:
        # The garbage collector writes to each object that it looks at. In a child that would copy every shared page.
        gc.freeze()
        child = self._context.Process(target=function, args=arguments, name=name, daemon=True)  # type: ignore[attr-defined]
        try:
            child.start()
        except OSError as error:
            # There is no memory or no process left for a child; the others go on.
            _log.error("A child could not be started: %s", error)
            _report(event="exit", name=name, code=START_FAILED)
        else:
            self._children[name] = child

    def _reap(self, name: str) -> None:
        child = self._children.pop(name)
        child.join()
        _report(event="exit", name=name, code=child.exitcode)

    def _end(self) -> None:
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            child.join(_END_SECONDS)
            child.kill()


def _train(folder: str, data_root: str) -> None:
    path = Path(folder)
    control = FileControl(path)

    def interrupt(*_: object) -> None:
        control.interrupted = True

    signal.signal(signal.SIGTERM, interrupt)
    _begin_child(interrupt)
    try:
        train_run(read_run(path), Path(data_root), control)
    except RunBusy:
        # Another process trains it already, which is just what was asked for.
        return


def _serve(address: str, key: str, niceness: int) -> None:
    _begin_child(lambda: os._exit(0))
    serve(address, key, niceness)


def _begin_child(on_orphaned: Callable[[], object]) -> None:
    """What every child does first: show its log, leave standard output to its parent, and watch its parent."""
    # A spawned child has inherited no loggers.
    show_logs()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    # Not parent_process().join(): what it waits for is inherited by each child forked later, and open there too.
    def watch() -> None:
        while parent is not None and os.getppid() == parent.pid:
            time.sleep(_WATCH_SECONDS)
        on_orphaned()

    parent = multiprocessing.parent_process()
    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
