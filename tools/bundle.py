"""Trains the networks that come with the app: `python -m tools.bundle [RECIPE …]`.

Each recipe is trained from its own seed by the app's own code, and `models/pretrained/<recipe>/` gets the run's
configuration, weights, test-set probabilities, card and events; the losses of single steps as means over some
consecutive ones, so that the file stays small. No image and no label of a data set is copied. A recipe that
`benchmarks.reproduction.reproduce` has trained already is taken from there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from core.config.recipes import BUNDLED_RECIPES, find_recipe
from core.errors import ConfigError, LabError
from core.runs.event_log import EventLog
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from tools.thinning import thin
from tools.trained_runs import DEFAULT_STORE, trained_run

_COPIED = ("config.json", "weights.safetensors", "predictions.safetensors", "card.json")


def bundle(record: RunRecord, target: Path) -> None:
    """Put what the app shows of a finished run into the folder `target`, in place of what is there."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for name in _COPIED:
        shutil.copyfile(record.path / name, target / name)
    EventLog(target / "events.jsonl").append(*thin(record.log.read()[0]))


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__.splitlines()[0])
    recipes = {recipe.id: recipe for recipe in BUNDLED_RECIPES}
    names = ", ".join(recipes)
    parser.add_argument("recipes", nargs="*", default=list(recipes), metavar="RECIPE", help=f"of {names}")
    parser.add_argument("--store", type=Path, default=DEFAULT_STORE, help="run store of the benchmarks")
    given = parser.parse_args(arguments)
    try:
        for name in given.recipes:
            recipe = recipes.get(name) or find_recipe(name)
            if recipe.grid:
                raise ConfigError(f"Recipe {name!r} is a grid of runs; choose of {names}.")
            record = trained_run(RunStore(given.store), recipe, recipe.config)
            bundle(record, BUNDLED_RUNS / recipe.id)
            assert record.result is not None
            print(f"{recipe.id}: test accuracy {record.result.test_accuracy:.2%}", flush=True)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
