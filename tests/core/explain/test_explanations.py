"""What is said of a network's reading, against what is known of simple networks."""

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view

from core.data.catalog import DATASETS
from core.errors import ExplanationError, RunError
from core.explain.ask import attribute_run, look_at_layers
from core.explain.maps import last_map
from core.explain.methods import GRAD_CAM, INTEGRATED_GRADIENTS, METHODS, OCCLUSION, SALIENCY
from core.explain.network import DifferentiableNetwork
from core.inference.networks import load_learner, predict_proba
from core.ink.rendering import picture_from_strokes
from core.learners.base import pixel_scaling
from core.learners.factory import create_learner
from core.settings import BUNDLED_RUNS
from core.storage.arrays import load_arrays, save_arrays
from models import MODELS
from tests.made import make_config, make_images

NETWORKS = {
    "softmax": {},
    "mlp": {"hidden": (24, 16), "activation": "tanh"},
    "numpy-mlp": {"hidden": (24, 16)},
    "cnn": {},
}
PICTURE = make_images(1, 3).images[0]
SEVEN = picture_from_strokes([np.array([(80.0, 70), (200, 70), (130, 240)])]).picture
MEAN, STD = DATASETS["digits"].mean, DATASETS["digits"].std


@pytest.fixture
def make_run(store):
    """Makes the folder of a network with fresh weights, or with given ones."""

    def make(arch, arrays=None, **options):
        record = store.create(make_config(arch=arch, optimizer="sgd", options=options or NETWORKS.get(arch, {})))
        save_arrays(record.weights_file, arrays or create_learner(record.config).state_dict())
        return record.path

    return make


def score(run, picture, target, other):
    """The score that is explained, from the probabilities: scores differ as the probabilities' logarithms do."""
    logs = np.log(predict_proba(run, picture[None])[0].astype(np.float64))
    return logs[target] - (logs.mean() if other is None else logs[other])


@pytest.mark.parametrize("name", ["cnn", "torch-mlp", "numpy-mlp", "fashion-softmax"])
@pytest.mark.parametrize("has_rival", [False, True])
def test_integrated_gradients_add_up_to_the_difference_from_blank_paper(name, has_rival):
    run, paper = BUNDLED_RUNS / name, np.zeros_like(PICTURE)
    target, rival = (int(number) for number in np.argsort(-predict_proba(run, SEVEN[None])[0])[[0, 2]])
    other = rival if has_rival else None
    values = attribute_run(run, SEVEN, INTEGRATED_GRADIENTS, target, other)
    difference = score(run, SEVEN, target, other) - score(run, paper, target, other)
    assert difference > 0.2
    assert values.sum() == pytest.approx(difference, rel=0.02)
    assert (values[SEVEN == 0] == 0).all(), "paper is as it was"


@pytest.mark.parametrize("other", [None, 0, 4])
def test_saliency_of_softmax_regression_is_the_weights_size(make_run, other):
    run = make_run("softmax")
    (weights,) = [array for array in load_arrays(run / "weights.safetensors")[0].values() if array.ndim == 2]
    expected = np.abs(weights[9] - (weights.mean(0) if other is None else weights[other])) / STD
    values = attribute_run(run, PICTURE, SALIENCY, 9, other)
    np.testing.assert_allclose(values.ravel(), expected, rtol=1e-4, atol=1e-6)


