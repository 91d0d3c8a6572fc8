"""Whether bfloat16 costs accuracy: `python -m benchmarks.training.precision deep-mlp fashion-mlp`.

Trains each recipe in float32 and in bfloat16 from the same seeds, in turn. Prints the test accuracies of both, their
means and ranges, and the ratio of the processor times. Nothing is chosen by the test set: the last epoch counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from statistics import mean

from benchmarks.training.speed import COMPARED, all_here, compared_config
from benchmarks.training.training import Spent, measure_accuracy, train_ours
from core.config.fields import FIELDS
from core.config.recipes import find_recipe
from core.data.datasets import load_dataset
from core.settings import data_root

PRECISIONS = tuple(FIELDS["precision"].choices)
# A test accuracy, a share from 0 to 1, and what its training took.
Trial = tuple[float, Spent]


def measure(recipe: str, seeds: Sequence[int], epochs: int | None, images: int | None) -> dict[str, list[Trial]]:
    """The trials of each precision, in the order of the seeds."""
    entry = find_recipe(recipe)
    dataset = load_dataset(entry.config.dataset, data_root())
    trials: dict[str, list[Trial]] = {precision: [] for precision in PRECISIONS}
    for seed in seeds:
        for precision in PRECISIONS:
            config = compared_config(entry, 1, images, epochs or entry.config.epochs, precision).replace(seed=seed)
            training = train_ours(config, dataset)
            trials[precision].append((measure_accuracy(config, training.weights, dataset.test), training.spent))
    return trials


def as_text(recipe: str, trials: Mapping[str, Sequence[Trial]]) -> str:
    """A line for each precision, and one for the time."""
    lines = []
    for precision, found in trials.items():
        accuracies = [accuracy for accuracy, _ in found]
        listed = ", ".join(f"{accuracy:.2%}" for accuracy in accuracies)
        spread = f"mean {mean(accuracies):.2%}, from {min(accuracies):.2%} to {max(accuracies):.2%}"
        lines.append(f"{recipe}, {precision}: {spread} ({listed})")
    exact, rounded = (sum(spent.processor for _, spent in trials[precision]) for precision in PRECISIONS)
    return "\n".join([*lines, f"{recipe}: processor time of float32 / bfloat16 {exact / rounded:.2f}"])


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training.precision", description=__doc__.splitlines()[0]
    )
    parser.add_argument("recipes", nargs="+", choices=COMPARED, metavar="RECIPE", help=f"of {', '.join(COMPARED)}")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="from 1 on (default: 5)")
    parser.add_argument("--epochs", type=int, metavar="N", help="default: the recipe's")
    parser.add_argument("--images", type=int, metavar="N", help="train on at most so many (default: all)")
    given = parser.parse_args(arguments)
    if not all_here(given.recipes):
        return 1
    for name in given.recipes:
        trials = measure(name, range(1, given.seeds + 1), given.epochs, given.images)
        print(as_text(name, trials), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
