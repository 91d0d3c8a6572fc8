"""Made runs for the tests of pages: nothing is trained, and every figure of theirs differs from every other."""

from __future__ import annotations

import json
from pathlib import Path

from core.runs.record import FINISHED, RunRecord, RunState, write_state
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from tests.made import make_config, make_confusion


def make_result(**changes) -> RunResult:
    """A result in which no two figures are equal."""
    values = {
        "epochs": 8,
        "kept_epoch": 6,
        "val_accuracy": 0.9123,
        "val_loss": 0.3456,
        "test_accuracy": 0.8765,
        "test_loss": 0.4567,
        "n_test": 10_000,
        "n_parameters": 25_818,
        "seconds": 83.0,
        "device": "cpu",
    } | changes
    return RunResult(**{"confusion": make_confusion(values["test_accuracy"], values["n_test"]), **values})


def make_run(
    store: RunStore,
    run_id: str,
    name: str = "",
    state: RunState | None = None,
    result: RunResult | None = None,
    tags: dict[str, str] | None = None,
    **config,
) -> RunRecord:
    """A run with this id, by which the store sorts; finished unless told otherwise. config: its settings."""
    made = store.create(make_config(**config), name or run_id, tags)
    path = made.path.rename(store.root / run_id)
    write_state(path, state or RunState(FINISHED))
    if result:
        write_result(path, result)
    return store.get(run_id)


def set_accuracy(folder: Path, accuracy: float) -> None:
    """Make a run's result that of a thousand test images, so many of which are right."""
    right = round(1000 * accuracy)
    confusion = [[0] * 10 for _ in range(10)]
    confusion[0][:2] = right, 1000 - right
    result = json.loads((folder / "card.json").read_text())
    result |= {"test_accuracy": right / 1000, "n_test": 1000, "confusion": confusion}
    (folder / "card.json").write_text(json.dumps(result))
