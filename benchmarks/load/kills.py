"""Kills the app at random moments of a run, and looks whether anything is lost.

    python -m benchmarks.load.kills [--rounds 50] [--seed 1]

Each round starts the app on this machine with an empty store, presses Start for the recipe of the embedded digits, and
kills (SIGKILL) the process that trains, the compute process or the server: after any of its steps, or right after the
click. Where the server was killed it is started again. Then the run is resumed as a reader does, by its button, unless
it had ended. Every record must be readable, and the weights must be those of a run that nobody disturbed, bit for bit.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.app.running_app import running_app
from benchmarks.load.visitor import visiting
from core.runs.record import FINISHED, RunRecord
from core.runs.store import RunStore
from core.storage.digest import weights_digest

_RECIPE = "embedded-digits"
_VICTIMS = ("worker", "compute process", "server")
# Until the run has ended, in seconds; a busy machine takes long.
_PATIENCE = 120.0
_LOOK_SECONDS = 0.05
_MOST_ROUNDS = 200


def main(arguments: list[str] | None = None) -> None:
    """Kill, resume, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the victims")
    given = parser.parse_args(arguments)
    if not 0 < given.rounds <= _MOST_ROUNDS:
        parser.error(f"1 to {_MOST_ROUNDS} rounds.")
    chance = random.Random(given.seed)
    steps, expected = undisturbed()
    print(f"undisturbed: {steps} steps, weights {expected}", flush=True)
    found: Counter[str] = Counter()
    for number in range(given.rounds):
        victim, step = _VICTIMS[number % len(_VICTIMS)], chance.randint(0, steps)
        status, problem = disturbed(victim, step, expected)
        found[problem or "whole"] += 1
        print(f"{number + 1:3} {victim} killed after step {step}, {status}: {problem or 'whole'}", flush=True)
    print(dict(found))


def undisturbed() -> tuple[int, str]:
    """The steps of the run, and the digest of its weights."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as (address, _):
        store = RunStore(Path(folder))
        asyncio.run(press(address, f"recipe={_RECIPE}", "Start"))
        record = wait_for(store, is_settled=lambda record: record.state.status == FINISHED)
        return record.state.total_steps, weights_digest(record.weights_file)


def disturbed(victim: str, step: int, expected: str) -> tuple[str, str]:
    """Kill one process after a step, resume the run; returns how it stood, and what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        with running_app(Path(folder)) as (address, pid):
            asyncio.run(press(address, f"recipe={_RECIPE}", "Start"))
            wait_for(store, is_settled=lambda record: record.history().step >= step or not record.is_active)
            kill(victim, pid)
            if victim != "server":
                return finish(address, store, expected)
        with running_app(Path(folder)) as (address, _):
            return finish(address, store, expected)


def finish(address: str, store: RunStore, expected: str) -> tuple[str, str]:
    """Resume the run, if it has not ended; returns how it stood, and what is wrong."""
    record = wait_for(store, is_settled=lambda record: not record.is_active)
    stood = record.state.status
    if stood != FINISHED:
        asyncio.run(press(address, f"run={record.id}", "Resume"))
        record = wait_for(store, is_settled=lambda record: record.state.status == FINISHED)
    problems = [str(problem) for problem in store.damaged().values()]
    history = record.history()
    if history.step != record.state.total_steps:
        problems.append(f"the history ends at step {history.step} of {record.state.total_steps}")
    if weights_digest(record.weights_file) != expected:
        problems.append("other weights")
    if record.result is None or not record.predictions_file.is_file():
        problems.append("no result")
    return stood, "; ".join(problems)


async def press(address: str, query: str, label: str) -> None:
    """Open the Train page and press a button on it."""
    async with visiting(address) as visitor:
        # A run whose process was killed says so.
        visitor.expects_errors = True
        await visitor.open("train", query)
        await visitor.press(label)


def wait_for(store: RunStore, is_settled: Callable[[RunRecord], bool]) -> RunRecord:
    """The store's only run, once it is settled. Raises TimeoutError."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        for record in store.all():
            if is_settled(record):
                return record
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"The run was not where it should be within {_PATIENCE:.0f} s.")


def kill(victim: str, server: int) -> None:
    """End a process without any warning. Of several children of the compute process all are killed."""
    processes = [psutil.Process(server)]
    if victim != "server":
        processes = [child for child in processes[0].children() if "compute_process" in " ".join(child.cmdline())]
    if victim == "worker":
        processes = [child for process in processes for child in process.children()]
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(10)


if __name__ == "__main__":
    main()