def test_occlusion_of_softmax_regression_is_the_mean_of_what_the_squares_weigh(make_run):
    run = make_run("softmax")
    (weights,) = [array for array in load_arrays(run / "weights.safetensors")[0].values() if array.ndim == 2]
    parts = ((weights[9] - weights[4]) / STD).reshape(28, 28) * PICTURE / 255
    squares = sliding_window_view(parts, (4, 4))[::2, ::2].sum((2, 3))
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for row in range(13):
        for column in range(13):
            place = np.s_[2 * row : 2 * row + 4, 2 * column : 2 * column + 4]
            total[place] += squares[row, column]
            count[place] += 1
    values = attribute_run(run, PICTURE, OCCLUSION, 9, 4)
    np.testing.assert_allclose(values, total / count, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("arch", NETWORKS)
def test_where_there_is_no_ink_there_is_nothing_to_rub_out(make_run, arch):
    picture = np.zeros((28, 28), np.uint8)
    picture[2:8, 2:8] = 255
    values = attribute_run(make_run(arch), picture, OCCLUSION, 9, None)
    np.testing.assert_allclose(values[12:], 0, atol=1e-5)
    assert np.abs(values[2:8, 2:8]).max() > 1e-4


def test_grad_cam_is_what_the_maps_say_for_a_class_and_nothing_of_what_they_say_against():
    run, info = BUNDLED_RUNS / "cnn", DATASETS["mnist"]
    model = load_learner(run).model.eval()
    pixels = (torch.tensor(SEVEN[None, None] / 255, dtype=torch.float32) - info.mean) / info.std
    maps = torch.relu(torch.max_pool2d(model.conv2(torch.relu(model.conv1(pixels))), 2)).detach().requires_grad_()
    scores = model.fc2(torch.relu(model.fc1(maps.flatten(1))))
    # Selvaraju et al. 2017: each map counts by its mean gradient.
    (gradients,) = torch.autograd.grad(scores[0, 2] - scores[0, 7], maps)
    said = (gradients.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).detach()
    assert said.min() < 0 < said.max()
    expected = torch.nn.functional.interpolate(said.relu(), (28, 28), mode="bilinear")[0, 0]
    values = attribute_run(run, SEVEN, GRAD_CAM, 2, 7)
    assert (values.shape, values.dtype) == ((28, 28), np.float32)
    np.testing.assert_allclose(values, expected.numpy(), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("arch", ["softmax", "mlp", "numpy-mlp"])
def test_grad_cam_needs_a_convolution(make_run, arch):
    with pytest.raises(ExplanationError, match="maps of a convolution; this network has none"):
        attribute_run(make_run(arch), PICTURE, GRAD_CAM, 3, None)


@pytest.mark.parametrize(("arch", "side"), [("cnn", 12), ("handwriting", 7), ("sprint", 7), ("best", 7)])
def test_grad_cam_looks_at_the_last_maps_that_are_not_too_coarse(make_run, arch, side):
    run = make_run(arch)
    network = DifferentiableNetwork(load_learner(run), MEAN, STD)
    seen = []
    last_map(network).register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    network(network.ink(PICTURE[None]))
    assert seen[0].shape[-2:] == (side, side)
    assert seen[0].min() == 0, "after ReLU"


@pytest.mark.parametrize("method", [OCCLUSION, INTEGRATED_GRADIENTS, SALIENCY])
def test_the_numpy_network_is_explained_as_its_torch_twin(make_run, method):
    run = make_run("numpy-mlp", hidden=(24, 16))
    twin = make_run("mlp", load_arrays(run / "weights.safetensors")[0], hidden=(24, 16))
    values, expected = (attribute_run(path, PICTURE, method, 9, 4) for path in (run, twin))
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-5)


def test_gradients_of_the_numpy_network_outlive_its_next_forward_pass(make_run):
    network = DifferentiableNetwork(load_learner(make_run("numpy-mlp")), MEAN, STD)

    def gradient(forget):
        ink = network.ink(PICTURE[None]).requires_grad_()
        scores = network(ink)
        if forget:
            network(torch.zeros((2, 1, 28, 28)))
        return torch.autograd.grad(scores[0, 3], ink)[0]

    assert torch.equal(gradient(False), gradient(True))
    assert gradient(False).abs().max() > 0


@pytest.mark.parametrize("method", METHODS)
def test_explaining_changes_nothing_and_is_repeatable(make_run, method):
    run = make_run("cnn")
    before = predict_proba(run, PICTURE[None])
    first, second = (attribute_run(run, PICTURE, method, 1, 2) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(predict_proba(run, PICTURE[None]), before)
    assert not any(module._forward_hooks for module in load_learner(run).model.modules())


def test_dropout_is_off_while_a_network_is_explained(make_run):
    run = make_run("mlp", hidden=(16,), dropout=0.5)
    values = [attribute_run(run, PICTURE, SALIENCY, 1, 2) for _ in range(2)]
    assert np.array_equal(*values)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("x-ray", 1, None), "'x-ray'; known: occlusion, integrated-gradients, saliency, grad-cam"),
        ((OCCLUSION, 10, None), "no class 10; the classes are numbered 0 to 9"),
        ((OCCLUSION, 1, -1), "no class -1"),
    ],
)
def test_what_is_unknown_is_named(make_run, asked, message):
    with pytest.raises(ExplanationError, match=message):
        attribute_run(make_run("softmax"), PICTURE, *asked)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError):
        attribute_run(tmp_path, PICTURE, OCCLUSION, 1, None)


@pytest.mark.parametrize("arch", MODELS)
def test_layers_of_a_drawing_end_in_its_prediction(make_run, arch):
    run = make_run(arch)
    anatomy, inside = look_at_layers(run, PICTURE)
    assert [value.shape for value in inside.values] == [layer.output_shape for layer in anatomy.layers[:-1]]
    np.testing.assert_allclose(inside.probabilities, predict_proba(run, PICTURE[None])[0], rtol=1e-5)


def test_pixels_are_scaled_as_in_training(store):
    record = store.create(make_config(scaling="unit"))
    save_arrays(record.weights_file, create_learner(record.config).state_dict())
    network = DifferentiableNetwork(load_learner(record.path), *pixel_scaling(record.config))
    probabilities = network(network.ink(PICTURE[None])).softmax(1).detach().numpy()
    np.testing.assert_allclose(probabilities, predict_proba(record.path, PICTURE[None]), rtol=1e-5)
