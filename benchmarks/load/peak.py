"""How much memory the app needs at most: one MLP in training on MNIST while a visitor draws.

    python -m benchmarks.load.peak [--limit 690] [--seconds 60]

Starts the app, presses Start for the quick-start recipe, draws on the Draw page until the run has ended, and looks at
the Evaluate page. Prints the greatest sum of the memory of the server and of all processes that it has started, shared
pages counted once, in MiB, what each of them held then, and whether that is within the limit. The page cache of files
is not in it; a control group counts it, and gives it back when memory is short. (Linux only; needs MNIST)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.app.processes import descendants, megabytes
from benchmarks.app.running_app import running_app
from benchmarks.load.figures import Times
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
    given = parser.parse_args(arguments)
    if not 0 < given.seconds <= _MOST_SECONDS:
        parser.error(f"At most {_MOST_SECONDS:.0f} seconds.")
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as (address, server):
        with _watched(server) as held:
            store = RunStore(Path(folder))
            times = asyncio.run(_use(address, store, given.seconds))
        print(f"at most {sum(held)} MiB of {given.limit}: server, compute process and its children {held}")
        print(f"status of the run: {store.all()[0].state.status}; errors: {times.errors}")
        if sum(held) > given.limit:
            raise SystemExit(1)


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
