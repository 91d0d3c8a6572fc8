"""Calibration and abstaining of the bundled networks on their test sets: `python -m benchmarks.certainty.calibration`.

From their stored predictions: the expected calibration error with its 95 % bootstrap interval, raw and calibrated, and
what is left where a network may abstain. Networks whose data set is not on this machine are left out. Takes half a
minute. Prints the figures and writes them to `benchmarks/results/calibration.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from core.data.datasets import is_available, load_split
from core.errors import LabError
from core.evaluation.samples import make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, PROJECT, data_root
from core.storage.atomic import write_atomically
from core.uncertainty.abstention import abstain
from core.uncertainty.intervals import error_interval
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.temperature import apply_temperature, expected_calibration_error, reliability_bins

RESULTS = PROJECT / "benchmarks" / "results" / "calibration.json"
_THRESHOLDS = (0.5, 0.9, 0.99)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(arguments)
    root, results = data_root(), {}
    try:
        for record in RunStore(BUNDLED_RUNS.parent / "none", BUNDLED_RUNS).all():
            if is_available(record.config.dataset, root):
                results[record.id] = measure(record, root)
                print(as_text(record.id, results[record.id]), flush=True)
    except (LabError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    write_atomically(RESULTS, json.dumps(results, indent=1) + "\n")
    return 0


def measure(record: RunRecord, root: Path) -> dict[str, Any]:
    """Errors with their intervals, and coverage and accuracy at some thresholds. Raises LabError, OSError."""
    test = load_split(record.config.dataset, root, "test")
    raw, (calibration, _) = load_test_predictions(record, test), usable_calibration(record.path)
    shares = apply_temperature(raw, calibration.temperature) if calibration else raw
    kinds = {"raw": raw} | ({"calibrated": shares} if calibration else {})
    errors = {}
    for kind, probabilities in kinds.items():
        error = expected_calibration_error(reliability_bins(probabilities, test.labels))
        interval = error_interval(probabilities, test.labels)
        errors[kind] = [round(value, 5) for value in (error, interval.low, interval.high)]
    kept = [abstain(make_samples(test.labels, shares), threshold) for threshold in _THRESHOLDS]
    return {
        "temperature": round(calibration.temperature, 4) if calibration else None,
        "error": errors,
        "kept": [[found.threshold, round(found.coverage, 4), round(found.accuracy or 0.0, 5)] for found in kept],
    }


def as_text(name: str, results: dict[str, Any]) -> str:
    """The figures of a network as lines."""
    errors = [f"{kind} {error:.2%} ({low:.2%} to {high:.2%})" for kind, (error, low, high) in results["error"].items()]
    kept = [
        f"from {threshold:.0%} sure {coverage:.1%} answered, {accuracy:.2%} right"
        for threshold, coverage, accuracy in results["kept"]
    ]
    return f"{name}: ECE {', '.join(errors)}\n  {'; '.join(kept)}"


if __name__ == "__main__":
    sys.exit(main())
