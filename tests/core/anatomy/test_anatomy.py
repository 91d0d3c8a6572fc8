"""The layers found in every architecture against the networks themselves, and what is written about them."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from core.anatomy.counting import explain_count, explain_shape, table, title
from core.anatomy.inside import describe, first_weights, look_inside
from core.anatomy.layers import CONV, DENSE, Anatomy, Layer, Parameter, name_layers
from core.anatomy.torch_trace import trace_torch
from core.anatomy.tracing import load_network
from core.errors import CheckpointError
from core.learners.factory import create_learner
from core.storage.arrays import save_arrays
from models import MODELS, Architecture
from tests.made import make_config, make_images

CASES = {
    "softmax": {},
    "mlp": {"hidden": (32, 16), "activation": "prelu", "dropout": 0.2},
    "mlp-scratch": {},
    "numpy-mlp": {"hidden": (24,)},
    "cnn": {},
    "handwriting": {},
    "sprint": {},
    "best": {},
}


def config_of(arch, **options):
    return make_config(arch=arch, optimizer="sgd", options=options or CASES[arch])


def layer(anatomy, name):
    return next(entry for entry in anatomy.layers if entry.name == name)


def test_every_registered_architecture_is_looked_at():
    assert set(CASES) == set(MODELS)


@pytest.mark.parametrize("arch", CASES)
def test_parameters_are_those_of_the_network(arch):
    learner = create_learner(config_of(arch))
    anatomy = describe(config_of(arch))
    assert anatomy.n_parameters == learner.n_parameters
    found = {parameter.name: parameter.shape for entry in anatomy.layers for parameter in entry.parameters}
    # What a batch normalisation only measures is no parameter.
    learned = {name: array.shape for name, array in learner.state_dict().items() if "running" not in name}
    assert found == {name: shape for name, shape in learned.items() if not name.endswith("num_batches_tracked")}


def test_a_fresh_network_computes_on_the_processor_in_one_thread_whatever_its_run_would_take():
    before = torch.get_num_threads()
    try:
        learner = load_network(make_config(device="auto", threads=3), None)
        assert (learner.device, torch.get_num_threads()) == ("cpu", 1)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("arch", CASES)
def test_each_layer_takes_what_the_one_before_gives(arch):
    layers = describe(config_of(arch)).layers
    assert layers[0].input_shape[-2:] == (28, 28)
    assert layers[-1].output_shape == (10,)
    for before, after in pairwise(layers):
        assert after.input_shape == before.output_shape


@pytest.mark.parametrize("arch", CASES)
def test_activations_have_the_layers_shapes_and_end_in_the_prediction(arch):
    config, image = config_of(arch), make_images(1, 3).images[0]
    inside = look_inside(config, None, image)
    assert [value.shape for value in inside.values] == [entry.output_shape for entry in describe(config).layers[:-1]]
    scores = inside.values[-1].astype(np.float64)
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(), inside.probabilities, rtol=1e-4)
    np.testing.assert_allclose(inside.probabilities, create_learner(config).predict_proba(image[None])[0], rtol=1e-5)


def test_kinds_in_the_order_of_the_network():
    kinds = [entry.kind for entry in describe(config_of("cnn")).layers]
    assert kinds == [
        "conv", "relu", "conv", "maxpool", "relu", "dropout", "flatten", "dense", "relu", "dropout", "dense", "softmax",
    ]  # fmt: skip
    names = [entry.name for entry in describe(config_of("mlp")).layers]
    assert names[:4] == ["flatten", "fc1", "prelu1", "dropout1"]
    assert [entry.name for entry in describe(config_of("mlp-scratch")).layers if entry.kind == DENSE] == [
        "W1, b1",
        "W2, b2",
    ]


def test_why_9216():
    rows = {row.name: row for row in table(describe(config_of("cnn")))}
    assert rows["conv1"].shape == "32 × 26 × 26"
    assert rows["conv1"].shape_reason == "28 − 3 + 1 = 26"
    assert rows["conv1"].count_reason == "(3·3·1 + 1) · 32 = 320"
    assert rows["conv2"].count_reason == "(3·3·32 + 1) · 64 = 18,496"
    assert rows["maxpool"].shape_reason == "24 / 2 = 12"
    assert rows["flatten"].shape_reason == "28 → 26 → 24 → 12; 64 · 12 · 12 = 9,216"
    assert rows["fc1"].count_reason == "(9,216 + 1) · 128 = 1,179,776"
    assert str(rows["dropout2"].sentence).startswith("In training, 50%")
    assert sum(row.count for row in rows.values()) == 1_199_882


def test_a_single_channel_is_no_factor():
    assert explain_shape(describe(config_of("softmax")).layers[0]) == "28 · 28 = 784"


@pytest.mark.parametrize("arch", CASES)
def test_what_is_worked_out_is_right(arch):
    for entry in describe(config_of(arch)).layers:
        if entry.kind in (CONV, DENSE):
            sum_, _, total = explain_count(entry).partition(" = ")
            value = eval(sum_.replace("·", "*").replace(",", ""))
            assert value == entry.n_parameters == int(total.replace(",", ""))


def trace(model):
    return trace_torch(model, torch.zeros(2, 1, 28, 28))[0]


@pytest.mark.parametrize(
    ("step", "side", "reason"),
    [
        (nn.Conv2d(1, 4, 5, padding=2), 28, "28 + 2 · 2 − 5 + 1 = 28"),
        (nn.Conv2d(1, 4, 3, stride=2), 13, "⌊(28 − 3) / 2⌋ + 1 = 13"),
        (nn.Conv2d(1, 4, 3, padding="same"), 28, "28 + 2 · 1 − 3 + 1 = 28"),
        (nn.MaxPool2d(3), 9, "⌊28 / 3⌋ = 9"),
        (nn.MaxPool2d(2, 2, 1), 15, "⌊(28 + 2 · 1 − 2) / 2⌋ + 1 = 15"),
        (nn.MaxPool2d(3, 2, 1), 14, "⌊(28 + 2 · 1 − 3) / 2⌋ + 1 = 14"),
    ],
)
def test_padding_and_stride_are_explained(step, side, reason):
    found = trace(nn.Sequential(step, nn.Flatten(), nn.LazyLinear(10)))
    assert found.layers[0].output_shape[1:] == (side, side)
    assert explain_shape(found.layers[0]) == reason


class Unusual(nn.Module):
    """Layers without a bias, a kind that is not known, a dropout by position, and a layer used as a function."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 6, bias=False)
        self.norm = nn.LayerNorm(6)
        self.W = nn.Parameter(torch.randn(6, 10))

    def forward(self, images):
        x = self.norm(self.first(images.view(len(images), -1)))
        return F.dropout(torch.tanh(x), 0.3) @ self.W


