"""Logits and penultimate features of every architecture."""

import numpy as np
import pytest

from core.learners.factory import create_learner
from models import MODELS
from tests.made import make_config, make_images

# The name of the last layer's weights, whether they are stored as (inputs, outputs), and the number of features.
LAST_LAYERS = {
    "softmax": ("1", False, 784),
    "mlp": ("fc3", False, 24),
    "mlp-scratch": ("2", True, 256),
    "numpy-mlp": ("fc3", False, 24),
    "cnn": ("fc2", False, 128),
    "handwriting": ("fc2", False, 128),
    "sprint": ("fc1", False, 256),
    "best": ("fc1", False, 96),
}
IMAGES = make_images(7, 3).images


def make_learner(arch):
    options = {"hidden": (16, 24)} if arch in ("mlp", "numpy-mlp") else {}
    return create_learner(make_config(arch=arch, options=options, optimizer="sgd", test_batch_size=3))


def last_layer(learner, arch):
    name, inputs_first, _ = LAST_LAYERS[arch]
    arrays = learner.state_dict()
    if inputs_first:
        return arrays[f"W{name}"], arrays[f"b{name}"]
    return arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]


@pytest.mark.parametrize("arch", MODELS)
def test_the_last_layer_turns_the_features_into_the_logits(arch):
    learner = make_learner(arch)
    outputs = learner.outputs(IMAGES)
    weight, bias = last_layer(learner, arch)
    assert outputs.features.shape == (7, LAST_LAYERS[arch][2])
    assert outputs.logits.dtype == outputs.features.dtype == np.float32
    np.testing.assert_allclose(outputs.features @ weight + bias, outputs.logits, atol=1e-4)


@pytest.mark.parametrize("arch", MODELS)
def test_the_softmax_of_the_logits_are_the_probabilities(arch):
    learner = make_learner(arch)
    shifted = np.exp(learner.outputs(IMAGES).logits.astype(np.float64))
    expected = shifted / shifted.sum(1, keepdims=True)
    np.testing.assert_allclose(learner.predict_proba(IMAGES), expected, atol=1e-5)


@pytest.mark.parametrize("arch", MODELS)
def test_no_images_have_no_outputs(arch):
    outputs = make_learner(arch).outputs(IMAGES[:0])
    assert outputs.logits.shape == (0, 10)
    assert outputs.features.shape == (0, LAST_LAYERS[arch][2])
