"""The mathematics of the twins with a network's own sizes, beside the NumPy code that computes it."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.texts.message import Message, message
from core.twins.setup import TwinSetup
from models.numpy_mlp import Linear, NumpyMlp, Relu, SoftmaxCrossEntropy
from models.start import N_CLASSES, N_PIXELS
from models.texts import mark


@dataclass(frozen=True)
class FormulaStep:
    """One step of the computation: what happens in words, its formula in LaTeX, a function's name and its source."""

    title: str
    words: Message
    latex: str
    function: str
    code: str


def formula_steps(setup: TwinSetup) -> list[FormulaStep]:
    """Forward, backward and update, in the order in which they are computed."""
    sizes = [N_PIXELS, *setup.hidden, N_CLASSES]
    return [*_forward(sizes, setup.batch_size), *_backward(sizes, setup.batch_size), _update(setup)]


def _forward(sizes: list[int], n: int) -> list[FormulaStep]:
    last = len(sizes) - 1
    softmax = (
        rf"p_{{nc}} &= \frac{{\exp z_{{{last},nc}}}}{{\sum_{{j=0}}^{{{N_CLASSES - 1}}} \exp z_{{{last},nj}}}}",
        rf"L &= -\frac{{1}}{{{n}}} \sum_{{n=1}}^{{{n}}} \ln p_{{n y_n}}",
    )
    return [
        FormulaStep(
            mark("Linear layer"),
            message("A unit weighs all its inputs and adds its bias. $x$ are the pixels of the batch, an image a row."),
            _aligned(_linear(layer, sizes, n) for layer in range(1, last + 1)),
            *_source(Linear.forward),
        ),
        FormulaStep(
            mark("ReLU"),
            message("Between two linear layers, negative values become 0."),
            _aligned(rf"{_sized(f'a_{k}', n, sizes[k])} &= \max(z_{k},\,0)" for k in range(1, last)),
            *_source(Relu.forward),
        ),
        FormulaStep(
            mark("Softmax and cross-entropy"),
            message(
                "The {n_classes} scores of image $n$ become probabilities. The loss is the mean surprise at the right "
                "class $y_n$.",
                n_classes=N_CLASSES,
            ),
            _aligned(softmax),
            *_source(SoftmaxCrossEntropy.forward),
        ),
    ]


def _backward(sizes: list[int], n: int) -> list[FormulaStep]:
    last = len(sizes) - 1
    relu = (
        rf"{_sized(f'G_{k}', n, sizes[k])} &= \frac{{\partial L}}{{\partial a_{k}}} \odot [z_{k} > 0]"
        for k in range(last - 1, 0, -1)
    )
    return [
        FormulaStep(
            mark("Backward: the loss"),
            message(
                "Softmax and cross-entropy together have the simplest gradient: probability minus truth. $Y$ has a 1 "
                "at each right class."
            ),
            rf"{_sized(f'G_{last}', n, N_CLASSES)} = \frac{{\partial L}}{{\partial z_{last}}} "
            rf"= \frac{{1}}{{{n}}}\,(p - Y)",
            *_source(SoftmaxCrossEntropy.backward),
        ),
        FormulaStep(
            mark("Backward: linear layer"),
            message(
                "$G_l$ is the gradient by the layer's output $z_l$. From it follow those by weights, bias and input."
            ),
            _aligned(line for layer in range(last, 0, -1) for line in _linear_backward(layer, sizes)),
            *_source(Linear.backward),
        ),
        FormulaStep(
            mark("Backward: ReLU"),
            message("The gradient passes where the input was positive and stops elsewhere."),
            _aligned(relu),
            *_source(Relu.backward),
        ),
    ]


def _update(setup: TwinSetup) -> FormulaStep:
    steps = (rf"{p}_l &\leftarrow {p}_l - {setup.lr:g}\,\frac{{\partial L}}{{\partial {p}_l}}" for p in "Wb")
    return FormulaStep(
        mark("Update"),
        message(
            "Every weight takes a small step downhill. The PyTorch twin does all of this by `loss.backward()` and "
            "`optimizer.step()`."
        ),
        _aligned(steps),
        *_source(NumpyMlp.train_step),
    )


def _linear(layer: int, sizes: list[int], n: int) -> str:
    fan_in, fan_out = sizes[layer - 1], sizes[layer]
    left, given = _sized(f"z_{layer}", n, fan_out), _sized(_input(layer), n, fan_in)
    weight = _sized(rf"W_{layer}^\top", fan_in, fan_out)
    return rf"{left} &= {given}\,{weight} + {_sized(f'b_{layer}', fan_out)}"


def _linear_backward(layer: int, sizes: list[int]) -> list[str]:
    fan_in, fan_out, given = sizes[layer - 1], sizes[layer], _input(layer)
    weight, bias = _gradient(f"W_{layer}"), _gradient(f"b_{layer}")
    lines = [
        rf"{_sized(weight, fan_out, fan_in)} &= G_{layer}^\top\,{given}",
        rf"{_sized(bias, fan_out)} &= \textstyle\sum_n G_{{{layer},n}}",
    ]
    return lines if layer == 1 else [*lines, rf"{_gradient(given)} &= G_{layer}\,W_{layer}"]


def _input(layer: int) -> str:
    return "x" if layer == 1 else f"a_{layer - 1}"


def _gradient(symbol: str) -> str:
    return rf"\partial L/\partial {symbol}"


def _sized(symbol: str, *shape: int) -> str:
    size = r"\times".join(map(str, shape))
    return rf"\underset{{{size}}}{{{symbol}}}"


def _aligned(lines: Iterable[str]) -> str:
    body = r" \\[4pt] ".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def _source(function: Callable[..., object]) -> tuple[str, str]:
    return function.__qualname__, textwrap.dedent(inspect.getsource(function))
