"""The commands `list` and `evaluate`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.cli.texts import tr
from core.config.recipes import RECIPES
from core.data.catalog import find_dataset
from core.data.datasets import is_available, load_dataset
from core.errors import DataMissing
from core.evaluation.measure import evaluate_run, measure
from core.learners.factory import create_learner
from core.runs.record import STATUS_WORDS, RunRecord
from core.runs.result import RunResult
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, data_root, runs_root
from core.steps import finish
from core.storage.messages import plain_fields
from core.texts.message import message, plural


def open_store() -> RunStore:
    """The runs that the app shows."""
    return RunStore(runs_root(), BUNDLED_RUNS)


def require_data(name: str) -> None:
    """Raise DataMissing, with the command that downloads the data set, when it is not there."""
    if not is_available(name, data_root()):
        title = message(find_dataset(name).title)
        command = f"python -m core download {name}"
        raise DataMissing(
            "{title} is not in {folder}; get it with: {command}", title=title, folder=data_root(), command=command
        )


def list_command(given: argparse.Namespace) -> int:
    """Print all runs, or the recipes, as a table or as JSON."""
    if given.recipes:
        return _list_recipes(given.json)
    store = open_store()
    records = store.all()
    if given.json:
        print(json.dumps([_as_json(record) for record in records], indent=1))
    else:
        head = [tr("ID"), tr("STATUS"), tr("EPOCHS"), tr("VALIDATION"), tr("TEST"), tr("NAME")]
        print(format_table([head, *(_row(record) for record in records)]))
    for record in records:
        if record.has_lost_weights:
            print(tr("warning: the weights of {run} are gone", run=record.id), file=sys.stderr)
    for run_id, reason in store.damaged().items():
        print(tr("warning: {run} cannot be read: {reason}", run=run_id, reason=reason), file=sys.stderr)
    return 0


def evaluate_command(given: argparse.Namespace) -> int:
    """Measure a run and print the result. Raises LabError."""
    record = open_store().get(given.run)
    require_data(record.config.dataset)
    # The result of a network that comes with the app is not written into its folder.
    result = _measure(record) if record.bundled else finish(evaluate_run(record.path, data_root()))
    if given.json:
        print(json.dumps(asdict(result), indent=1))
        return 0
    wrong = result.n_test - sum(row[digit] for digit, row in enumerate(result.confusion))
    title = message(find_dataset(record.config.dataset).title)
    images = plural(
        "{name}, {count:,} test image of {dataset}",
        "{name}, {count:,} test images of {dataset}",
        result.n_test,
        name=record.name,
        dataset=title,
    )
    print(tr(images))
    accuracy, loss = result.test_accuracy, result.test_loss
    print(tr("accuracy {accuracy:.2%} ({wrong:,} wrong)  loss {loss:.4f}", accuracy=accuracy, wrong=wrong, loss=loss))
    return 0


def _measure(record: RunRecord) -> RunResult:
    dataset = load_dataset(record.config.dataset, data_root())
    return measure(record, dataset, create_learner(record.config.replace(device="auto")))[0]


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks apart."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _list_recipes(as_json: bool) -> int:
    if as_json:
        fields = [
            {"id": r.id, "title": r.title, "summary": r.summary, "config": r.config.to_dict()} for r in RECIPES.values()
        ]
        print(json.dumps(fields, indent=1))
    else:
        rows = [(recipe.id, tr(recipe.summary)) for recipe in RECIPES.values()]
        print(format_table([(tr("ID"), tr("SUMMARY")), *rows]))
    return 0


def _row(record: RunRecord) -> tuple[str, ...]:
    result = record.result
    epochs = f"{result.epochs if result else record.state.epoch}/{record.config.epochs}"
    val, test = (result.val_accuracy, result.test_accuracy) if result else (None, None)
    status = tr("bundled") if record.bundled else tr(STATUS_WORDS[record.state.status])
    return record.id, status, epochs, _share(val), _share(test), record.name


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _as_json(record: RunRecord) -> dict[str, Any]:
    result = asdict(record.result) if record.result else None
    return {
        "id": record.id,
        "name": record.name,
        "created": record.created,
        "bundled": record.bundled,
        "folder": str(record.path),
        "tags": record.tags,
        "state": {**plain_fields(record.state), "reason": str(record.state.reason)},
        "config": record.config.to_dict(),
        "result": result,
    }
