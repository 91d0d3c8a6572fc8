"""The commands `export` and `import`."""

from __future__ import annotations

import argparse

from core.cli.config_arguments import read_config
from core.cli.records import open_store
from core.cli.texts import tr
from core.data.datasets import is_available
from core.evaluation.measure import evaluate_run
from core.export.state_dict import export_state_dict, import_state_dict
from core.settings import data_root
from core.steps import finish


def export_command(given: argparse.Namespace) -> int:
    """Write a run's weights for PyTorch. Raises LabError, OSError."""
    export_state_dict(open_store().get(given.run), given.file)
    print(tr("weights written to {file}", file=given.file))
    return 0


def import_command(given: argparse.Namespace) -> int:
    """Make a run of weights from PyTorch, and measure it if its data set is there. Raises LabError, OSError."""
    config = read_config(given)
    store = open_store()
    record = import_state_dict(given.file, config, store, given.name)
    print(f"{record.id}: {tr(config.label())}")
    if is_available(config.dataset, data_root()):
        try:
            result = finish(evaluate_run(record.path, data_root()))
        except BaseException:
            # What cannot be measured cannot be used.
            store.delete(record.id)
            raise
        loss, accuracy = result.test_loss, result.test_accuracy
        print(tr("test loss {loss:.4f} accuracy {accuracy:.2%}", loss=loss, accuracy=accuracy))
    return 0
