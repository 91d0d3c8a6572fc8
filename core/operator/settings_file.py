"""The operator's settings: read from `mnist-lab.toml`, each one overridden by an environment variable.

A setting `queue_length` is the line `queue_length = 20` of the file, or the variable `MNIST_LAB_QUEUE_LENGTH`. What is
set nowhere has a default, another one where the app is open to visitors from other machines. docs/hosting.md lists all.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import SettingsError
from core.storage.reading import read_bytes
from core.storage.stamp import NO_FILE, Stamp, file_stamp

PROJECT = Path(__file__).resolve().parent.parent.parent
# The variable that names another file than `mnist-lab.toml` beside the app.
FILE_VARIABLE = "MNIST_LAB_SETTINGS"
_PREFIX = "MNIST_LAB_"
# Bytes of the file, at most.
_MOST_BYTES = 100_000
# Greatest whole number of a setting.
_MOST = 10**12


@dataclass(frozen=True)
class OperatorSettings:
    """What the operator can set. A limit of None does not limit.

    open: whether visitors from other machines are answered.
    operator_key: whoever shows it is the operator, from any machine; empty for nobody.
    data, runs: the folders of data sets and of runs; empty for those beside the app.
    dask: the address of a Dask scheduler, for sweeps.
    runs_at_once: trained beside each other; also processes of a visitor's sweep.
    queue_length, queue_per_owner: runs that wait or train, of all visitors and of one.
    most_epochs, most_parameters, most_sweep_cells: of one run, or of one sweep.
    most_minutes: that a run may train, pauses included; not for the cells of a sweep.
    disk_mb, disk_per_owner_mb: that all visitors' runs and one visitor's may take, in megabytes.
    keep_days: after which a visitor's run that nobody has starred is deleted.
    memory_mb: of the whole app, above which no further run is begun, in megabytes.
    downloads, uploads, folder_choice: whether visitors may download data sets, give files, choose the data folder.
    class_code: by which visitors join the class (`core.classroom`); empty for no class.
    """

    open: bool = False
    operator_key: str = field(default="", repr=False)
    data: str = ""
    runs: str = ""
    dask: str = ""
    runs_at_once: int = 1
    queue_length: int | None = None
    queue_per_owner: int | None = None
    most_epochs: int | None = None
    most_parameters: int | None = None
    most_sweep_cells: int | None = None
    most_minutes: int | None = None
    disk_mb: int | None = None
    disk_per_owner_mb: int | None = None
    keep_days: int | None = None
    memory_mb: int | None = None
    downloads: bool = True
    uploads: bool = True
    folder_choice: bool = True
    class_code: str = field(default="", repr=False)


# Defaults where the app is open: safe on the smallest machine that Community Cloud gives.
_OPEN_DEFAULTS: Mapping[str, Any] = {
    "queue_length": 20,
    "queue_per_owner": 3,
    "most_epochs": 20,
    "most_parameters": 2_000_000,
    "most_sweep_cells": 16,
    "most_minutes": 30,
    "disk_mb": 4_000,
    "disk_per_owner_mb": 300,
    "keep_days": 30,
    "folder_choice": False,
}
_KINDS = {each.name: str(each.type) for each in fields(OperatorSettings)}
# What a key may hold: it is given in an address and kept in a cookie, and must not be guessed.
_OPERATOR_KEY = re.compile(r"[A-Za-z0-9_-]{16,200}")
# What pupils type.
_CLASS_CODE = re.compile(r"[A-Za-z0-9-]{4,40}")
_TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def variable_of(name: str) -> str:
    """The environment variable that overrides a setting."""
    return _PREFIX + name.upper()


def operator_settings(hosted: bool = False) -> OperatorSettings:
    """The settings as they are now. Raises SettingsError, naming the setting, its value and what is allowed.

    hosted: whether the app is open where nothing is set, since a host is known to run it.
    """
    file = Path(os.environ.get(FILE_VARIABLE) or PROJECT / "mnist-lab.toml").expanduser()
    environment = tuple((name, text) for name in _KINDS if (text := os.environ.get(variable_of(name), "")))
    stamp, is_named = file_stamp(file), bool(os.environ.get(FILE_VARIABLE))
    return _settings(file if is_named or stamp != NO_FILE else None, stamp, environment, hosted)


@lru_cache(maxsize=8)
def _settings(
    file: Path | None, _stamp: Stamp, environment: tuple[tuple[str, str], ...], hosted: bool
) -> OperatorSettings:
    """file: to read; None without one. _stamp: of the file, so that it is read once."""
    values = _read(file) if file else {}
    values |= {name: _from_text(name, text) for name, text in environment}
    if values.get("operator_key") and not _OPERATOR_KEY.fullmatch(values["operator_key"]):
        raise SettingsError("operator_key must be 16 to 200 letters, digits, hyphens and underscores.")
    if values.get("class_code") and not _CLASS_CODE.fullmatch(values["class_code"]):
        raise SettingsError("class_code must be 4 to 40 letters, digits and hyphens.")
    is_open = values.setdefault("open", hosted)
    return OperatorSettings(**({**_OPEN_DEFAULTS, **values} if is_open else values))


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(read_bytes(file, _MOST_BYTES).decode())
    except OSError as error:
        raise SettingsError("{file} cannot be read: {reason}.", file=file.name, reason=error.strerror) from None
    except (ValueError, RecursionError) as error:
        raise SettingsError("{file} is not TOML: {reason}.", file=file.name, reason=str(error)) from None
    for name, value in values.items():
        if name not in _KINDS:
            raise SettingsError(
                "{file}: there is no setting {name!r}; there are {names}.",
                file=file.name,
                name=name,
                names=", ".join(_KINDS),
            )
        if not _is_allowed(_KINDS[name], value):
            raise _refusal(file.name, name, value)
    return values


def _from_text(name: str, text: str) -> Any:
    """The value that an environment variable gives to a setting."""
    kind, value = _KINDS[name], text.strip()
    found: Any = value
    if kind == "bool":
        found = _TRUTHS.get(value.lower(), value)
    elif kind != "str" and value.isdecimal() and value.isascii() and len(value) <= len(str(_MOST)):
        found = int(value)
    if not _is_allowed(kind, found):
        raise _refusal(variable_of(name), name, value)
    return found


def _is_allowed(kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "str":
        return isinstance(value, str)
    return type(value) is int and 1 <= value <= _MOST


def _refusal(where: str, name: str, value: object) -> SettingsError:
    if _KINDS[name] == "bool":
        return SettingsError(
            "{where}: {name} is {value!r}; it must be true or false.", where=where, name=name, value=value
        )
    if _KINDS[name] == "str":
        # Without the value: whoever visits sees this, and it may be a key that was typed without its quotes.
        return SettingsError("{where}: {name} must be a text, in quotes.", where=where, name=name)
    return SettingsError(
        "{where}: {name} is {value!r}; it must be a whole number from 1 to {most:,}.",
        where=where,
        name=name,
        value=value,
        most=_MOST,
    )
