"""A control group of Linux, which holds processes to an amount of memory and of processor time.

Version 1 and 2 as https://docs.kernel.org/admin-guide/cgroup-v1/memory.html, https://docs.kernel.org/scheduler/sched-bwc.html
and https://docs.kernel.org/admin-guide/cgroup-v2.html describe them.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
# A group's share of processor time is counted anew in periods of this length.
_PERIOD_MICROSECONDS = 100_000
_MIB = 2**20
# A group can be removed a moment after its last process has ended.
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """folders: one in version 2, else one for memory and one for processor time. limits: a file's name and its text."""

    folders: tuple[Path, ...]
    limits: tuple[tuple[Path, str], ...]
    events: Path
    peak: Path

    def command(self) -> list[str]:
        """What to put before a command, so that it and all that it starts belong to the group."""
        enter = "; ".join(f"echo $$ > {folder}/cgroup.procs" for folder in self.folders)
        return ["sh", "-c", f'{enter}; exec "$@"', "sh"]

    def killed(self) -> int:
        """How many processes the kernel has ended because the group's memory was used up."""
        lines = (line.split() for line in self.events.read_text().splitlines())
        return next(int(count) for name, count in lines if name == "oom_kill")

    def peak_mib(self) -> int:
        """The most memory that the group has used, files in the page cache included."""
        return int(self.peak.read_text()) // _MIB


def describe(mib: int, processors: float, root: Path = _ROOT) -> ControlGroup:
    """The group with these limits, by the version that this machine has; it is not made yet."""
    name = f"mnist-lab-{os.getpid()}"
    quota = round(processors * _PERIOD_MICROSECONDS)
    if (root / "memory").is_dir():
        memory, cpu = root / "memory" / name, root / "cpu" / name
        return ControlGroup(
            (memory, cpu),
            (
                (memory / "memory.limit_in_bytes", str(mib * _MIB)),
                (cpu / "cpu.cfs_period_us", str(_PERIOD_MICROSECONDS)),
                (cpu / "cpu.cfs_quota_us", str(quota)),
            ),
            memory / "memory.oom_control",
            memory / "memory.max_usage_in_bytes",
        )
    folder = root / name
    return ControlGroup(
        (folder,),
        (
            (folder / "memory.max", str(mib * _MIB)),
            (folder / "memory.swap.max", "0"),
            (folder / "cpu.max", f"{quota} {_PERIOD_MICROSECONDS}"),
        ),
        folder / "memory.events",
        folder / "memory.peak",
    )


@contextlib.contextmanager
def control_group(mib: int, processors: float) -> Iterator[ControlGroup]:
    """Make the group, and remove it at the end, when its processes have ended.

    mib: its memory in MiB. processors: its share of processor time; 0.5 is half of one processor.
    Raises OSError where this process may not make one.
    """
    group = describe(mib, processors)
    try:
        for folder in group.folders:
            folder.mkdir()
        for file, text in group.limits:
            file.write_text(text)
        yield group
    finally:
        for folder in group.folders:
            _remove(folder)


def _remove(folder: Path) -> None:
    end = time.monotonic() + _END_SECONDS
    while folder.exists():
        try:
            folder.rmdir()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
