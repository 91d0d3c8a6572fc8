"""Trains every tutorial's recipe over several seeds and compares with the published figures.

`python -m benchmarks.reproduction.reproduce [RECIPE …] [--seeds N]` writes the figures of each run to
`benchmarks/results/reproduction.json` as soon as it ends, and the tables to `docs/reproduction.md`. A run whose
figures are there already is not repeated, so the command can be broken off and started again; delete the file to
measure afresh.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.reproduction.report import make_report
from core.config.recipes import TUTORIALS, Recipe, find_recipe
from core.config.run_config import RunConfig
from core.errors import LabError
from core.learners.steps.processor import processor_name
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import PROJECT
from core.storage.atomic import write_atomically
from core.storage.reading import read_json
from tools.trained_runs import DEFAULT_STORE, trained_run

RESULTS = PROJECT / "benchmarks" / "results" / "reproduction.json"
REPORT = PROJECT / "docs" / "reproduction.md"

Entry = dict[str, Any]


def plan(recipes: Sequence[Recipe], n_seeds: int) -> list[tuple[Recipe, RunConfig]]:
    """What to train, in order: quick recipes first, the grid late, the CNN's further seeds last.

    Seeds are counted up from the recipe's own. A grid gets one.
    """
    jobs = []
    for recipe in recipes:
        for number in range(1 if recipe.grid else n_seeds):
            seed = recipe.config.seed + number
            jobs += [(number, recipe, config.replace(seed=seed)) for config in recipe.cells()]
    jobs.sort(key=lambda job: (job[1].config.arch == "cnn" and job[0] > 0, bool(job[1].grid), job[0]))
    return [(recipe, config) for _, recipe, config in jobs]


def measure(recipe: Recipe, record: RunRecord) -> Entry:
    """The figures of a finished run that tables are made of."""
    result, last = record.result, record.history().epochs[-1]
    assert result is not None
    return {
        "recipe": recipe.id,
        "config": record.config.to_dict(),
        "test_accuracy": result.test_accuracy,
        "test_loss": result.test_loss,
        "val_accuracy": result.val_accuracy,
        "train_accuracy": last.train_accuracy,
        "train_loss": last.train_loss,
        "seconds": result.seconds,
        "device": result.device,
        "machine": f"{processor_name()}, {os.cpu_count()} processors",
        "versions": result.versions,
        "commit": record.tags.get("commit", ""),
        "date": record.created[:10],
    }


def load_results() -> list[Entry]:
    """The figures so far; none when the file is not there. Raises ConfigError.

    Settings that came after a figure have the values that they have in a run of that time.
    """
    entries = list(read_json(RESULTS)) if RESULTS.is_file() else []
    return [entry | {"config": RunConfig.from_dict(entry["config"]).to_dict()} for entry in entries]


def run(jobs: Sequence[tuple[Recipe, RunConfig]], store: RunStore) -> None:
    """Train what has no figures yet; each figure is saved, and the tables renewed, as soon as it is known."""
    results = load_results()
    for recipe, config in jobs:
        if any(entry["recipe"] == recipe.id and entry["config"] == config.to_dict() for entry in results):
            continue
        entry = measure(recipe, trained_run(store, recipe, config))
        results.append(entry)
        write_atomically(RESULTS, json.dumps(results, indent=1))
        write_atomically(REPORT, make_report(results))
        print(f"{recipe.id}, seed {config.seed}: {entry['test_accuracy']:.2%}, {entry['seconds']:.0f} s", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reproduction.reproduce", description=__doc__.splitlines()[0]
    )
    known = f"of {', '.join(TUTORIALS)}"
    parser.add_argument("recipes", nargs="*", default=list(TUTORIALS), metavar="RECIPE", help=known)
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="seeds a recipe")
    parser.add_argument("--store", type=Path, default=DEFAULT_STORE, help="run store of the benchmarks")
    given = parser.parse_args(arguments)
    try:
        run(plan([find_recipe(name) for name in given.recipes], given.seeds), RunStore(given.store))
        write_atomically(REPORT, make_report(load_results()))
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