def test_a_network_that_was_not_foreseen_gets_its_table():
    model = Unusual()
    anatomy = trace(model)
    assert [entry.kind for entry in anatomy.layers] == [
        "flatten", "dense", "layer_norm", "tanh", "dropout", "dense", "softmax",
    ]  # fmt: skip
    assert anatomy.n_parameters == sum(parameter.numel() for parameter in model.parameters())
    assert explain_count(layer(anatomy, "first")) == "784 · 6 = 4,704"
    assert explain_count(layer(anatomy, "norm")) == "6 + 6 = 12"
    assert str(title(layer(anatomy, "norm"))) == "layer_norm"
    odd = Layer("odd", "odd", (4, 5), (3,), (Parameter("a", (4, 5)), Parameter("b", (3,))))
    assert explain_count(odd) == "4·5 + 3 = 23"
    assert layer(anatomy, "dropout").settings["p"] == 0.3
    assert model.training


def test_names_are_numbered_only_where_a_kind_comes_twice():
    names = [entry.name for entry in describe(config_of("cnn")).layers]
    assert "flatten" in names
    assert {"relu1", "relu2", "relu3"} <= set(names)
    assert len(set(names)) == len(names)
    # In a plain sequence the network's own names are numbers.
    assert [entry.name for entry in describe(config_of("softmax")).layers] == ["flatten", "dense", "softmax"]


def test_the_dense_tail_ends_at_anything_but_activations():
    assert describe(config_of("cnn")).dense_tail() == (7, 10)
    assert describe(config_of("softmax")).dense_tail() == (1,)
    assert trace(Unusual()).dense_tail() == (5,)
    in_two_parts = nn.Sequential(nn.Flatten(), nn.Linear(784, 20), nn.Flatten(), nn.Linear(20, 10))
    assert trace(in_two_parts).dense_tail() == (3,)


