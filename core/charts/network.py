"""A network as a chain of blocks, one for each layer."""

from __future__ import annotations

from dataclasses import dataclass

from core.anatomy.counting import title
from core.anatomy.layers import (
    ACTIVATIONS,
    DROPOUT,
    FLATTEN,
    SOFTMAX,
    WEIGHTED,
    Anatomy,
    Layer,
    Shape,
)
from core.texts.message import Message, message


@dataclass(frozen=True)
class Block:
    """A layer of the picture, or the image at its beginning.

    name: as the network calls the layer; None for the image.
    drawing: "sheets" (a stack of feature maps), "dots" (a vector), or the kind of a layer with a symbol of its own.
    shape: of the output, without the batch axis.
    is_weighted: whether the layer has a weight matrix.
    """

    name: str | None
    title: Message
    drawing: str
    shape: Shape
    n_parameters: int
    is_weighted: bool


def network_data(anatomy: Anatomy) -> tuple[Block, ...]:
    """The image, then a block for each layer."""
    shape = anatomy.layers[0].input_shape
    image = Block(None, message("Pixels"), "sheets", shape, 0, False)
    return (image, *(_block(layer) for layer in anatomy.layers))


def _block(layer: Layer) -> Block:
    signs = (*ACTIVATIONS, DROPOUT, FLATTEN, SOFTMAX)
    drawing = layer.kind if layer.kind in signs else "sheets" if len(layer.output_shape) == 3 else "dots"
    return Block(layer.name, title(layer), drawing, layer.output_shape, layer.n_parameters, layer.kind in WEIGHTED)
