"""One unit's computation, forward and backward, for the pages. To be called where torch is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.anatomy.backward import Gradient, gradient
from core.anatomy.layers import ACTIVATIONS, NORM, SOFTMAX, Layer
from core.anatomy.products import Products, products
from core.anatomy.tracing import load_network, trace_both_ways
from core.config.run_config import RunConfig
from core.data.datasets import Images
from core.errors import ExplanationError


@dataclass(frozen=True)
class UnitPass:
    """A unit of a layer, and its computation both ways. certainty: the probability of the image's true class."""

    layer: Layer
    unit: int
    products: Products
    gradient: Gradient
    certainty: float


def can_look_into(layer: Layer) -> bool:
    """Whether `look_into_unit` knows how this layer makes its values."""
    dimensions = len(layer.input_shape), len(layer.output_shape)
    match layer.kind:
        case "conv" | "maxpool":
            return dimensions == (3, 3)
        case "dense" | "softmax":
            return dimensions == (1, 1)
        case kind:
            return kind in (*ACTIVATIONS, NORM) and dimensions in ((1, 1), (3, 3))


def unit_count(layer: Layer) -> int:
    """How many units the layer has. A softmax is looked at as a whole."""
    return 1 if layer.kind == SOFTMAX else layer.output_shape[0]


def look_into_unit(config: RunConfig, run: Path | None, image: Images, label: int, layer: str, unit: int) -> UnitPass:
    """Both passes of one unit for one image (28, 28).

    run: the folder of the run whose weights are meant; None stands for fresh ones. label: the image's true class.
    layer: its name. Raises ExplanationError for a unit that is not there or a layer of an unknown kind, and RunError.
    """
    learner = load_network(config, run)
    found, arrays = trace_both_ways(learner, image, label), learner.state_dict()
    layers = found.anatomy.layers
    place = next((place for place, each in enumerate(layers) if each.name == layer and can_look_into(each)), None)
    if place is None:
        raise ExplanationError("There is no way to look into the layer {layer}.", layer=layer)
    if not 0 <= unit < unit_count(layers[place]):
        raise ExplanationError(
            "{layer} has no unit {unit}; its units are 0 to {last}.",
            layer=layer,
            unit=unit,
            last=unit_count(layers[place]) - 1,
        )
    made = products(found, place, unit, arrays)
    back = gradient(found, place, unit, made)
    return UnitPass(layers[place], unit, made, back, float(found.probabilities[label]))