def test_first_weights_are_the_networks_own():
    config = config_of("mlp", hidden=(12, 5))
    arrays = create_learner(config).state_dict()
    found = first_weights(config, None)
    np.testing.assert_array_equal(found.pictures, arrays["fc1.weight"].reshape(12, 28, 28))
    lengths = np.linalg.norm(arrays["fc1.weight"], axis=1) * np.linalg.norm(arrays["fc2.weight"], axis=0)
    np.testing.assert_allclose(found.strength, lengths, rtol=1e-5)
    assert not found.is_last


def test_first_weights_of_a_convolution_of_raw_parameters_and_of_a_single_layer():
    filters = first_weights(config_of("cnn"), None)
    assert filters.pictures.shape == (32, 3, 3)
    arrays = create_learner(config_of("cnn")).state_dict()
    reading = np.sqrt((arrays["conv2.weight"] ** 2).sum((0, 2, 3)))
    np.testing.assert_allclose(
        filters.strength, np.linalg.norm(arrays["conv1.weight"].reshape(32, -1), axis=1) * reading, rtol=1e-5
    )
    raw = create_learner(config_of("mlp-scratch")).state_dict()
    pictures = first_weights(config_of("mlp-scratch"), None).pictures
    np.testing.assert_array_equal(pictures[3], raw["W1"][:, 3].reshape(28, 28))
    assert first_weights(config_of("softmax"), None).is_last


def test_filters_need_not_be_square(tmp_path, monkeypatch):
    (tmp_path / "wide_network.py").write_text(
        "from torch import nn\n\n\ndef build():\n"
        "    return nn.Sequential(nn.Conv2d(1, 4, (3, 5)), nn.Flatten(), nn.Linear(4 * 26 * 24, 10))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(MODELS, "wide", Architecture("wide", "Wide", "A network of this test.", "wide_network"))
    config = make_config(arch="wide")
    expected = create_learner(config).state_dict()["0.weight"][:, 0]
    np.testing.assert_array_equal(first_weights(config, None).pictures, expected)
    assert str(title(describe(config).layers[0])) == "Convolution 3×5"


def test_a_batch_normalisation_is_a_layer_and_counts_in_the_strength_of_filters(store):
    config = config_of("handwriting")
    anatomy = describe(config)
    assert [entry.name for entry in anatomy.layers[:7]] == [
        "conv1", "norm1", "relu1", "conv2", "norm2", "relu2", "maxpool1",
    ]  # fmt: skip
    assert str(title(layer(anatomy, "norm1"))) == "Batch normalisation"
    assert explain_count(layer(anatomy, "norm1")) == "16 + 16 = 32"
    run = store.create(config).path
    arrays = create_learner(config).state_dict()
    save_arrays(run / "weights.safetensors", arrays)
    before = first_weights(config, run).strength
    arrays["norm1.weight"][3], arrays["norm1.running_var"][3] = -2.0, 0.25
    save_arrays(run / "weights.safetensors", arrays)
    change = np.ones(16)
    change[3] = 2 / 0.5
    np.testing.assert_allclose(first_weights(config, run).strength / before, change, rtol=1e-4)


def test_a_runs_own_weights_are_used(store):
    config = config_of("softmax")
    run = store.create(config).path
    arrays = {name: np.full_like(array, 0.5) for name, array in create_learner(config).state_dict().items()}
    save_arrays(run / "weights.safetensors", arrays)
    assert (first_weights(config, run).pictures == 0.5).all()


def test_weights_that_are_missing_or_not_finite_are_named(store):
    config = config_of("softmax")
    run = store.create(config).path
    with pytest.raises(CheckpointError, match="missing"):
        first_weights(config, run)
    arrays = create_learner(config).state_dict()
    arrays["1.bias"][0] = np.nan
    save_arrays(run / "weights.safetensors", arrays)
    with pytest.raises(CheckpointError, match=r"1\.bias"):
        look_inside(config, run, make_images(1, 1).images[0])


def test_a_network_without_weights_has_no_first_one():
    flatten = describe(config_of("softmax")).layers[0]
    assert Anatomy(name_layers([flatten])).first_weighted() is None
    assert dataclasses.replace(flatten, name="x").n_parameters == 0
