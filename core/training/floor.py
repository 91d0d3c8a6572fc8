"""The least time that a training step can take: its matrix products and convolutions alone.

A step of the network is run once by autograd, and each product and convolution in it is noted with its arguments: those
of the forward pass, and those of the backward pass that give the gradients. Then they alone are timed, one by one, in
the fastest library at hand. Everything else that a step does comes on top of that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from core.config.run_config import RunConfig
from core.learners.device import resolve_device
from models import create_model, find_architecture

_aten = torch.ops.aten
_MATRIX_PRODUCTS = (_aten.mm, _aten.addmm)
_CONVOLUTIONS = (_aten.convolution, _aten.convolution_backward)
# Timings of each product; the quickest counts.
_ROUNDS = 5
# Seconds of one timing, in which a product is repeated.
_ROUND_SECONDS = 0.01


def product_seconds(config: RunConfig) -> float:
    """Seconds of all matrix products and convolutions of one step of this configuration, gradients included."""
    torch.set_num_threads(config.threads)
    device = resolve_device(config.device)
    calls = _note_products(config, device)
    return sum(min(_time(way, device) for way in _ways(*call)) for call in calls)


Call = tuple[Any, Sequence[Any], Mapping[str, Any]]


class _Notebook(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes each product and convolution with its arguments."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if func.overloadpacket in (*_MATRIX_PRODUCTS, *_CONVOLUTIONS):
            self.calls.append((func, args, kwargs or {}))
        return func(*args, **(kwargs or {}))


def _note_products(config: RunConfig, device: torch.device) -> list[Call]:
    # The NumPy network's products are those of its twin in torch.
    arch = "mlp" if find_architecture(config.arch).backend == "numpy" else config.arch
    model = create_model(arch, config.options).to(device)
    images = torch.rand(config.batch_size, 1, 28, 28, device=device)
    labels = torch.zeros(config.batch_size, dtype=torch.int64, device=device)
    with _Notebook() as notebook:
        F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
    calls: list[Call] = notebook.calls
    return calls


def _ways(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Callable[[], object]]:
    """Ways to compute the same: PyTorch's, and NumPy's for a product of matrices on the processor."""
    found: list[Callable[[], object]] = [lambda: func(*args, **kwargs)]
    if func.overloadpacket in _MATRIX_PRODUCTS:
        left, right = args[-2:]
        # Without the bias, which is not part of the product.
        found = [lambda: torch.mm(left, right)]
        if left.device.type == "cpu":
            found.append(_numpy_product(left, right))
    return found


def _numpy_product(left: Tensor, right: Tensor) -> Callable[[], object]:
    a, b = left.detach().numpy(), right.detach().numpy()
    out = np.empty((len(a), b.shape[1]), a.dtype)
    return lambda: np.matmul(a, b, out=out)


@torch.no_grad()
def _time(function: Callable[[], object], device: torch.device) -> float:
    """Seconds of one call, the quickest of some rounds' means."""
    function()
    means = []
    for _ in range(_ROUNDS):
        begin, calls = time.perf_counter(), 0
        while time.perf_counter() - begin < _ROUND_SECONDS:
            function()
            calls += 1
        if device.type != "cpu":
            torch.accelerator.synchronize()
        means.append((time.perf_counter() - begin) / calls)
    return min(means)
