"""How the app and its machine are, for its operator."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache

import psutil

from core.execution.memory import used_bytes
from core.operator.settings_file import PROJECT


@dataclass(frozen=True)
class ServerStatus:
    """memory: of the server and all its processes, in bytes. load: processes that want a core, mean of a minute."""

    version: str
    memory: int
    load: float
    cores: int


def server_status() -> ServerStatus:
    """As it is now."""
    return ServerStatus(_version(), used_bytes(), psutil.getloadavg()[0], os.cpu_count() or 1)


@lru_cache(maxsize=1)
def _version() -> str:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    return version
