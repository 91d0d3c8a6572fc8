"""Calibrates the networks that come with the app: `python -m tools.calibrate_bundled PEN_FILE [RUN …]`.

PEN_FILE holds the pen strokes that `tools.pen.pen_digits` describes. A network for digits is calibrated on the
strokes of writers 23 to 26, which none was trained on, and on its validation images where its recipe keeps some; and
checked on writers 27 to 30 and on its test set. The result goes to `calibration.json` in the run's folder. Networks
for clothes are left out, since their recipes train on all images.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.data.catalog import find_dataset
from core.data.datasets import load_dataset
from core.errors import LabError
from core.evaluation.measure import load_predictions
from core.inference.networks import load_learner
from core.runs.record import RunRecord, read_run
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, data_root
from core.uncertainty.calibrate_run import take_sample
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import Calibration, write_calibration
from tools.non_digits.detector_data import pen_pictures
from tools.pen.pen_digits import CALIBRATION_WRITERS, REPORT_WRITERS, PenDigit, load_pen_digits


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.calibrate_bundled", description=__doc__.splitlines()[0])
    parser.add_argument("pen_file", type=Path)
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN", help="folders of runs; all that come with the app")
    given = parser.parse_args(arguments)
    try:
        fitted_on = load_pen_digits(given.pen_file, CALIBRATION_WRITERS)
        checked_on = load_pen_digits(given.pen_file, REPORT_WRITERS)
        for record in [read_run(path) for path in given.runs] or bundled_readers():
            calibration = calibrate(record, fitted_on, checked_on)
            write_calibration(record.path, calibration)
            print(describe(record.id, calibration), flush=True)
    except (LabError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def bundled_readers() -> list[RunRecord]:
    """The networks for digits that come with the app."""
    records = RunStore(BUNDLED_RUNS).all()
    return [record for record in records if find_dataset(record.config.dataset).has_digits]


def calibrate(record: RunRecord, fitted_on: Sequence[PenDigit], checked_on: Sequence[PenDigit]) -> Calibration:
    """Fit and check a network's calibration. Raises LabError, OSError."""
    dataset, learner = load_dataset(record.config.dataset, data_root()), load_learner(record.path)
    _, val = dataset.split(record.config.count_val(len(dataset.train)))
    title = dataset.info.title
    samples = [take_sample("the pen digits of writers 23 to 26", pen_pictures(fitted_on), learner)]
    if len(val):
        samples.append(take_sample(f"{len(val):,} validation images of {title}", val, learner))
    test = Sample(f"{title}’s test images", load_predictions(record.predictions_file), dataset.test.labels)
    pen = take_sample("pen digits of writers 27 to 30", pen_pictures(checked_on), learner)
    return fit(record.weights_file, samples, [pen, test])


def describe(name: str, calibration: Calibration) -> str:
    """A calibration and its checks in a few lines."""
    lines = [f"{name}: temperature {calibration.temperature:.3f}, threshold {calibration.threshold:.4f}"]
    lines += [
        f"  {check.words}: loss {check.raw_loss:.4f} → {check.loss:.4f}, "
        f"ECE {check.raw_error:.2%} → {check.error:.2%}, coverage {check.coverage:.4f}, set {check.set_size:.2f}"
        for check in calibration.checks
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
