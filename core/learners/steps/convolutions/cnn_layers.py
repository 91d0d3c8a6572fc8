"""The dense layers of `models.cnn.Cnn`."""

from __future__ import annotations

from core.learners.steps.dense_layers import DenseLayer
from core.learners.steps.dense_parameters import put_inputs_first
from models.cnn import Cnn


def prepare_dense_layers(model: Cnn) -> list[DenseLayer]:
    """Both layers behind the convolutions, with their weights in memory as products want them."""
    layers = [
        DenseLayer(model.fc1.weight, model.fc1.bias, activation="relu", dropout=model.dropout2.p),
        DenseLayer(model.fc2.weight, model.fc2.bias),
    ]
    for layer in layers:
        put_inputs_first(layer)
    return layers
