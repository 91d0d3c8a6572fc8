"""The least time that a training step can take: its matrix products and convolutions alone.

Everything else that a step needs is left out: reading images, activations, dropout, pooling, loss, optimizer, reports.
Each product is computed by the quickest of `torch.mm`, NumPy's matmul and oneDNN's linear layer, as a short measurement
finds it, and each convolution by PyTorch in the quicker of both memory orders. The results go to memory that is there
already, where the library can do that, and oneDNN gets its operands laid out as it wants them. For training in bfloat16
the same is tried with operands that are rounded already.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from core.config.run_config import RunConfig
from core.learners.device import resolve_device
from core.training.products import Convolution, Product, Work, record_work

# Seconds of one timed round of a way to compute a product.
_ROUND_SECONDS = 0.002
_ROUNDS = 7
_PROCESSOR = torch.device("cpu")

Call = Callable[[], object]


@dataclass(frozen=True)
class Way:
    """The quickest way to compute something. library: its name. seconds: of one call."""

    library: str
    call: Call
    seconds: float


def product_seconds(config: RunConfig) -> float:
    """Seconds of all matrix products and convolutions of one step of this configuration, gradients included."""
    return sum(way.seconds for _, way in quickest_ways(config))


def quickest_ways(config: RunConfig) -> list[tuple[Work, Way]]:
    """All products and convolutions of a step, each with its quickest way on the configuration's device and threads."""
    torch.set_num_threads(config.known_threads)
    threadpool_limits(config.known_threads, user_api="blas")
    device, work = resolve_device(config.device), record_work(config)
    with torch.inference_mode():
        quickest = {item: _quickest(ways(item, device, config.precision)) for item in set(work)}
    return [(item, quickest[item]) for item in work]


def ways(item: Work, device: torch.device = _PROCESSOR, precision: str = "float32") -> dict[str, Call]:
    """Calls that compute it on the device, by the name of the library; in bfloat16, if that is the precision, too."""
    found = _ways(item, device, torch.float32)
    if precision == "bfloat16":
        found |= {f"{name} in bfloat16": call for name, call in _ways(item, device, torch.bfloat16).items()}
    return found


def _ways(item: Work, device: torch.device, dtype: torch.dtype) -> dict[str, Call]:
    if isinstance(item, Product):
        return _product_ways(item, device, dtype)
    return _convolution_ways(item, device, dtype)


def _product_ways(product: Product, device: torch.device, dtype: torch.dtype) -> dict[str, Call]:
    a = _operand(product.rows, product.inner, product.a_transposed).to(device, dtype)
    b = _operand(product.inner, product.columns, product.b_transposed).to(device, dtype)
    c = torch.empty(product.rows, product.columns, device=device, dtype=dtype)
    found: dict[str, Call] = {"torch.mm": partial(torch.mm, a, b, out=c)}
    if device.type != "cpu" or dtype != torch.float32:
        return found
    found["numpy.matmul"] = partial(np.matmul, a.numpy(), b.numpy(), out=c.numpy())
    # It computes A Bᵀ.
    linear = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if linear is not None and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        found["oneDNN"] = partial(linear.default, a.contiguous(), b.t().contiguous(), None, "none", [], "")
    return found


def _operand(rows: int, columns: int, is_transposed: bool) -> Tensor:
    return torch.randn(columns, rows).t() if is_transposed else torch.randn(rows, columns)


def _convolution_ways(item: Convolution, device: torch.device, dtype: torch.dtype) -> dict[str, Call]:
    orders = {"convolution, channels last": torch.channels_last, "convolution": torch.contiguous_format}
    return {name: _convolution_call(item, order, device, dtype) for name, order in orders.items()}


def _convolution_call(item: Convolution, order: torch.memory_format, device: torch.device, dtype: torch.dtype) -> Call:
    def tensor(shape: tuple[int, ...]) -> Tensor:
        return torch.randn(shape, device=device, dtype=dtype).contiguous(memory_format=order)

    images, weight, stride, padding = tensor(item.images), tensor(item.weight), item.stride, item.padding
    if not item.is_backward:
        return partial(torch.conv2d, images, weight, None, stride, padding)
    mask = [item.by_input, True, False]
    backward = torch.ops.aten.convolution_backward.default
    more = (None, stride, padding, [1, 1], False, [0, 0], 1, mask)
    return partial(backward, tensor(item.output), images, weight, *more)


def _quickest(found: dict[str, Call]) -> Way:
    """The way with the least time of a round; the rounds of all ways alternate."""
    repeats = {name: _repeats(call) for name, call in found.items()}
    least = dict.fromkeys(found, float("inf"))
    for _ in range(_ROUNDS):
        for name, call in found.items():
            least[name] = min(least[name], _seconds(call, repeats[name]) / repeats[name])
    name = min(least, key=lambda name: least[name])
    return Way(name, found[name], least[name])


def _repeats(call: Call) -> int:
    """How often it can be called in a round. The first call allocates memory and chooses kernels."""
    call()
    return max(1, int(_ROUND_SECONDS / _seconds(call, 1)))


def _seconds(call: Call, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start
