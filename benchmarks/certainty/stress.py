"""How long a stress test takes, and what it finds: `python -m benchmarks.certainty.stress [RUN …]`.

RUN is a bundled network; without any, `torch-mlp`. On one core, with the time for loading the libraries apart, as the
compute process has loaded most of them. Prints the figures and writes them to `benchmarks/results/stress.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import captum.robust  # noqa: F401 - so that its import is not counted
import scipy.stats  # noqa: F401
import torch
import torchvision.transforms.v2  # noqa: F401

from core.errors import LabError
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, PROJECT, RUNS_VARIABLE, data_root
from core.steps import finish
from core.storage.atomic import write_atomically
from core.storage.reading import read_json
from core.stress.kinds import KINDS
from core.stress.measure import stress_test

RESULTS = PROJECT / "benchmarks" / "results" / "stress.json"
_DEFAULT = ("torch-mlp",)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certainty.stress", description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="*", default=_DEFAULT)
    given = parser.parse_args(arguments)
    root = data_root()
    torch.set_num_threads(1)
    # The results are not for the reader's own runs.
    with tempfile.TemporaryDirectory() as folder:
        os.environ[RUNS_VARIABLE] = folder
        try:
            for name in given.run:
                results = measure(RunStore(Path(folder), BUNDLED_RUNS).get(name), root)
                print(as_text(name, results), flush=True)
                known = read_json(RESULTS) if RESULTS.is_file() else {}
                write_atomically(RESULTS, json.dumps(known | {name: results}, indent=1) + "\n")
        except (LabError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


def measure(record: RunRecord, root: Path) -> dict[str, Any]:
    """Seconds of the clock and of the processor, images, and the accuracies of each kind."""
    clock, processor = time.perf_counter(), time.process_time()
    result = finish(stress_test(record, root))
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    accuracies = {
        kind: [round(float(share), 4) for share in entry.correct / result.n] for kind, entry in result.kinds.items()
    }
    return {"seconds": round(clock, 1), "processor_seconds": round(processor, 1), "n": result.n, "accuracy": accuracies}


def as_text(name: str, results: dict[str, Any]) -> str:
    """The figures of a run as lines."""
    lines = [
        f"{name}: {results['seconds']} s, of the processor {results['processor_seconds']} s; {results['n']:,} images"
    ]
    for kind, shares in results["accuracy"].items():
        pairs = zip(KINDS[kind].strengths, shares, strict=True)
        lines.append(f"  {kind}: " + ", ".join(f"{KINDS[kind].say(strength)} {share:.1%}" for strength, share in pairs))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
