"""Trains the network that comes with the app for the Draw page: `python -m tools.train_handwriting FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes. The network is trained on MNIST and on pictures of
the digits of the training writers, with augmentation, and put into `models/pretrained/handwriting/`. Neither the
validation writers nor the test set are looked at; the last epoch's weights are kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.data.image_file import save_images
from core.errors import LabError
from core.execution.train_run import train_run
from core.runs.record import FINISHED, RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, data_root
from tools.bundle import bundle
from tools.pen.pen_digits import TRAIN_WRITERS, load_pen_digits
from tools.pen.renderings import render_all
from tools.trained_runs import DEFAULT_STORE, commit

NAME = "handwriting"
RENDERINGS = 6
CONFIG = RECIPES[NAME].config


def prepare(
    store: RunStore, file: Path, config: RunConfig, writers: Collection[int], renderings: int = RENDERINGS
) -> RunRecord:
    """A new run with the pictures of the writers' pen digits. Raises LabError and OSError."""
    digits = load_pen_digits(file, writers)
    text = f"pen digits of {len(writers)} writers, {renderings} pictures of each"
    record = store.create(config, "Handwriting CNN", {"commit": commit(), "extra": text})
    save_images(record.extra_file, render_all(digits, renderings, config.seed))
    return record


def _train(record: RunRecord, store: RunStore) -> RunRecord:
    state = train_run(record, data_root())
    if state.status != FINISHED:
        raise LabError(f"{record.name} ended as {state.status}: {state.reason}")
    return store.get(record.id)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.train_handwriting", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE", help="pen strokes, UNIPEN text, gzipped")
    parser.add_argument("--store", type=Path, default=DEFAULT_STORE, help="run store of the benchmarks")
    given = parser.parse_args(arguments)
    store = RunStore(given.store)
    try:
        record = _train(prepare(store, given.file, CONFIG, TRAIN_WRITERS), store)
        bundle(record, BUNDLED_RUNS / NAME)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    assert record.result is not None
    print(
        f"{NAME}: test accuracy {record.result.test_accuracy:.2%} after {record.result.seconds / 60:.0f} min",
        flush=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
