"""Where data and runs lie, who may visit, and a Dask cluster: what the operator has set, or a default.

The operator is who starts the app; all of this comes from the operator's settings (`core.operator`), never from a page.
Only the data folder may be chosen in the app where nothing fixes it: the choice is kept in `settings.json` in the run
store.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.operator.settings_file import PROJECT as PROJECT
from core.operator.settings_file import OperatorSettings, operator_settings, variable_of
from core.storage.atomic import write_atomically
from core.storage.reading import read_json

DATA_VARIABLE = variable_of("data")
RUNS_VARIABLE = variable_of("runs")
OPEN_VARIABLE = variable_of("open")
DASK_VARIABLE = variable_of("dask")
BUNDLED_RUNS = PROJECT / "models" / "pretrained"
# Where Streamlit Community Cloud puts the code of the apps that it hosts.
_CLOUD_FOLDER = Path("/mount/src")


def operator() -> OperatorSettings:
    """What the operator has set, with defaults for the rest. Raises SettingsError."""
    return operator_settings(hosted=PROJECT.is_relative_to(_CLOUD_FOLDER))


def runs_root() -> Path:
    """The folder that holds one folder a run."""
    return Path(operator().runs or PROJECT / "runs").expanduser().resolve()


def data_root() -> Path:
    """The torchvision root that holds `MNIST/raw` and `FashionMNIST/raw`."""
    chosen = operator().data or _load().get("data_root") or PROJECT / "data"
    return Path(chosen).expanduser().resolve()


def data_root_is_fixed() -> bool:
    """Whether the operator has set the data folder, so that the app cannot change it."""
    return bool(operator().data)


def choose_data_root(folder: Path) -> None:
    """Remember a data folder. The caller has checked what is in it."""
    runs_root().mkdir(parents=True, exist_ok=True)
    write_atomically(_path(), json.dumps({**_load(), "data_root": str(folder)}, indent=1))


def is_open() -> bool:
    """Whether the app answers visitors from other machines: the operator says so, or Community Cloud hosts it."""
    return operator().open


def dask_address() -> str:
    """The address of the operator's Dask scheduler; empty where there is none.

    A scheduler can run any code in a process that connects to it, so no visitor may choose the address.
    """
    return operator().dask


def _path() -> Path:
    return runs_root() / "settings.json"


def _load() -> dict[str, str]:
    try:
        values = read_json(_path())
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}
