"""Training at the side of the tutorials' own loops and of the machine's limit: `python -m benchmarks.training.speed`.

For each recipe and number of threads it runs in turn, each in a fresh process: the tutorial's loop
(`tutorial_loops.py`), this project's training without its files (`training.py`), and the floor (`floor.py`): the matrix
products and convolutions alone. The first two have the same start weights and batches. Only the training of an epoch
is timed, after a few steps that warm the process up: no imports, no reading of files, no measuring on validation or
test images.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.training.busy import busy_process
from benchmarks.training.report import Entry, as_text
from benchmarks.training.trial import KINDS, run_trial
from core.config.fields import FIELDS
from core.config.recipes import TUTORIALS, Recipe, find_recipe
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.learners.steps.processor import processor_name
from core.settings import data_root
from core.storage.atomic import write_atomically

# A sweep is many runs of a recipe that is here already.
COMPARED = tuple(name for name, recipe in TUTORIALS.items() if not recipe.grid)


def compared_config(
    recipe: Recipe, threads: int, images: int | None, epochs: int, precision: str = "float32"
) -> RunConfig:
    """The recipe's configuration for a trial: on the processor, and measuring nothing while it trains.

    images: how many to train on at most; None for as many as the recipe does. precision: of this project's training;
    the tutorial's loop and the floor are in float32 always.
    """
    n_train = recipe.config.count_train(find_dataset(recipe.config.dataset).n_train)
    return recipe.config.replace(
        epochs=epochs,
        val_fraction=0.0,
        train_images=min(images or n_train, n_train),
        watch_test=False,
        device="cpu",
        threads=threads,
        precision=precision,
    )


def measure(recipe: Recipe, config: RunConfig, rounds: int, is_busy: bool) -> Entry:
    """The figures of all trials, and the machine's load before them."""
    load = os.getloadavg()[0]
    with busy_process() if is_busy else contextlib.nullcontext():
        trials = [{kind: run_trial(kind, config) for kind in KINDS} for _ in range(rounds)]
    return {
        "recipe": recipe.id,
        "threads": config.threads,
        "images": config.train_images,
        "epochs": config.epochs,
        "precision": config.precision,
        "busy": is_busy,
        "load": load,
        "rounds": trials,
    }


def all_here(recipes: Sequence[str]) -> bool:
    """Whether the recipes' data sets are at hand; says which are not."""
    names = {find_recipe(name).config.dataset for name in recipes}
    if missing := sorted(name for name in names if not is_available(name, data_root())):
        print(f"error: {', '.join(missing)} is missing in {data_root()}", file=sys.stderr)
    return not missing


def describe_machine() -> dict[str, Any]:
    """The processor and the versions of what computes."""
    return {
        "processor": processor_name(),
        "processors": os.cpu_count(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "torchvision", "numpy")},
    }


def run(given: argparse.Namespace) -> Iterator[Entry]:
    """Measure one recipe on one number of threads after the other."""
    for name in given.recipes:
        for threads in given.threads:
            recipe = find_recipe(name)
            config = compared_config(recipe, threads, given.images, given.epochs, given.precision)
            yield measure(recipe, config, given.rounds, given.busy)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    given = _parse(arguments)
    if not all_here(given.recipes):
        return 1
    machine, entries = describe_machine(), []
    print(f"{machine['processor']}, {machine['processors']} processors; {machine['versions']}", flush=True)
    for entry in run(given):
        entries.append(entry)
        print(as_text(entry), flush=True)
        if given.json:
            write_atomically(given.json, json.dumps({"machine": machine, "entries": entries}, indent=1) + "\n")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.speed", description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=f"of {', '.join(COMPARED)}; all without any")
    parser.add_argument("--threads", type=_positive, nargs="+", default=[1, 2], metavar="N", help="default: 1 2")
    parser.add_argument("--rounds", type=_positive, default=5, metavar="N", help="trials of each kind (default: 5)")
    parser.add_argument("--images", type=_positive, metavar="N", help="train on at most so many (default: all)")
    parser.add_argument("--epochs", type=_positive, default=1, metavar="N", help="of each trial (default: 1)")
    precisions = FIELDS["precision"].choices
    parser.add_argument("--precision", choices=precisions, default="float32", help="of ours (default: float32)")
    parser.add_argument("--busy", action="store_true", help="keep one processor busy beside the trials")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures of each trial there")
    given = parser.parse_args(arguments)
    given.recipes = given.recipes or list(COMPARED)
    if unknown := [name for name in given.recipes if name not in COMPARED]:
        parser.error(f"Unknown recipe {unknown[0]!r}; known: {', '.join(COMPARED)}.")
    return given


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
