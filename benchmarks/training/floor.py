"""The floor under a training's time: its matrix products and convolutions alone, in the best library at hand.

Everything else that a step needs is left out: reading images, activations, dropout, pooling, loss, optimizer, reports.
Each product is computed by the quickest of `torch.mm`, NumPy's matmul and oneDNN's linear layer, as a short measurement
finds it, and each convolution by PyTorch in the quicker of both memory orders. The results go to memory that is there
already, where the library can do that, and oneDNN gets its operands laid out as it wants them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from benchmarks.training.products import Convolution, Product, Work, record_work
from benchmarks.training.training import Spent, timed
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset

# Seconds of one timed round of a way to compute a product.
_ROUND_SECONDS = 0.002
_ROUNDS = 7

Call = Callable[[], object]


@dataclass(frozen=True)
class Floor:
    """What a training cannot take less than.

    flops: multiplications and additions of all its steps.
    libraries: how many of a step's products and convolutions each library computes.
    """

    spent: Spent
    flops: int
    libraries: dict[str, int]


def measure_floor(config: RunConfig) -> Floor:
    """Compute all products and convolutions that `config` asks for, on as many threads as it says."""
    torch.set_num_threads(config.threads)
    threadpool_limits(config.threads, user_api="blas")
    work, steps = record_work(config), count_steps(config)
    with torch.inference_mode():
        quickest = {item: _quickest(ways(item)) for item in set(work)}
        calls = [quickest[item][1] for item in work]
        with timed() as spent:
            for _ in range(steps):
                for call in calls:
                    call()
    libraries = Counter(quickest[item][0] for item in work)
    return Floor(spent, steps * sum(item.flops for item in work), dict(libraries))


def count_steps(config: RunConfig) -> int:
    """Full batches in all epochs; a last batch counts as one when it is at least half full."""
    n_train = config.count_train(find_dataset(config.dataset).n_train)
    return max(1, round(n_train / config.batch_size)) * config.epochs


def ways(item: Work) -> dict[str, Call]:
    """Calls that compute it, by the name of the library."""
    return _product_ways(item) if isinstance(item, Product) else _convolution_ways(item)


def _product_ways(product: Product) -> dict[str, Call]:
    a = _operand(product.rows, product.inner, product.a_transposed)
    b = _operand(product.inner, product.columns, product.b_transposed)
    c = torch.empty(product.rows, product.columns)
    found: dict[str, Call] = {
        "torch.mm": partial(torch.mm, a, b, out=c),
        "numpy.matmul": partial(np.matmul, a.numpy(), b.numpy(), out=c.numpy()),
    }
    # It computes A Bᵀ.
    linear = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if linear is not None and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        found["oneDNN"] = partial(linear.default, a.contiguous(), b.t().contiguous(), None, "none", [], "")
    return found


def _operand(rows: int, columns: int, is_transposed: bool) -> Tensor:
    return torch.randn(columns, rows).t() if is_transposed else torch.randn(rows, columns)


def _convolution_ways(item: Convolution) -> dict[str, Call]:
    orders = {"convolution, channels last": torch.channels_last, "convolution": torch.contiguous_format}
    return {name: _convolution_call(item, order) for name, order in orders.items()}


def _convolution_call(item: Convolution, order: torch.memory_format) -> Call:
    def tensor(*shape: int) -> Tensor:
        return torch.randn(shape).contiguous(memory_format=order)

    margin = item.size - 1
    images = tensor(item.images, item.channels, item.height + margin, item.width + margin)
    weight = tensor(item.filters, item.channels, item.size, item.size)
    if not item.is_backward:
        return partial(torch.conv2d, images, weight)
    grad = tensor(item.images, item.filters, item.height, item.width)
    mask = [item.by_input, True, False]
    backward = torch.ops.aten.convolution_backward.default
    return partial(backward, grad, images, weight, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, mask)


def _quickest(found: dict[str, Call]) -> tuple[str, Call]:
    """The way with the least time of a round; the rounds of all ways alternate."""
    repeats = {name: _repeats(call) for name, call in found.items()}
    least = dict.fromkeys(found, float("inf"))
    for _ in range(_ROUNDS):
        for name, call in found.items():
            least[name] = min(least[name], _seconds(call, repeats[name]) / repeats[name])
    name = min(least, key=lambda name: least[name])
    return name, found[name]


def _repeats(call: Call) -> int:
    """How often it can be called in a round. The first call allocates memory and chooses kernels."""
    call()
    return max(1, int(_ROUND_SECONDS / _seconds(call, 1)))


def _seconds(call: Call, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - start
