"""Processes as the tests see them in /proc."""

from __future__ import annotations

from pathlib import Path

from core.execution.job_queue import JobQueue


def children(pid: int) -> list[int]:
    """Ids of the processes that this one started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(path.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def process_id(jobs: JobQueue) -> int:
    """Of the queue's compute process."""
    process = jobs.compute._link._process
    assert process is not None
    return process.pid
