"""The runs that wait to be trained, and in which order they are.

Their owners take turns, each with the run that was asked for first. So who asks for ten runs does not keep others
waiting for all ten (round-robin, as of network packets in J. Nagle 1987, "On Packet Switches with Infinite Storage").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import LimitReached

# Owners remembered for taking turns, at most.
_MOST_SERVED = 1000


@dataclass(frozen=True)
class QueueLimits:
    """How much the queue takes on. None does not limit.

    slots: runs trained at once. total, per_owner: runs that wait or train, of all owners and of one.
    seconds: from a run's start, pauses included, after which it is stopped.
    memory: of the whole app in bytes, above which no run is begun.
    """

    slots: int = 1
    total: int | None = None
    per_owner: int | None = None
    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True)
class Entry:
    """A run that waits or trains."""

    run_id: str
    owner: str
    data_root: Path


def fair_order(waiting: Sequence[Entry], served: Sequence[str]) -> list[Entry]:
    """Who is trained after whom.

    waiting: in the order of asking.
    served: owners whose runs were begun, the latest last. Of two owners the one who was served longer ago comes first,
        and who was never served before both; of equals who asked first.
    """
    last = {owner: turn for turn, owner in enumerate(served)}
    lines: dict[str, list[Entry]] = {}
    for entry in waiting:
        lines.setdefault(entry.owner, []).append(entry)
    owners = sorted(lines, key=lambda owner: last.get(owner, -1))
    longest = max(map(len, lines.values()), default=0)
    return [lines[owner][turn] for turn in range(longest) for owner in owners if turn < len(lines[owner])]


class WaitingLine:
    """The waiting runs. Not thread-safe: the job queue holds its lock."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._served: deque[str] = deque(maxlen=_MOST_SERVED)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Let a run wait."""
        self._entries.append(entry)

    def remove(self, run_id: str) -> bool:
        """Take a run out; returns whether it waited."""
        kept = [entry for entry in self._entries if entry.run_id != run_id]
        was_waiting = len(kept) < len(self._entries)
        self._entries = kept
        return was_waiting

    def take_next(self) -> Entry:
        """Take out the run whose turn it is."""
        entry = fair_order(self._entries, self._served)[0]
        self._entries.remove(entry)
        self._served.append(entry.owner)
        return entry

    def position(self, run_id: str) -> int | None:
        """A run's place in the order, from 1; None when it does not wait."""
        ids = [entry.run_id for entry in fair_order(self._entries, self._served)]
        return ids.index(run_id) + 1 if run_id in ids else None

    def clear(self) -> None:
        """Let nothing wait any more."""
        self._entries.clear()

    def check_room(self, owner: str, training: Collection[Entry], limits: QueueLimits) -> None:
        """Whether one more run of this owner is let in; the operator's always is. Raises LimitReached.

        training: the runs that are being trained now.
        """
        if not owner:
            return
        entries = [*self._entries, *training]
        own = sum(entry.owner == owner for entry in entries)
        if limits.per_owner is not None and own >= limits.per_owner:
            raise LimitReached(
                "{count} runs of yours wait or train already; {most} are allowed here. "
                "Stop one of them, or wait until one has ended.",
                count=own,
                most=limits.per_owner,
            )
        if limits.total is not None and len(entries) >= limits.total:
            raise LimitReached(
                "The queue is full: {count} runs wait or train, and {most} are allowed here. Try again later.",
                count=len(entries),
                most=limits.total,
            )
