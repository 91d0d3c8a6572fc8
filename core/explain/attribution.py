"""How much each pixel has to do with a score, by four methods of captum."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Occlusion, Saliency
from torch import Tensor

from core.errors import ExplanationError
from core.explain.maps import last_map
from core.explain.methods import GRAD_CAM, INTEGRATED_GRADIENTS, OCCLUSION, SALIENCY, Attribution
from core.explain.network import DifferentiableNetwork
from core.ink.rendering import SIDE, Picture

Score = Callable[[Tensor], Tensor]

# Integrated gradients: with more the sum hardly comes closer to the difference of scores.
_STEPS = 64
# Occlusion: about as wide as a line with its edges.
_PATCH, _STRIDE = 4, 2


def score_of(network: DifferentiableNetwork, target: int, other: int | None) -> Score:
    """By how much the score of the class `target` is above that of `other`, or above the mean of all (N,).

    A score by itself has no meaning: the softmax gives the same probabilities when all scores rise alike.
    """

    def score(ink: Tensor) -> Tensor:
        scores = network(ink)
        return scores[:, target] - (scores.mean(1) if other is None else scores[:, other])

    return score


def saliency(network: DifferentiableNetwork, ink: Tensor, score: Score) -> Tensor:  # noqa: ARG001 - all methods are called alike
    """How strongly the score reacts to a little more or less ink: the gradient's size (Simonyan et al. 2013)."""
    return cast(Tensor, Saliency(score).attribute(ink))


def integrated_gradients(network: DifferentiableNetwork, ink: Tensor, score: Score) -> Tensor:  # noqa: ARG001
    """The score's difference from blank paper, shared out among the pixels (Sundararajan et al. 2017)."""
    return cast(Tensor, IntegratedGradients(score).attribute(ink, 0.0, n_steps=_STEPS))


def grad_cam(network: DifferentiableNetwork, ink: Tensor, score: Score) -> Tensor:
    """Where the last maps of a convolution speak for the score (Selvaraju et al. 2017).

    Raises ExplanationError for a network without a convolution.
    """
    layer = last_map(network)
    if layer is None:
        raise ExplanationError("Grad-CAM looks at the maps of a convolution; this network has none.")
    coarse = cast(Tensor, LayerGradCam(score, layer).attribute(ink, relu_attributions=True))
    return cast(Tensor, LayerAttribution.interpolate(coarse, (SIDE, SIDE), "bilinear"))


def occlusion(network: DifferentiableNetwork, ink: Tensor, score: Score) -> Tensor:  # noqa: ARG001
    """By how much the score falls when the ink of a small square is rubbed out (Zeiler & Fergus 2014).

    A pixel has the mean of the squares that cover it.
    """
    squares = len(range(0, SIDE - _PATCH + 1, _STRIDE)) ** 2
    patch, strides = (1, _PATCH, _PATCH), (1, _STRIDE, _STRIDE)
    values = Occlusion(score).attribute(ink, patch, strides, baselines=0.0, perturbations_per_eval=squares)
    return cast(Tensor, values)


_METHODS: dict[str, Callable[[DifferentiableNetwork, Tensor, Score], Tensor]] = {
    OCCLUSION: occlusion,
    INTEGRATED_GRADIENTS: integrated_gradients,
    SALIENCY: saliency,
    GRAD_CAM: grad_cam,
}


def attribute(
    network: DifferentiableNetwork, picture: Picture, method: str, target: int, other: int | None
) -> Attribution:
    """See `core.explain.ask.attribute_run`."""
    # Saliency asks for a leaf that wants its gradient; the others do not mind.
    ink = network.ink(picture[None]).requires_grad_()
    values = _METHODS[method](network, ink, score_of(network, target, other))
    array: Attribution = values.detach().cpu().numpy()[0, 0]
    return array
