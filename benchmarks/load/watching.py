"""What it costs the server that many visitors watch one run.

    python -m benchmarks.load.watching [--sessions 30] [--seconds 20] [--reported 200]

Starts the app on this machine with a run that tells made-up events as a training one does, five times a second, and
lets visitors watch it on the Train page. Prints how much of one processor the server takes for them, which hardly
depends on what else the machine does, unlike the times in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.app.processes import processor_seconds
from benchmarks.app.running_app import running_app
from benchmarks.load.figures import Times, table
from benchmarks.load.kinds import visit_in_turn, watch
from core.config.run_config import RunConfig
from core.runs.record import RUNNING, RunRecord, RunState, write_state
from core.runs.store import RunStore
from core.storage.locks import hold_as_worker
from core.training.events import RunStarted, StepEnd, TrainEvent

_MOST_SESSIONS, _MOST_SECONDS = 200, 300.0
_EPOCHS, _STEPS_PER_EPOCH, _STEPS = 30, 938, 25
_REPORT_SECONDS = 0.2
# Until a fresh server has imported what it needs, in seconds.
_SETTLE_SECONDS = 8.0
# Until all visitors have come, and the time between redraws fits their number, in seconds.
_COME_SECONDS = 15.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=30, help="visitors who watch")
    parser.add_argument("--seconds", type=float, default=20.0, help="for which they watch")
    parser.add_argument("--reported", type=int, default=200, help="reports of 25 steps in the run's log beforehand")
    given = parser.parse_args(arguments)
    if not 0 < given.sessions <= _MOST_SESSIONS or not 0 < given.seconds <= _MOST_SECONDS:
        parser.error(f"1 to {_MOST_SESSIONS} sessions and at most {_MOST_SECONDS:.0f} seconds.")
    if not 0 <= given.reported <= _EPOCHS * _STEPS_PER_EPOCH // _STEPS // 2:
        parser.error("At most half of the run can be reported beforehand.")
    with tempfile.TemporaryDirectory() as folder:
        record = RunStore(Path(folder)).create(RunConfig(epochs=_EPOCHS))
        with pretended_training(record, given.reported), running_app(Path(folder)) as (address, server):
            # The first visit gets the server going.
            asyncio.run(visit_in_turn(address, [watch(record.id)], _SETTLE_SECONDS))
            times, share = asyncio.run(watch_together(address, server, record.id, given.sessions, given.seconds))
    print(table(times.seconds), f"{len(times.errors)} errors", *times.errors[:5], sep="\n")
    print(f"processor time of the server once all had come: {share:.0%} of one processor")


async def watch_together(address: str, server: int, run_id: str, sessions: int, seconds: float) -> tuple[Times, float]:
    """Let visitors watch a run; returns their times, and the server's share of one processor once all have come."""
    watching = asyncio.create_task(visit_in_turn(address, [watch(run_id)] * sessions, _COME_SECONDS + seconds))
    await asyncio.sleep(_COME_SECONDS)
    spent, begun = processor_seconds(server), time.perf_counter()
    times = await watching
    return times, (processor_seconds(server) - spent) / (time.perf_counter() - begun)


@contextlib.contextmanager
def pretended_training(record: RunRecord, reported: int) -> Iterator[None]:
    """Hold the run as if it were in training, and tell more of its steps now and then. reported: reports before."""
    events, is_over = made_up_events(), threading.Event()
    write_state(record.path, RunState(RUNNING, total_steps=_EPOCHS * _STEPS_PER_EPOCH))
    record.log.append(*(next(events) for _ in range(1 + reported)))

    def tell() -> None:
        while not is_over.wait(_REPORT_SECONDS):
            record.log.append(next(events))

    thread = threading.Thread(target=tell)
    with hold_as_worker(record.path):
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def made_up_events() -> Iterator[TrainEvent]:
    """What a run tells that learns at an even pace, without end."""
    total = _EPOCHS * _STEPS_PER_EPOCH
    yield RunStarted(0, 0, total, _STEPS_PER_EPOCH, 60_000, 6_000, 100_000, "cpu")
    step = 0
    while True:
        step += _STEPS
        losses = tuple(2.3 * math.exp(-number / 2000) + 0.05 * (number % 7) for number in range(step - _STEPS, step))
        seconds = step / _STEPS * _REPORT_SECONDS
        yield StepEnd(step, step // _STEPS_PER_EPOCH, losses, min(step / total, 1.0), 1e-3, 8000.0, seconds)


if __name__ == "__main__":
    main()
