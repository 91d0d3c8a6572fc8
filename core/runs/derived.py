"""What was computed from a run's kept network on request: kept with the run, and gone with it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from core.errors import CheckpointError
from core.runs.record import DERIVED_FOLDER, RunRecord
from core.settings import runs_root
from core.storage.arrays import Arrays, load_arrays, save_arrays
from core.storage.digest import weights_digest

# The folder beside the runs for what was computed from bundled networks, whose own folders cannot be written.
# No run's id begins with a dot.
_BUNDLED_FOLDER = ".bundled"
_WEIGHTS = "weights"

_log = logging.getLogger(__name__)


def save_derived(record: RunRecord, name: str, arrays: Arrays, metadata: dict[str, str]) -> None:
    """Keep a result of the run's present weights under a name, in place of an older one. Raises OSError."""
    file = _file(record, name)
    # Only the one for bundled networks is made with its parents: a run that was deleted must not come back.
    file.parent.mkdir(parents=record.bundled, exist_ok=True)
    save_arrays(file, arrays, {**metadata, _WEIGHTS: weights_digest(record.weights_file)})


def keep_derived(
    record: RunRecord, name: str, arrays: Arrays, weights: str, metadata: Mapping[str, str] = MappingProxyType({})
) -> None:
    """As `save_derived`, of what was computed of the weights with this digest, unless the run has others by now."""
    if weights_digest(record.weights_file) == weights:
        save_derived(record, name, arrays, dict(metadata))


def load_derived(record: RunRecord, name: str) -> tuple[Arrays, dict[str, str]] | None:
    """A result kept by `save_derived` and its metadata.

    None where there is none, or only one of other weights, or a damaged one: it is to be computed again.
    """
    file = _file(record, name)
    if not file.is_file():
        return None
    try:
        arrays, metadata = load_arrays(file)
        return (arrays, metadata) if metadata.pop(_WEIGHTS, "") == weights_digest(record.weights_file) else None
    except CheckpointError as error:
        _log.warning("The result %s of %s cannot be read: %s", name, record.id, error)
        return None


def _file(record: RunRecord, name: str) -> Path:
    folder = runs_root() / _BUNDLED_FOLDER / record.id if record.bundled else record.path / DERIVED_FOLDER
    return folder / f"{name}.safetensors"
