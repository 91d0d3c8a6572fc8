"""The command `download`."""

from __future__ import annotations

import argparse
import sys

from core.cli.progress import CLEAR_LINE
from core.cli.texts import tr
from core.data.catalog import DATASETS, find_dataset
from core.data.download import DownloadEvent, download
from core.settings import data_root

DOWNLOADABLE = tuple(name for name, info in DATASETS.items() if not info.embedded)


def download_command(given: argparse.Namespace) -> int:
    """Download what is missing of a data set. Raises LabError."""
    has_bar = sys.stderr.isatty()
    try:
        for event in download(given.dataset, data_root()):
            if has_bar:
                sys.stderr.write(CLEAR_LINE + _line(event))
                sys.stderr.flush()
    finally:
        if has_bar:
            sys.stderr.write(CLEAR_LINE)
    print(tr("{title} is in {folder}", title=find_dataset(given.dataset).title, folder=data_root()))
    return 0


def _line(event: DownloadEvent) -> str:
    return tr(
        "{step}: {done:.1f} of {total:.1f} MB",
        step=tr(event.step),
        done=event.bytes_done / 1e6,
        total=event.bytes_total / 1e6,
    )
