"""What the first epoch does to the data map.

`python -m benchmarks.training.data_map` prints the figures of docs/dynamics.md. It
trains the recipe `torch-mlp` for eight epochs on MNIST, and prints how many training images are ambiguous when the
first epoch counts, and how many of these are easy when it does not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.config.recipes import find_recipe
from core.dynamics.examples import AMBIGUOUS, EASY, ExampleDynamics, summarize_examples
from core.errors import LabError
from core.runs.epoch_files import find_epochs, read_epoch
from core.runs.store import RunStore
from tools.trained_runs import DEFAULT_STORE, trained_run

RECIPE = "torch-mlp"
EPOCHS = 8


def count_moved(with_first: ExampleDynamics, without: ExampleDynamics) -> tuple[int, int]:
    """How many images are ambiguous with the first epoch, and how many of these are easy without it."""
    ambiguous = with_first.region == AMBIGUOUS
    return int(ambiguous.sum()), int((without.region[ambiguous] == EASY).sum())


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.data_map", description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, default=DEFAULT_STORE, help="run store of the benchmarks")
    given = parser.parse_args(arguments)
    recipe = find_recipe(RECIPE)
    try:
        run = trained_run(RunStore(given.store), recipe, recipe.config.replace(epochs=EPOCHS))
        records = [read_epoch(file) for file in find_epochs(run.path)]
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    ambiguous, easy = count_moved(summarize_examples(records), summarize_examples(records, first_counted=2))
    print(f"With the first epoch {ambiguous:,} images are ambiguous; without it {easy:,} of them are easy.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
