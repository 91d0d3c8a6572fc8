"""What Linux says of a process, and of those that it has started."""

from __future__ import annotations

import os
from pathlib import Path


def megabytes(pid: int, entry: str) -> int:
    """One entry of a process's memory in MiB: "Rss" is what is resident, "Pss" with its share of shared pages alone.

    Raises OSError where there is no such process.
    """
    return entries(pid)[entry] // 1024


def entries(pid: int) -> dict[str, int]:
    """All entries in KiB; see proc_pid_smaps(5). Raises OSError where there is no such process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def processor_seconds(pid: int) -> float:
    """The time that a process has had a processor since its start. Raises OSError where there is no such process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # utime and stime, see proc_pid_stat(5).
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs. Raises OSError where one of them ends meanwhile."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for task in threads for child in (task / "children").read_text().split()]
    return [found for child in dict.fromkeys(children) for found in (child, *descendants(child))]
