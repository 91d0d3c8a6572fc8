"""How the app answers many visitors at once, and what is left of the training beside them.

    python -m benchmarks.load.visitors [--drawing 20] [--evaluating 5] [--watching 5] [--seconds 30] [--rounds 2]
    python -m benchmarks.load.visitors --at-once train [--sessions 30] [--fresh] [--wait 5]

Starts the app on this machine. Without `--at-once` it starts the recipe "cnn" as a reader does, and lets it train alone
and beside the visitors in turn. With it, all sessions ask for one page at the same instant, twice; `--fresh` leaves out
the first visit that gets a server going, and the server's processor time is told, which hardly depends on what else the
machine does. MNIST must be in MNIST_LAB_DATA. Times are in seconds, until the server's last
message of an answer; a browser adds its own.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.app.processes import processor_seconds
from benchmarks.app.running_app import running_app
from benchmarks.load.figures import Times, kept_share, table
from benchmarks.load.kinds import Behaviour, draw, evaluate, visit_at_once, visit_in_turn, watch
from benchmarks.load.visitor import visiting
from core.runs.record import RunRecord
from core.runs.store import RunStore

# No more, so that a mistyped number does not stop the machine.
_MOST_SESSIONS, _MOST_SECONDS = 200, 600.0
# Until a run that was started has imported, loaded and done its first steps.
_BEGIN_SECONDS = 60.0
_PAGES = ("home", "train", "draw", "evaluate", "sweep", "twins", "anatomy")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("drawing", 20), ("evaluating", 5), ("watching", 5)):
        parser.add_argument(f"--{name}", type=int, default=usual, help="visitors of this kind")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each stretch, alone and beside the visitors")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--at-once", choices=_PAGES, help="the page that all sessions ask for")
    parser.add_argument("--sessions", type=int, default=30, help="how many ask at once")
    parser.add_argument("--fresh", action="store_true", help="ask a server that nobody has visited")
    parser.add_argument("--wait", type=float, default=5.0, help="seconds from the server's start or first visit")
    given = parser.parse_args(arguments)
    sessions = given.sessions if given.at_once else given.drawing + given.evaluating + given.watching
    if not 0 < sessions <= _MOST_SESSIONS or not 0 < given.seconds * given.rounds * 2 <= _MOST_SECONDS:
        parser.error(f"At most {_MOST_SESSIONS} sessions and {_MOST_SECONDS:.0f} seconds in all; at least one session.")
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as (address, server):
        if given.at_once:
            _at_once(address, server, given.at_once, given.sessions, given.fresh, given.wait)
        else:
            run = asyncio.run(_start_training(address, RunStore(Path(folder))))
            counts: dict[Behaviour, int] = {
                draw: given.drawing,
                evaluate: given.evaluating,
                watch(run.id): given.watching,
            }
            behaviours = [behaviour for behaviour, count in counts.items() for _ in range(count)]
            _in_turn(address, run, behaviours, given.seconds, given.rounds)


def _in_turn(address: str, run: RunRecord, behaviours: list[Behaviour], seconds: float, rounds: int) -> None:
    """Let the run train alone and beside the visitors in turn, and say how both fare."""
    alone, beside = [], []
    for number in range(rounds):
        begun = _stand(run)
        time.sleep(seconds)
        between = _stand(run)
        _show(asyncio.run(visit_in_turn(address, behaviours, seconds, number)))
        alone.append(_trained(begun, between))
        beside.append(_trained(between, _stand(run)))
    print(f"training keeps {kept_share(alone, beside):.0%} of its speed")
    print(f"steps and seconds alone: {alone}, beside the visitors: {beside}")


def _at_once(address: str, server: int, page: str, sessions: int, is_fresh: bool, wait: float) -> None:
    if not is_fresh:
        asyncio.run(visit_at_once(address, page, 1))
    time.sleep(wait)
    for _ in range(2):
        spent = processor_seconds(server)
        _show(asyncio.run(visit_at_once(address, page, sessions)))
        print(f"processor time of the server: {(processor_seconds(server) - spent) / sessions * 1000:.0f} ms a visit")


def _show(times: Times) -> None:
    print(table(times.seconds), f"{len(times.errors)} errors", *times.errors[:5], sep="\n", flush=True)


async def _start_training(address: str, store: RunStore) -> RunRecord:
    """Press Start for the CNN, and wait for the run's first steps."""
    async with visiting(address) as visitor:
        await visitor.open("train", "recipe=cnn")
        await visitor.press("Start")
        end = time.monotonic() + _BEGIN_SECONDS
        while time.monotonic() < end:
            records = [record for record in store.all() if not record.bundled]
            if records and records[0].history().step:
                return records[0]
            await asyncio.sleep(0.2)
    raise TimeoutError(f"The run did not begin within {_BEGIN_SECONDS:.0f} s.")


def _stand(run: RunRecord) -> tuple[int, float]:
    """The steps done so far, and the time in seconds."""
    return run.history().step, time.perf_counter()


def _trained(begun: tuple[int, float], ended: tuple[int, float]) -> tuple[int, float]:
    """Steps and seconds between two stands."""
    return ended[0] - begun[0], round(ended[1] - begun[1], 1)


if __name__ == "__main__":
    main()
