"""Whether memory levels off however many visitors come and go.

    python -m benchmarks.load.memory [--visits 500] [--warm-up 100]

Starts the app, lets visitors come one after the other, each of whom opens a page in turn and leaves, and prints the
resident MiB of the server, and those of the server with the processes that it has started, shared pages counted once:
after the warm-up, and after every further hundred visits. (Linux only)
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.app.processes import descendants, megabytes
from benchmarks.app.running_app import running_app
from benchmarks.load.visitor import visiting

_MOST_VISITS = 5000
_EVERY = 100
# The server drops a visitor's session a moment after the connection has ended.
_SETTLE_SECONDS = 5.0
_PAGES = (("home", ""), ("train", ""), ("draw", ""), ("evaluate", "run=cnn"), ("sweep", ""), ("twins", ""))


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=500, help="after the warm-up")
    parser.add_argument("--warm-up", type=int, default=100)
    given = parser.parse_args(arguments)
    if given.visits < 1 or not 0 <= given.warm_up <= _MOST_VISITS - given.visits:
        parser.error(f"At most {_MOST_VISITS} visits with the warm-up, and at least one after it.")
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as (address, server):
        asyncio.run(_visit(address, given.warm_up))
        begun = _resident(server)
        print(f"after {given.warm_up} visits: server {begun[0]} MiB, all {begun[1]} MiB", flush=True)
        for done in range(0, given.visits, _EVERY):
            asyncio.run(_visit(address, min(_EVERY, given.visits - done)))
            now = _resident(server)
            print(f"{min(done + _EVERY, given.visits)} more: server {now[0]} MiB, all {now[1]} MiB", flush=True)
        print(f"growth over {given.visits} visits: server {now[0] - begun[0]} MiB, all {now[1] - begun[1]} MiB")


async def _visit(address: str, visits: int) -> None:
    for number in range(visits):
        async with visiting(address) as visitor:
            await visitor.open(*_PAGES[number % len(_PAGES)])


def _resident(server: int) -> tuple[int, int]:
    """Of the server alone, and of it with all that it has started, in MiB."""
    time.sleep(_SETTLE_SECONDS)
    return megabytes(server, "Rss"), sum(megabytes(pid, "Pss") for pid in (server, *descendants(server)))


if __name__ == "__main__":
    main()
