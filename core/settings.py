"""Where the laboratory keeps things: the data folder and the run store.

The environment variables `MNIST_LAB_DATA` and `MNIST_LAB_RUNS` win. Without the first, the folder chosen in
the app counts (`settings.json` in the run store); without that, `data/` beside the app.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from core.storage.atomic import read_json, write_atomically

DATA_VARIABLE = "MNIST_LAB_DATA"
RUNS_VARIABLE = "MNIST_LAB_RUNS"
PROJECT = Path(__file__).resolve().parent.parent
BUNDLED_RUNS = PROJECT / "models" / "pretrained"


def runs_root() -> Path:
    """The folder that holds one folder a run."""
    return Path(os.environ.get(RUNS_VARIABLE) or PROJECT / "runs").expanduser().resolve()


def data_root() -> Path:
    """The torchvision root that holds `MNIST/raw` and `FashionMNIST/raw`."""
    chosen = os.environ.get(DATA_VARIABLE) or _load().get("data_root") or PROJECT / "data"
    return Path(chosen).expanduser().resolve()


def data_root_is_fixed() -> bool:
    """Whether the environment decides the data folder, so that the app cannot change it."""
    return bool(os.environ.get(DATA_VARIABLE))


def choose_data_root(folder: Path) -> None:
    """Remember a data folder. The caller has checked what is in it."""
    write_atomically(_path(), json.dumps({**_load(), "data_root": str(folder)}, indent=1))


def _path() -> Path:
    return runs_root() / "settings.json"


def _load() -> dict[str, str]:
    try:
        values = read_json(_path())
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}
