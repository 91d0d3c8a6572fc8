"""What processor this machine has, and which library's matrix products are made for it."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

import torch

_CPU_INFO_FILE = Path("/proc/cpuinfo")


@cache
def has_quick_mkl() -> bool:
    """Whether PyTorch computes products by Intel's MKL on an Intel processor. On others MKL takes slower ways."""
    return "Intel" in processor_name() and bool(torch.backends.mkl.is_available())  # type: ignore[no-untyped-call]


@cache
def has_quick_onednn() -> bool:
    """Whether oneDNN takes less time for large products than MKL and NumPy's OpenBLAS.

    Those know AVX-512 on Intel's processors alone; oneDNN asks the processor for it.
    """
    return (
        "Intel" not in processor_name()
        and torch.backends.cpu.get_cpu_capability() == "AVX512"
        and bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


def processor_name() -> str:
    """Such as "AMD EPYC 7R13 Processor"; empty where the system does not tell it."""
    try:
        lines = _CPU_INFO_FILE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
