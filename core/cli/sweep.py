"""The command `sweep`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from core.cli.config_arguments import names_given, read_config
from core.cli.progress import clock
from core.cli.records import format_table, open_store, require_data
from core.cli.texts import tr
from core.cli.train import interruptible
from core.config.recipes import RECIPES, find_recipe
from core.errors import ConfigError
from core.execution.compute_client import ComputeClient
from core.execution.executors import Workers, open_executor
from core.settings import data_root
from core.sweep.cells import Cell, best_cell, gather_cells
from core.sweep.differences import find_differences
from core.sweep.estimate import seconds_left, speed_of_similar
from core.sweep.records import Sweep, SweepStore, Trial
from core.sweep.runner import begin_control, run_sweep
from core.sweep.search_space import SearchSpace, parse_values
from core.sweep.trend import find_trends
from core.texts.message import Message, join, message, plural


def add_sweep_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything but the settings of each run."""
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help=tr("try these values of a setting, such as --vary batch_size=8,16 --vary hidden=32,64-64; once or twice"),
    )
    parser.add_argument(
        "--seeds", type=int, metavar="N", help=tr("seeds that each cell is trained with, from --seed on [1]")
    )
    parser.add_argument("--name", default="", help=tr("name of the sweep; made from the settings when left out"))
    parser.add_argument("--resume", metavar="SWEEP", help=tr("go on with a sweep, as it is set"))
    parser.add_argument("--retry-failed", action="store_true", help=tr("with --resume: try failed cells again too"))
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, metavar="N", help=tr("processes at once on this machine [1]"))
    where.add_argument("--dask", default="", metavar="ADDRESS", help=tr("the scheduler of a Dask cluster instead"))


def sweep_command(given: argparse.Namespace) -> int:
    """Run a new sweep or go on with one; returns the exit code. Raises LabError."""
    store, workers = SweepStore(open_store()), Workers(given.workers, on_cluster=bool(given.dask))
    sweep = _resumed(given, store) if given.resume else None
    space = sweep.space if sweep else _read_space(given)
    require_data(space.base.dataset)
    store.runs.root.mkdir(parents=True, exist_ok=True)
    compute = ComputeClient()
    try:
        # A new sweep is saved only once there are workers for it.
        with open_executor(workers, compute, store.runs.root, given.dask) as (executor, slots):
            sweep = sweep or store.create(space, given.name)
            print(tr(_headline(sweep)), flush=True)
            control = begin_control(sweep)
            with interruptible(control) as signals:
                watch = _Watch(sweep, store)
                trials = run_sweep(
                    sweep, store, data_root(), executor, slots, control, watch, retry_failed=given.retry_failed
                )
    finally:
        compute.close()
    return _finish(sweep, trials, signals)


def _headline(sweep: Sweep) -> Message:
    count, words = sweep.space.n_cells, {"id": sweep.id, "name": sweep.name, "seeds": sweep.space.seeds}
    if sweep.space.seeds > 1:
        return plural(
            "{id}: {name}, {count} cell, {seeds} seeds each",
            "{id}: {name}, {count} cells, {seeds} seeds each",
            count,
            **words,
        )
    return plural("{id}: {name}, {count} cell", "{id}: {name}, {count} cells", count, **words)


class _Watch:
    """Prints a line when a cell has its result."""

    def __init__(self, sweep: Sweep, store: SweepStore) -> None:
        self._sweep = sweep
        self._store = store
        self._speed = speed_of_similar(store.runs.all(), sweep.space.base.arch)

    def __call__(self, trial: Trial) -> None:
        if not trial.is_settled:
            return
        trials = self._store.trials(self._sweep)
        settled = sum(other.is_settled for other in trials)
        left = seconds_left(trials, self._speed)
        progress = message("{settled}/{count}", settled=settled, count=len(trials))
        parts = [progress, self._sweep.space.describe_run(trial.number), _result(trial)]
        if left and left >= 1:
            parts.append(message("about {time} left", time=clock(left)))
        print(tr(join(parts, "  ")), flush=True)


