"""Which layers a PyTorch network has, found by watching what it does with images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from core.anatomy.both_ways import Pass, Values
from core.anatomy.layers import (
    CONV,
    DENSE,
    DROPOUT,
    FLATTEN,
    NORM,
    POOL,
    PRELU,
    RELU,
    SIGMOID,
    TANH,
    WEIGHTED,
    Anatomy,
    Layer,
    Parameter,
    Setting,
    name_layers,
)

_KINDS = {
    "linear": DENSE,
    "matmul": DENSE,
    "__matmul__": DENSE,
    "conv2d": CONV,
    "max_pool2d": POOL,
    "dropout": DROPOUT,
    "batch_norm": NORM,
    "relu": RELU,
    # A comparison with zeros, element by element.
    "max": RELU,
    "maximum": RELU,
    "prelu": PRELU,
    "sigmoid": SIGMOID,
    "tanh": TANH,
    "flatten": FLATTEN,
    "reshape": FLATTEN,
    "view": FLATTEN,
}
# They change neither a number nor its place, or make something new that is no layer.
_IGNORED = ("contiguous", "to", "clone", "detach", "zeros_like", "__get__")
_ADDITIONS = ("add", "__add__", "__radd__")


def trace_torch(model: nn.Module, images: Tensor) -> tuple[Anatomy, list[Tensor]]:
    """The layers of `model`, and what each but the last gives for images (N, 1, 28, 28), first to last.

    Watches the calls of torch functions, so that layers written as plain functions of raw parameters are seen too.
    """
    watcher = _Watcher({id(parameter): name for name, parameter in model.named_parameters()}, images)
    was_training = model.training
    model.eval()
    with torch.no_grad(), watcher:
        model(images)
    model.train(was_training)
    return Anatomy(name_layers(watcher.layers)), watcher.outputs


def pass_torch(model: nn.Module, image: Tensor, label: int) -> Pass:
    """Forward and backward pass of one scaled image (1, 1, 28, 28) of the class `label`, in evaluation mode."""
    source = image.detach().clone().requires_grad_()
    watcher = _Watcher({id(parameter): name for name, parameter in model.named_parameters()}, source)
    was_training = model.training
    model.eval()
    # Without TensorFloat-32, so that the products add up to the layers' own values on a GPU too.
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        with watcher:
            logits = model(source)
        loss = F.cross_entropy(logits, torch.tensor([label], device=logits.device))
        # A layer that passes its input on unchanged, such as dropout in evaluation, is the same tensor again.
        source_gradient, *gradients = torch.autograd.grad(loss, [source, *watcher.outputs])
    model.train(was_training)
    return Pass(
        Anatomy(name_layers(watcher.layers)),
        _to_array(source),
        tuple(map(_to_array, watcher.outputs)),
        _to_array(logits.softmax(1)),
        tuple(map(_to_array, gradients)),
        _to_array(source_gradient),
        loss.item(),
    )


def _to_array(batch: Tensor) -> Values:
    """The values of the only image of a batch."""
    return cast(Values, batch[0].detach().cpu().numpy())


class _Watcher(TorchFunctionMode):
    """Notes every call that makes new values of the images'."""

    def __init__(self, names: dict[int, str], images: Tensor) -> None:
        super().__init__()
        self._names = names
        # Also keeps the tensors alive, so that none takes over another one's id.
        self._seen: dict[int, Tensor] = {id(images): images}
        self.layers: list[Layer] = []
        self.outputs: list[Tensor] = []

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        values = [*args, *kwargs.values()]
        source = next((value for value in values if id(value) in self._seen), None)
        if isinstance(result, Tensor) and source is not None:
            self._seen[id(result)] = result
            name = getattr(func, "__name__", str(func))
            if name not in _IGNORED:
                self._note(name, source, result, values, _arguments(name, args, kwargs))
        return result

    def _note(self, name: str, source: Tensor, result: Tensor, values: list[Any], given: dict[str, Any]) -> None:
        parameters = tuple(
            Parameter(self._names[id(value)], tuple(value.shape)) for value in values if id(value) in self._names
        )
        if name in _ADDITIONS and parameters and self._completes_dense():
            # x @ W + b is one layer.
            last = self.layers[-1]
            self.layers[-1] = replace(last, parameters=(*last.parameters, *parameters))
            self.outputs[-1] = result
            return
        kind = _KINDS.get(name, name)
        if kind in WEIGHTED and not parameters:
            # A product of two results of the network is no layer with weights of its own.
            kind = name
        settings = _settings(kind, name, parameters, given)
        self.layers.append(Layer("", kind, _shape(source), _shape(result), parameters, settings))
        self.outputs.append(result)

    def _completes_dense(self) -> bool:
        return bool(self.layers) and self.layers[-1].kind == DENSE and not self.layers[-1].has_bias


_POSITIONS = {
    "conv2d": ("", "", "", "stride", "padding"),
    "max_pool2d": ("", "kernel", "stride", "padding"),
    "dropout": ("", "p"),
}


def _arguments(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    given = dict(zip(_POSITIONS.get(name, ()), args, strict=False)) | kwargs
    return {**given, "kernel": given.get("kernel", given.get("kernel_size"))}


def _settings(kind: str, name: str, parameters: tuple[Parameter, ...], given: dict[str, Any]) -> dict[str, Setting]:
    match kind:
        case "dense":
            return {"inputs_first": name != "linear"}
        case "dropout":
            return {"p": float(given.get("p", 0.5))}
        case "maxpool":
            kernel = _pair(given["kernel"])
            stride = kernel if given.get("stride") is None else _pair(given["stride"])
            return {"kernel": kernel, "stride": stride, "padding": _pair(given.get("padding", 0))}
        case "conv":
            kernel = _pair(parameters[0].shape[-2:])
            return {"stride": _pair(given.get("stride", 1)), "padding": _padding(given.get("padding", 0), kernel)}
        case _:
            return {}


def _padding(value: Any, kernel: tuple[int, int]) -> tuple[int, int]:
    if isinstance(value, str):
        return ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2) if value == "same" else (0, 0)
    return _pair(value)


def _pair(value: Any) -> tuple[int, int]:
    return (int(value[0]), int(value[1])) if isinstance(value, (tuple, list)) else (int(value), int(value))


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape[1:])
