"""The runs on the board are of one data set, since accuracies on two cannot be compared."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from core.classroom.classroom import Roll
from core.classroom.runs import class_runs, datasets_used
from core.data.catalog import DATASETS
from core.runs.record import RunRecord
from pages.components.shell.address import choose_by_address
from pages.components.shell.services import all_runs
from pages.components.shell.texts import tr


class _Choice(NamedTuple):
    title: str
    icon: str


def runs_of_class(roll: Roll) -> dict[str, list[RunRecord]]:
    """The members' runs, by owner, the newest first. Others' runs are on the board because their owners have joined."""
    return class_runs(roll.members, all_runs().all())


def state_of_runs(roll: Roll) -> Hashable:
    """What the board shows of these runs, as it changes: by the epoch, not by the step."""
    runs = runs_of_class(roll)
    return tuple(
        (run.id, run.state.status, run.state.epoch, run.result is None) for own in runs.values() for run in own
    )


def choose_dataset(runs: dict[str, list[RunRecord]]) -> str | None:
    """Draw a choice where the class has trained on several; returns the chosen one, or None without any run."""
    used = datasets_used(runs)
    if len(used) < 2:
        return used[0] if used else None
    options = {name: _Choice(DATASETS[name].title, ":material/dataset:") for name in used}
    return choose_by_address("board_data", tr("Data set"), options, used[0], DATASETS, label_visibility="collapsed")
