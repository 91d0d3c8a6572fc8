"""What networks learn of a writer and forget of MNIST: `python -m benchmarks.handwriting.fine_tuning FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes. Each network is taught twelve digits of one writer, as
the Draw page teaches it (`core.teaching.fine_tuning`), by turns for eight of the training writers. It is measured on
that writer's other digits and on the last 4,000 of MNIST's training images, before and after, with and without images
of MNIST beside the digits. No network has been trained on those images or on these writers' digits. Prints a table and
writes it with its figures to `benchmarks/results/`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.config.recipes import find_recipe
from core.data.datasets import ImageSet, load_split
from core.errors import LabError
from core.execution.train_run import train_run
from core.inference.networks import predict_proba
from core.ink.rendering import picture_from_strokes
from core.runs.record import FINISHED, RunRecord, read_run
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, PROJECT, data_root
from core.storage.atomic import write_atomically
from core.teaching.fine_tuning import Split, prepare_split
from tools.pen.pen_digits import PenDigit, group_by_writer, load_pen_digits
from tools.trained_runs import DEFAULT_STORE, trained_run

RESULTS = PROJECT / "benchmarks" / "results" / "fine_tuning.json"
WRITERS = range(1, 9)
N_TAUGHT = 12
# The last of MNIST's training images, on which forgetting is measured.
N_MNIST = 4000
# The part of the training images that no network is trained on. Those on which forgetting is measured are among them.
VAL_FRACTION = 1 / 6
# Recipes that are trained for this, with the settings that differ from the recipe's.
TRAINED: Mapping[str, Mapping[str, Any]] = {"cnn": {"epochs": 3}, "deep-mlp": {}, "tiny-mlp-4": {}}
BUNDLED = ("torch-mlp", "numpy-mlp")

Line = dict[str, Any]


def networks(store: RunStore) -> list[RunRecord]:
    """The networks to teach, trained now where the store has them not. Raises LabError."""
    trained = []
    for name, settings in TRAINED.items():
        recipe = find_recipe(name)
        config = recipe.config.replace(val_fraction=VAL_FRACTION, **settings)
        trained.append(trained_run(store, recipe, config))
    return trained + [read_run(BUNDLED_RUNS / name) for name in BUNDLED]


def choose_digits(digits: Sequence[PenDigit], writer: int) -> Split:
    """Twelve digits of the writer to teach, taken at random, and the others."""
    order = np.random.default_rng(writer).permutation(len(digits))
    parts = order[:N_TAUGHT], order[N_TAUGHT:]
    return Split(*(_images([digits[index] for index in part]) for part in parts))


def teach(base: RunRecord, split: Split, mnist: ImageSet, practises: bool) -> dict[str, float]:
    """Accuracies of the network once it has been taught: on the taught digits, the writer's others and MNIST."""
    with tempfile.TemporaryDirectory() as folder:
        record = prepare_split(RunStore(Path(folder)), base, split, practises, {})
        state = train_run(record, data_root())
        if state.status != FINISHED:
            raise LabError(f"{record.name} ended as {state.status}: {state.reason}")
        return accuracies(record, split, mnist)


def accuracies(record: RunRecord, split: Split, mnist: ImageSet) -> dict[str, float]:
    """Accuracies of the network on the taught digits, on the writer's others, and on MNIST's images."""
    parts = {"taught": split.taught, "others": split.held_out, "mnist": mnist}
    return {
        name: float((predict_proba(record.path, images.images).argmax(1) == images.labels).mean())
        for name, images in parts.items()
    }


def measure(base: RunRecord, splits: Sequence[Split], mnist: ImageSet) -> Line:
    """Mean accuracies over the writers: before, after, and after teaching without images of MNIST."""
    stages = {
        "before": [accuracies(base, split, mnist) for split in splits],
        "after": [teach(base, split, mnist, practises=True) for split in splits],
        "without_practice": [teach(base, split, mnist, practises=False) for split in splits],
    }
    return {"network": base.name} | {
        stage: {part: round(float(np.mean([line[part] for line in lines])), 4) for part in lines[0]}
        for stage, lines in stages.items()
    }


def make_table(lines: Sequence[Line]) -> str:
    """Markdown: one row a network."""
    head = ["network", "taught digits", "that writer's other digits", "MNIST", "the same without MNIST's images"]
    rows = [
        [
            line["network"],
            _change(line["before"]["taught"], line["after"]["taught"]),
            _change(line["before"]["others"], line["after"]["others"]),
            _change(line["before"]["mnist"], line["after"]["mnist"]),
            f"{line['without_practice']['others']:.1%}, {line['without_practice']['mnist']:.1%}",
        ]
        for line in lines
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _change(before: float, after: float) -> str:
    return f"{before:.1%} → {after:.1%}"


def _images(digits: Sequence[PenDigit]) -> ImageSet:
    stages = [picture_from_strokes(digit.strokes) for digit in digits]
    pictures = np.stack([stage.picture for stage in stages if stage])
    return ImageSet(pictures, np.array([digit.label for digit in digits], np.int64))


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.handwriting.fine_tuning", description=__doc__.splitlines()[0]
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="pen strokes, UNIPEN text, gzipped or not")
    parser.add_argument("--store", type=Path, default=DEFAULT_STORE, help="run store of the benchmarks")
    given = parser.parse_args(arguments)
    try:
        digits = group_by_writer(load_pen_digits(given.file, WRITERS))
        mnist = load_split("mnist", data_root(), "train")[-N_MNIST:]
        splits = [choose_digits(digits[writer], writer) for writer in WRITERS]
        lines = []
        for base in networks(RunStore(given.store)):
            lines.append(measure(base, splits, mnist))
            print(json.dumps(lines[-1]), flush=True)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(make_table(lines))
    write_atomically(RESULTS, json.dumps({"writers": list(WRITERS), "networks": lines}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
