"""How much memory the app takes.

    python -m benchmarks.app.memory

Resident megabytes of the server on the home page, and again with a network predicting and MNIST's test set on the
Evaluate page, and the memory that one training worker holds beside the pages that it shares with the compute process
(Linux only).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from benchmarks.app.processes import descendants, entries, megabytes
from benchmarks.app.running_app import chromium, running_app, visit
from core.runs.store import RunStore

_SETTLE_SECONDS = 10.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, running_app(Path(folder)) as (address, server):
        figures = {}
        with visit(browser, address) as page:
            time.sleep(_SETTLE_SECONDS)
            figures["server_home_mb"] = megabytes(server, "Rss")
            page.goto(f"{address}/train")
            page.wait_for_timeout(4000)
            figures["server_train_mb"] = megabytes(server, "Rss")
            page.locator("[data-testid=stBaseButton-primary]").first.click()
            page.wait_for_timeout(4000)
            figures["worker_own_mb"] = max(_own(pid) for pid in descendants(server) if _is_worker(pid))
            _wait_until_idle(RunStore(Path(folder)))
            for path in ("draw", "evaluate"):
                page.goto(f"{address}/{path}")
                page.wait_for_timeout(_SETTLE_SECONDS * 1000)
            figures["server_in_use_mb"] = megabytes(server, "Rss")
            figures["host_and_children_pss_mb"] = sum(megabytes(pid, "Pss") for pid in descendants(server))
    print(json.dumps(figures, indent=1))


def _wait_until_idle(store: RunStore) -> None:
    while any(record.is_active for record in store.all()):
        time.sleep(0.2)


def _own(pid: int) -> int:
    found = entries(pid)
    return (found["Private_Clean"] + found["Private_Dirty"]) // 1024


def _is_worker(pid: int) -> bool:
    # The host's children carry its command line; the host itself is the server's child.
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return "core.execution.compute_process" in Path(f"/proc/{parent}/cmdline").read_text()


if __name__ == "__main__":
    main()
