"""One compute process for all tests of a session that train: each start of its own would import torch anew."""

from __future__ import annotations

from core.execution.compute_client import ComputeClient, OnExit


class SharedProcess:
    """The process, and which manager is told of the end of which child."""

    def __init__(self) -> None:
        self.client = ComputeClient(self._tell)
        self._told: dict[str, OnExit] = {}

    def host_for(self, on_exit: OnExit) -> SharedCompute:
        """What a `JobQueue` takes for a host of its own."""
        return SharedCompute(self, on_exit)

    def train(self, name: str, on_exit: OnExit, *arguments) -> None:
        self._told[name] = on_exit
        self.client.train(name, *arguments)

    def _tell(self, name: str, code: int | None) -> None:
        self._told.pop(name, lambda *_: None)(name, code)


class SharedCompute:
    """As `ComputeClient`, but that its process goes on when it is closed."""

    def __init__(self, process: SharedProcess, on_exit: OnExit) -> None:
        self._process, self._on_exit = process, on_exit
        self.is_ready = process.client.is_ready
        self.start, self.call, self.start_long_call, self.call_in_new_child = (
            process.client.start,
            process.client.call,
            process.client.start_long_call,
            process.client.call_in_new_child,
        )

    def train(self, name: str, *arguments) -> None:
        self._process.train(name, self._on_exit, *arguments)

    def close(self) -> None:
        pass
