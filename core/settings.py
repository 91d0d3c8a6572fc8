"""What the operator of the app sets: where data and runs lie, who may visit, and a Dask cluster.

The operator is who starts the app; all of this comes from environment variables, never from a page. Only the data
folder may be chosen in the app where no variable fixes it: the choice is kept in `settings.json` in the run store.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from core.storage.atomic import write_atomically
from core.storage.reading import read_json

DATA_VARIABLE = "MNIST_LAB_DATA"
RUNS_VARIABLE = "MNIST_LAB_RUNS"
OPEN_VARIABLE = "MNIST_LAB_OPEN"
DASK_VARIABLE = "MNIST_LAB_DASK"
PROJECT = Path(__file__).resolve().parent.parent
BUNDLED_RUNS = PROJECT / "models" / "pretrained"
# Where Streamlit Community Cloud puts the code of the apps that it hosts.
_CLOUD_FOLDER = Path("/mount/src")


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
    runs_root().mkdir(parents=True, exist_ok=True)
    write_atomically(_path(), json.dumps({**_load(), "data_root": str(folder)}, indent=1))


def is_open() -> bool:
    """Whether the app answers visitors from other machines: the operator says so, or Community Cloud hosts it."""
    return os.environ.get(OPEN_VARIABLE) == "1" or PROJECT.is_relative_to(_CLOUD_FOLDER)


def dask_address() -> str:
    """The address of the operator's Dask scheduler; empty where there is none.

    A scheduler can run any code in a process that connects to it, so no visitor may choose the address.
    """
    return os.environ.get(DASK_VARIABLE, "").strip()


def _path() -> Path:
    return runs_root() / "settings.json"


def _load() -> dict[str, str]:
    try:
        values = read_json(_path())
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}
