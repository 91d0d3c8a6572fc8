"""The matrix products and convolutions of one training step, as autograd asks for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from core.config.run_config import RunConfig
from models import create_model, find_architecture

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
    """Shapes of images (N, C, H, W), of a weight (filters, C, height, width) and of the output (N, filters, …).

    is_backward: whether it is the gradient by the weight, and with `by_input` also the one by the images, that is asked
        for.
    """

    images: tuple[int, ...]
    weight: tuple[int, ...]
    output: tuple[int, ...]
    stride: tuple[int, ...] = (1, 1)
    padding: tuple[int, ...] = (0, 0)
    is_backward: bool = False
    by_input: bool = False

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        return 2 * math.prod(self.output) * math.prod(self.weight[1:]) * (1 + self.by_input)


Work = Product | Convolution


def record_work(config: RunConfig) -> list[Work]:
    """What one step of a recipe's configuration asks for, forward pass first; the first layer's input has no gradient.

    A NumPy network asks for the same as the PyTorch network of its sizes.
    """
    arch = "mlp" if find_architecture(config.arch).backend == "numpy" else config.arch
    network, recorder = create_model(arch, config.options), _Recorder()
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
                self.work.append(_convolution(args[0], args[1], result, args[3:5]))
            case _ATEN.convolution_backward:
                grad, images, weight, by_input = *args[:3], args[-1][0]
                self.work.append(_convolution(images, weight, grad, args[4:6], is_backward=True, by_input=by_input))
        return result


def _product(a: Tensor, b: Tensor) -> Product:
    return Product(a.shape[0], a.shape[1], b.shape[1], not a.is_contiguous(), not b.is_contiguous())


def _convolution(
    images: Tensor,
    weight: Tensor,
    output: Tensor,
    stride_and_padding: Sequence[Sequence[int]],
    is_backward: bool = False,
    by_input: bool = False,
) -> Convolution:
    stride, padding = map(tuple, stride_and_padding)
    shapes = tuple(images.shape), tuple(weight.shape), tuple(output.shape)
    return Convolution(*shapes, stride, padding, is_backward, by_input)
