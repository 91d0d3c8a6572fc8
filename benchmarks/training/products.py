"""The matrix products and convolutions of one training step, as autograd asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.training.tutorial_networks import build_network
from core.config.run_config import RunConfig

_ATEN = torch.ops.aten


@dataclass(frozen=True)
class Product:
    """C (rows, columns) = A (rows, inner) B (inner, columns).

    a_transposed, b_transposed: whether the operand lies in memory with its columns one after the other.
    """

    rows: int
    inner: int
    columns: int
    a_transposed: bool
    b_transposed: bool

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        return 2 * self.rows * self.inner * self.columns


@dataclass(frozen=True)
class Convolution:
    """Images (N, channels, height + size − 1, width + size − 1) to (N, filters, height, width), with stride 1.

    size: of the square kernel. is_backward: whether it is the gradient by the weights, and with `by_input` also the
    one by the images, that is asked for.
    """

    images: int
    channels: int
    filters: int
    height: int
    width: int
    size: int
    is_backward: bool = False
    by_input: bool = False

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        once = 2 * self.images * self.filters * self.height * self.width * self.channels * self.size**2
        return once * (1 + self.by_input)


Work = Product | Convolution


def record_work(config: RunConfig) -> list[Work]:
    """What one step of a recipe's configuration asks for, forward pass first; the first layer's input has no gradient.

    A NumPy network asks for the same as the PyTorch network of its sizes.
    """
    network, recorder = build_network(config), _Recorder()
    images = torch.zeros(config.batch_size, 1, 28, 28)
    labels = torch.zeros(config.batch_size, dtype=torch.int64)
    with recorder:
        F.cross_entropy(network(images), labels).backward()  # type: ignore[no-untyped-call]
    return recorder.work


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down each product and convolution that is computed while it is entered."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.work: list[Work] = []

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        match func.overloadpacket:
            case _ATEN.mm:
                self.work.append(_product(args[0], args[1]))
            case _ATEN.addmm:
                self.work.append(_product(args[1], args[2]))
            case _ATEN.convolution:
                self.work.append(_convolution(result, args[1]))
            case _ATEN.convolution_backward:
                by_input = args[-1][0]
                self.work.append(_convolution(args[0], args[2], is_backward=True, by_input=by_input))
        return result


def _product(a: Tensor, b: Tensor) -> Product:
    return Product(a.shape[0], a.shape[1], b.shape[1], not a.is_contiguous(), not b.is_contiguous())


def _convolution(output: Tensor, weight: Tensor, is_backward: bool = False, by_input: bool = False) -> Convolution:
    images, filters, height, width = output.shape
    return Convolution(images, weight.shape[1], filters, height, width, weight.shape[2], is_backward, by_input)
