"""How much memory the app needs at most: one MLP in training on MNIST while a visitor draws.

    python -m benchmarks.load.peak [--limit 690] [--seconds 60] [--enforce PROCESSORS]

Starts the app, presses Start for the quick-start recipe, draws on the Draw page until the run has ended, and looks at
the Evaluate page. Prints the greatest sum of the memory of the server and of all processes that it has started, shared
pages counted once, in MiB, what each of them held then, and whether that is within the limit. The page cache of files
is not in it; a control group counts it, and gives it back when memory is short.

With --enforce the app runs in a control group with the limit as its memory and this many processors, such as 0.5. Then
it is told whether the kernel had to end a process for want of memory. (Linux only; needs MNIST, and root for the group)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.app.processes import descendants, megabytes
from benchmarks.app.running_app import running_app
from benchmarks.load.control_group import control_group
from benchmarks.load.figures import Times, table
from benchmarks.load.kinds import draw, visit_in_turn
from benchmarks.load.visitor import visiting
from core.runs.store import RunStore

_EVERY_SECONDS = 0.2
_MOST_SECONDS = 600.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=690, help="in MiB")
    parser.add_argument("--seconds", type=float, default=60.0, help="of drawing, after which the run is waited for")
    parser.add_argument("--enforce", type=float, metavar="PROCESSORS", help="in a control group")
    given = parser.parse_args(arguments)
    if not 0 < given.seconds <= _MOST_SECONDS:
        parser.error(f"At most {_MOST_SECONDS:.0f} seconds.")
    if given.enforce is None:
        use = use_app(given.seconds)
        is_enough = sum(use.held) <= given.limit
    else:
        _empty_page_cache()
        with control_group(given.limit, given.enforce) as group:
            use = use_app(given.seconds, group.command())
            print(f"killed: {group.killed()}; at most {group.peak_mib()} MiB, files included")
            is_enough = not group.killed()
    print(f"at most {sum(use.held)} MiB of {given.limit}: server, compute process and its children {use.held}")
    print(f"status of the run: {use.status}; errors: {use.times.errors}")
    print(table(use.times.seconds))
    if not is_enough:
        raise SystemExit(1)


def _empty_page_cache() -> None:
    """So that the files count: a group has to pay for those only that it is the first to read."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


@dataclass(frozen=True, slots=True)
class Use:
    """What came of it. held: MiB of each process when all together held most. status: of the run at the end."""

    held: list[int]
    status: str
    times: Times


def use_app(seconds: float, within: Sequence[str] = ()) -> Use:
    """Start the app and a run, draw for so many seconds, wait for the run's end and look at Evaluate.

    within: a command that runs the server, as `running_app` takes it.
    """
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder), within=within) as (address, server):
        with _watched(server) as held:
            store = RunStore(Path(folder))
            times = asyncio.run(_use(address, store, seconds))
        return Use(held, store.all()[0].state.status, times)


async def _use(address: str, store: RunStore, seconds: float) -> Times:
    async with visiting(address) as visitor:
        await visitor.open("train")
        await visitor.press("Start")
        times = await visit_in_turn(address, [draw], seconds)
        end = time.monotonic() + _MOST_SECONDS
        while any(record.is_active for record in store.all()) and time.monotonic() < end:
            await asyncio.sleep(_EVERY_SECONDS)
        times.add("open Evaluate", await visitor.open("evaluate", "run=cnn"))
    return times


@contextlib.contextmanager
def _watched(server: int) -> Iterator[list[int]]:
    """Yields what the processes hold, in MiB, when all together hold most; it is filled meanwhile."""
    most: list[int] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_EVERY_SECONDS):
            # A child may end while it is looked at.
            with contextlib.suppress(OSError):
                held = [megabytes(pid, "Pss") for pid in (server, *descendants(server))]
                if sum(held) > sum(most):
                    most[:] = held

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


if __name__ == "__main__":
    main()
