"""The symbols that stand for a layer's input, output, parameters and gradients in LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.anatomy.layers import Layer, Shape
from core.texts.message import Message

Say = Callable[[Message], str]


@dataclass(frozen=True)
class Step:
    """A layer with the symbols of its input and its output.

    number: of the last weighted layer up to here, from 1. say: puts the words within formulas into a language.
    """

    layer: Layer
    say: Say
    source: str
    result: str
    number: int
    is_first: bool

    @property
    def weight(self) -> str:
        """Its weights, bold W."""
        return rf"\mathbf{{W}}_{{{self.number}}}"

    @property
    def bias(self) -> str:
        """Its biases, bold b."""
        return rf"\mathbf{{b}}_{{{self.number}}}"


def gradient(symbol: str) -> str:
    """The loss's gradient by the symbol: δ for a weighted layer's output."""
    if symbol.startswith(r"\mathbf{z}"):
        return symbol.replace(r"\mathbf{z}", r"\boldsymbol{\delta}")
    return rf"\dfrac{{\partial L}}{{\partial {symbol}}}"


def space(shape: Shape) -> str:
    """The set of arrays of a shape, such as \\mathbb{R}^{128 \\times 784}."""
    return rf"\mathbb{{R}}^{{{sizes(shape)}}}"


def sizes(shape: Shape) -> str:
    """The sizes of an array's axes, such as 128 \\times 784."""
    return r" \times ".join(map(str, shape))


def words(step: Step, text: Message) -> str:
    """Words within a formula."""
    return rf"\text{{{step.say(text)}}}"


def member(symbol: str, step: Step) -> str:
    """That the symbol is an array of the layer's output shape."""
    return rf"{symbol} \in {space(step.layer.output_shape)}"


def weight_sizes(step: Step) -> list[str]:
    """The shapes of a layer's parameters, and of its output."""
    shapes = [rf"{step.weight} \in {space(step.layer.parameters[0].shape)}"]
    if step.layer.has_bias:
        shapes.append(rf"{step.bias} \in {space(step.layer.parameters[1].shape)}")
    return [r",\quad ".join(shapes), member(step.result, step)]


def of_parameter(step: Step, symbol: str, value: str, place: int = 0) -> str:
    """The gradient by the layer's parameter number `place`, with its shape."""
    return rf"{gradient(symbol)} = {value} \in {space(step.layer.parameters[place].shape)}"