def _read_space(given: argparse.Namespace) -> SearchSpace:
    if given.retry_failed:
        raise ConfigError("--retry-failed needs --resume, since a new sweep has no failed cells.")
    base = read_config(given, takes_grid=True)
    grid: dict[str, Any] = dict(find_recipe(given.recipe).grid) if given.recipe and not given.vary else {}
    for text in given.vary:
        name, is_given, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not is_given:
            raise ConfigError(
                "--vary is {value!r}; it must be a setting and its values, such as batch_size=8,16,32.", value=text
            )
        if name in grid:
            raise ConfigError("--vary names {name} twice; give all its values at once.", name=name)
        grid[name] = parse_values(values)
    if not grid:
        grids = ", ".join(recipe.id for recipe in RECIPES.values() if recipe.grid)
        raise ConfigError(
            "Nothing is varied: give --vary NAME=VALUES, or a recipe that has a grid: {recipes}.", recipes=grids
        )
    return SearchSpace(base, grid, 1 if given.seeds is None else given.seeds)


def _resumed(given: argparse.Namespace, store: SweepStore) -> Sweep:
    others = [*names_given(given), *(["--vary"] if given.vary else []), *(["--name"] if given.name else [])]
    others += ["--seeds"] if given.seeds is not None else []
    if others:
        raise ConfigError(
            "--resume goes on with a sweep as it is set, so {argument} cannot be given with it.", argument=others[0]
        )
    return store.get(given.resume)


def _finish(sweep: Sweep, trials: Sequence[Trial], signals: list[int]) -> int:
    space = sweep.space
    cells = gather_cells(space, trials)
    print(_table(space, cells))
    best, is_complete = best_cell(cells), all(trial.is_settled for trial in trials)
    for trend in find_trends(space, cells):
        print(tr(trend.describe()))
    if differences := find_differences(space, cells):
        print(tr(differences.describe()))
    if best:
        result = message("validation accuracy {result}", result=best.describe_result())
        parts = [space.describe(best.number), result]
        # The best cell is chosen by validation. The test set then says how good it is, once the choice is made.
        if is_complete:
            parts.append(message("test accuracy {share:.2%}", share=best.test_accuracy))
        runs = ", ".join(trial.record.id for trial in best.trials if trial.record)
        print(tr("best: {cell}  ({run})", cell=join(parts, "  "), run=runs))
    if not is_complete:
        print(tr("stopped; go on with: {command}", command=f"python -m core sweep --resume {sweep.id}"))
        return 128 + signals[0] if signals else 1
    return 0 if best else 1


def _table(space: SearchSpace, cells: Sequence[Cell]) -> str:
    """The grid with each cell's validation accuracy and its spread, or its status where there is none."""
    names = list(space.grid)
    texts = [_cell_text(cell) for cell in cells]
    labels = {name: [tr(space.describe_value(name, value)) for value in values] for name, values in space.grid.items()}
    titles = [tr(space.label(name)) for name in names]
    columns = labels[names[-1]]
    rows = [texts[start : start + len(columns)] for start in range(0, len(texts), len(columns))]
    if len(names) == 1:
        return format_table([[f"{titles[0]}:", *columns], ["", *rows[0]]])
    head = " \\ ".join(titles)
    return format_table([[head, *columns], *([label, *row] for label, row in zip(labels[names[0]], rows, strict=True))])


def _cell_text(cell: Cell) -> str:
    if cell.mean is None:
        return tr(cell.status_words)
    if cell.deviation is None:
        return tr("{share:.2%}", share=cell.mean)
    return tr("{share:.2%} ± {points:.2f}", share=cell.mean, points=100 * cell.deviation)


def _result(trial: Trial) -> Message:
    if trial.val_accuracy is not None:
        return message("validation accuracy {share:.2%}", share=trial.val_accuracy)
    return message("failed: {reason}", reason=trial.reason)
