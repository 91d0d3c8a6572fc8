"""Trained runs of the recipes, kept in a run store of their own, so that no figure is computed twice."""

from __future__ import annotations

import subprocess

from core.config.recipes import Recipe, differences
from core.config.run_config import RunConfig
from core.errors import LabError
from core.execution.train_run import train_run
from core.runs.record import FINISHED, RunRecord
from core.runs.store import RunStore
from core.settings import PROJECT, data_root

DEFAULT_STORE = PROJECT / "benchmarks" / "runs"


def trained_run(store: RunStore, recipe: Recipe, config: RunConfig) -> RunRecord:
    """A finished run of exactly this configuration: an earlier one, one taken up again, or a new one.

    Raises LabError with the reason when training fails.
    """
    record = find_run(store, config) or store.create(config, recipe.title, _tags(recipe, config))
    if record.state.status != FINISHED:
        state = train_run(record, data_root())
        if state.status != FINISHED:
            raise LabError(f"{record.name} ended as {state.status}: {state.reason}")
    return store.get(record.id)


def find_run(store: RunStore, config: RunConfig) -> RunRecord | None:
    """The newest run of exactly this configuration, finished or not."""
    return next((record for record in store.all() if record.config == config), None)


def commit() -> str:
    """The project's commit, with a + where the code that decides results has been changed since."""
    revision = _git("rev-parse", "--short", "HEAD")
    return revision + "+" * bool(_git("status", "--porcelain", "core", "models", ":!models/pretrained"))


def _tags(recipe: Recipe, config: RunConfig) -> dict[str, str]:
    follows = not differences(recipe, config)
    return {"commit": commit()} | ({"recipe": recipe.id} if follows else {})


def _git(*arguments: str) -> str:
    try:
        result = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return result.stdout.strip()
