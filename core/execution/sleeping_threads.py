"""Threads that sleep while they wait for each other, instead of keeping a processor busy.

Libraries read this from the environment when they are loaded. By default their threads spin at the end of each product
and each pass, for whatever comes next. That is a little quicker on an idle machine; beside other work two such threads
make a step up to a hundred times slower than one.
"""

from __future__ import annotations

from collections.abc import MutableMapping

_SETTINGS = {
    # OpenMP's threads, which PyTorch computes with.
    "OMP_WAIT_POLICY": "passive",
    # OpenBLAS's threads, which NumPy computes with: the logarithm of the processor's cycles before they sleep.
    "OPENBLAS_THREAD_TIMEOUT": "4",
}


def let_threads_sleep(environment: MutableMapping[str, str]) -> None:
    """Add the settings to an environment, but for those that it has already."""
    for name, value in _SETTINGS.items():
        environment.setdefault(name, value)
