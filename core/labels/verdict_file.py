"""Verdicts on disk, below the run store.

verdicts/<data set>.json         on the labels of the test images
verdicts/<data set>-train.json   on those of the data set's training images, be they trained on or held out
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.data.datasets import Split
from core.errors import VerdictError
from core.labels.verdicts import JUDGEMENTS, Verdict, Verdicts
from core.storage.atomic import write_atomically
from core.storage.locks import hold_file
from core.storage.reading import read_json

_FORMAT, _VERSION = "mnist-lab verdicts", 1
# Wait for another page that writes the file, in seconds.
_LOCK_SECONDS = 5.0
# Bytes of the file, at most: a verdict on each of ten thousand images has about a hundred.
_MOST_BYTES = 8_000_000
_FIELDS = {field.name for field in fields(Verdict)}


def read_verdicts(runs_root: Path, dataset: str, split: Split) -> Verdicts:
    """The verdicts on the labels of a split; none where there is no file. Raises VerdictError when it is damaged."""
    path = verdict_path(runs_root, dataset, split)
    try:
        return _from_json(read_json(path, _MOST_BYTES))
    except FileNotFoundError:
        return Verdicts()
    except (OSError, ValueError) as error:
        raise VerdictError("{file} cannot be read: {reason}.", file=path, reason=error) from None


def change_verdicts(runs_root: Path, dataset: str, split: Split, change: Callable[[Verdicts], Verdicts]) -> Verdicts:
    """Replace the verdicts on disk by what `change` makes of them; returns the new ones.

    Raises VerdictError when the file is damaged or cannot be written, and RunBusy while another page writes it.
    """
    path = verdict_path(runs_root, dataset, split)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with hold_file(path.with_name(f".{path.name}.lock"), _LOCK_SECONDS):
            verdicts = change(read_verdicts(runs_root, dataset, split))
            write_atomically(path, _to_text(verdicts))
    except OSError as error:
        raise VerdictError("{file} cannot be written: {reason}.", file=path, reason=error.strerror) from None
    return verdicts


def verdict_path(runs_root: Path, dataset: str, split: Split) -> Path:
    """The file of the verdicts on a split."""
    return runs_root / "verdicts" / (f"{dataset}.json" if split == "test" else f"{dataset}-{split}.json")


def _to_text(verdicts: Verdicts) -> str:
    return json.dumps({"format": _FORMAT, "version": _VERSION, "verdicts": [vars(entry) for entry in verdicts]})


def _from_json(values: Any) -> Verdicts:
    """Raises ValueError, which says what is wrong."""
    if not isinstance(values, dict) or values.get("format") != _FORMAT or values.get("version") != _VERSION:
        raise ValueError(f'it must be a JSON object with "format": "{_FORMAT}" and "version": {_VERSION}')
    entries = values.get("verdicts")
    if not isinstance(entries, list):
        raise ValueError("verdicts must be a list")
    found = [_read(entry, number) for number, entry in enumerate(entries, start=1)]
    # Of two on the same image the later one counts.
    return Verdicts(tuple({entry.index: entry for entry in found}.values()))


def _read(entry: Any, number: int) -> Verdict:
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise ValueError(f"verdict {number} must have exactly {', '.join(sorted(_FIELDS))}")
    if entry["judgement"] not in JUDGEMENTS:
        raise ValueError(f"verdict {number}: judgement is {entry['judgement']!r}; it must be {', '.join(JUDGEMENTS)}")
    for name in ("index", "label"):
        if type(entry[name]) is not int or entry[name] < 0:
            raise ValueError(f"verdict {number}: {name} is {entry[name]!r}; it must be a whole number from 0")
    return Verdict(entry["index"], entry["label"], entry["judgement"], str(entry["judged"]))
