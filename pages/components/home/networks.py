"""Which networks Home lists: one's own, and the best of each data set."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.catalog import DATASETS
from core.runs.record import RunRecord

# The best networks of a data set, at most.
_BEST = 3


def measured_networks(records: Sequence[RunRecord]) -> list[RunRecord]:
    """The networks with figures, in the order of the records, without the many and similar trials of sweeps."""
    return [run for run in records if run.can_predict and run.result and not run.is_trial]


def best_by_dataset(networks: Sequence[RunRecord]) -> dict[str, list[RunRecord]]:
    """The best measured networks of each data set that has any, the best first; by the data set's name."""
    best = {name: [run for run in networks if run.config.dataset == name] for name in DATASETS}
    return {name: sorted(runs, key=_accuracy, reverse=True)[:_BEST] for name, runs in best.items() if runs}


def _accuracy(record: RunRecord) -> float:
    return record.result.test_accuracy if record.result else 0.0
