"""Which networks are chains of dense layers, and the parameters of each layer."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from models.mlp_scratch import MlpScratch

_ACTIVATIONS = {nn.ReLU: "relu", nn.PReLU: "prelu", nn.Sigmoid: "sigmoid", nn.Tanh: "tanh"}


@dataclass
class DenseLayer:
    """A linear layer, and what its outputs go through.

    weight: (inputs, outputs) where `is_inputs_first`, else (outputs, inputs). activation: empty where there is none.
    slope: the one parameter of a PReLU. dropout: the share of outputs that are dropped in training.
    """

    weight: Tensor
    bias: Tensor
    is_inputs_first: bool = False
    activation: str = ""
    slope: Tensor | None = None
    dropout: float = 0.0


def find_dense_layers(model: nn.Module) -> list[DenseLayer]:
    """The layers in their order; none where the network is no chain of dense layers."""
    if isinstance(model, MlpScratch):
        first = DenseLayer(model.W1, model.b1, is_inputs_first=True, activation="relu")
        return [first, DenseLayer(model.W2, model.b2, is_inputs_first=True)]
    layers: list[DenseLayer] = []
    if not isinstance(model, nn.Sequential):
        return layers
    for module in model:
        if isinstance(module, nn.Linear):
            layers.append(DenseLayer(module.weight, module.bias))
        elif isinstance(module, nn.Dropout) and layers:
            layers[-1].dropout = module.p
        elif type(module) in _ACTIVATIONS and layers and not layers[-1].dropout:
            layers[-1].activation = _ACTIVATIONS[type(module)]
            layers[-1].slope = module.weight if isinstance(module, nn.PReLU) else None
        elif not isinstance(module, nn.Flatten):
            return []
    return layers
