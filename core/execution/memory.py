"""How much memory the app takes."""

from __future__ import annotations

import contextlib

import psutil


def used_bytes() -> int:
    """Of this process and all that it has started.

    What several of them share counts once in all, where the system tells (proportional set size); else once for each.
    """
    this, total = psutil.Process(), 0
    for process in (this, *this.children(recursive=True)):
        # Ended meanwhile, or another user's.
        with contextlib.suppress(psutil.Error):
            memory = process.memory_full_info()
            total += int(getattr(memory, "pss", memory.rss))
    return total
