"""What a network's layers give for many images."""

import numpy as np
import pytest

from core.anatomy.tracing import trace
from core.embedding import layer_values as module
from core.embedding.layer_values import layer_values, map_layers
from core.errors import RunError
from core.inference.networks import load_learner
from core.learners.factory import create_learner
from core.steps import finish
from core.storage.arrays import save_arrays
from tests.made import make_config, make_images

IMAGES = make_images(230, 3).images


@pytest.fixture(params=["mlp", "numpy-mlp", "cnn"])
def run(request, store):
    """The folder of a network that has learnt nothing."""
    options = {} if request.param == "cnn" else {"hidden": (16, 12)}
    record = store.create(make_config(arch=request.param, options=options, optimizer="sgd"))
    save_arrays(record.weights_file, create_learner(record.config).state_dict())
    return record.path


def test_layers_that_only_pass_on_are_left_out(run):
    names = map_layers(run)
    anatomy, values = trace(load_learner(run), IMAGES[:1])
    left_out = [layer for layer in anatomy.layers if layer.name not in names]
    assert {layer.kind for layer in left_out} <= {"flatten", "dropout", "softmax"}
    assert len(names) + len(left_out) == len(anatomy.layers)
    assert len(values) == len(anatomy.layers) - 1


def test_the_values_are_those_of_the_layer_image_by_image_up_to_the_greatest_width(run, monkeypatch):
    name = map_layers(run)[-2]
    anatomy, values = trace(load_learner(run), IMAGES)
    [expected] = [value for layer, value in zip(anatomy.layers, values, strict=False) if layer.name == name]
    expected = expected.reshape(230, -1)
    monkeypatch.setattr(module, "_MOST_VALUES", expected.shape[1])
    np.testing.assert_allclose(finish(layer_values(run, IMAGES, name)), expected, atol=1e-5)


def test_of_a_wide_layer_projections_keep_the_distances(run, monkeypatch):
    monkeypatch.setattr(module, "_MOST_VALUES", 10)
    name = map_layers(run)[0]
    found, again = (finish(layer_values(run, IMAGES, name)) for _ in range(2))
    assert found.shape == (230, 10)
    np.testing.assert_array_equal(found, again)
    anatomy, values = trace(load_learner(run), IMAGES)
    place = [layer.name for layer in anatomy.layers].index(name)
    flat = values[place].reshape(230, -1)
    exact, projected = (np.linalg.norm(each[1:] - each[:-1], axis=1) for each in (flat, found))
    # Ten directions keep each distance to about a quarter, and their mean much better.
    assert np.mean(projected / np.maximum(exact, 1e-9)) == pytest.approx(1, abs=0.15)


def test_a_layer_that_is_not_there_is_named(run):
    with pytest.raises(RunError, match="The network has no layer 'conv9'; it has "):
        finish(layer_values(run, IMAGES, "conv9"))
