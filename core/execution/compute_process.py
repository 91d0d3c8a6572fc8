"""A process that has imported torch once and forks children which compute.

The app's server starts it with `python -m core.execution.compute_process` and never imports torch itself: a child is
ready in tenths of a second, shares the imported pages of memory, can be stopped or killed without harm to the server,
and does not slow the server's interpreter down. `core.execution.compute_client` is the other end.

Requests come as lines of JSON on standard input, reports go out likewise. When the input ends, the server
is gone, and so are the children a moment later; training ones save a checkpoint first.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Listener, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from core.errors import LabError, RunBusy
from core.execution.compute_client import START_FAILED
from core.execution.train_run import train_run
from core.runs.control_file import FileControl
from core.runs.record import read_run

_END_SECONDS = 5.0
_WATCH_SECONDS = 0.25
# Imported before the first fork, since each takes up to seconds: torch._dynamo is needed by the first optimizer.
_PRELOAD = ("torch", "torch._dynamo", "core.learners.torch_learner", "models.mlp")


def main() -> None:
    """Serve requests until standard input ends."""
    # Ctrl-C in a terminal reaches every process; the server's end is what ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in _PRELOAD:
        importlib.import_module(module)
    _report(event="ready")
    _Host().serve()
    # Nothing is left to save, and tidying torch up would keep the closing app waiting for about a second.
    os._exit(0)


def _report(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class _Host:
    """Single-threaded on purpose: forking a process that has threads is not safe."""

    def __init__(self) -> None:
        # Elsewhere than on Linux system libraries do not survive a fork.
        self._context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._children: dict[str, BaseProcess] = {}
        self._input = b""

    def serve(self) -> None:
        while True:
            sentinels = {child.sentinel: name for name, child in self._children.items()}
            for ready in wait([sys.stdin.fileno(), *sentinels]):
                if ready in sentinels:
                    self._reap(sentinels[ready])
                elif not self._read_requests():
                    self._end()
                    return

    def _read_requests(self) -> bool:
        content = os.read(sys.stdin.fileno(), 65536)
        *lines, self._input = (self._input + content).split(b"\n")
        for line in lines:
            self._start(**json.loads(line))
        return bool(content)

    def _start(self, name: str, target: str, arguments: list[Any]) -> None:
        function = {"train": _train, "serve": _serve}[target]
        child = self._context.Process(target=function, args=arguments, name=name, daemon=True)  # type: ignore[attr-defined]
        try:
            child.start()
        except OSError as error:
            # No memory or no process left for a child; the others go on.
            print(f"A child could not be started: {error}", file=sys.stderr)
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
    _detach(interrupt)
    try:
        train_run(read_run(path), Path(data_root), control)
    except RunBusy:
        # Another process trains it already, which is just what was asked for.
        return


def _detach(on_host_death: Callable[[], object]) -> None:
    """Leave standard output to the host, whose end is told by it, and watch the host."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    # Not parent_process().join(): a forked child inherits what the join of its elder siblings waits for.
    def watch() -> None:
        while compute is not None and os.getppid() == compute.pid:
            time.sleep(_WATCH_SECONDS)
        on_host_death()

    compute = multiprocessing.parent_process()
    threading.Thread(target=watch, daemon=True).start()


def _serve(address: str, key: str) -> None:
    """Answer calls of functions in `core` from one client until it hangs up."""
    import torch

    _detach(lambda: os._exit(0))
    torch.set_num_threads(1)
    # The client's death can also cut off an answer.
    with (
        contextlib.suppress(EOFError, OSError),
        Listener(address, authkey=bytes.fromhex(key)) as listener,
        listener.accept() as client,
    ):
        while True:
            module, function, arguments = client.recv()
            client.send(_call(module, function, arguments))


def _call(module: str, function: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, getattr(importlib.import_module(module), function)(*arguments)
    except (LabError, OSError) as error:
        return False, error
    except Exception as error:
        # Only plain text is sure to survive the way to a process without torch.
        return False, LabError(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
