"""Gradients derived by hand are autograd's, over many steps, for every network of dense layers.

In double precision, in which rounding does not tip a unit from one side of 0 to the other in so few steps.
"""

import numpy as np
import pytest
import torch

from core.config.recipes import EMBEDDED_DIGITS, RECIPES
from core.learners.choose_step import create_step
from core.learners.factory import create_learner
from core.learners.steps import dense_parameters
from core.learners.steps.autograd import AutogradStep
from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_layers import find_dense_layers
from core.learners.steps.optimizer_state import ENTRIES
from models import create_model
from models.start import N_PIXELS
from tests.core.learners.steps.agreement import SCALE, SETTINGS, assert_agreement, exact_scale, take_step
from tests.made import make_config, make_images

STEPS = 500
DATA = make_images(600, 5)
PIXELS, LABELS = torch.tensor(DATA.images), torch.tensor(DATA.labels)
DENSE = {
    name: recipe.config
    for name, recipe in (RECIPES | {"embedded-digits": EMBEDDED_DIGITS}).items()
    if recipe.config.arch in ("softmax", "mlp", "mlp-scratch")
}


def double_model(config):
    torch.manual_seed(config.seed)
    return create_model(config.arch, config.options).double().train()


def follow(step, config, n_steps):
    """The logits of each step; the last batch of each round through the images is a smaller one."""
    torch.manual_seed(9)
    batches = zip(PIXELS.split(config.batch_size), LABELS.split(config.batch_size), strict=True)
    batches = list(batches)
    return torch.cat([take_step(step, *batches[number % len(batches)], config.lr) for number in range(n_steps)])


def check_agreement(config, n_steps):
    ours, oracle = double_model(config), double_model(config)
    step = DenseStep(config, ours, find_dense_layers(ours), SCALE)
    pairs = (step, ours), (AutogradStep(config, oracle, exact_scale), oracle)
    assert_agreement(pairs, lambda one: follow(one, config, n_steps))


@pytest.mark.usefixtures("_either_library")
@pytest.mark.parametrize("recipe", DENSE)
def test_every_recipe_is_trained_as_autograd_trains_it(recipe):
    check_agreement(DENSE[recipe], STEPS)


@pytest.mark.parametrize("optimizer", SETTINGS)
@pytest.mark.parametrize("activation", ["relu", "prelu", "sigmoid", "tanh"])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_activations_dropout_and_optimizers(optimizer, activation, dropout):
    options = {"hidden": (20, 12), "activation": activation, "dropout": dropout}
    kind, _, _ = optimizer.partition(",")
    check_agreement(make_config(arch="mlp", options=options, optimizer=kind, **SETTINGS[optimizer]), 60)


@pytest.mark.parametrize("arch", ["mlp-scratch", "mlp", "softmax"])
def test_the_processor_trains_dense_layers_by_hand(arch):
    model = create_model(arch)
    assert isinstance(create_step(make_config(arch=arch), model, SCALE, torch.device("cpu")), DenseStep)


@pytest.mark.parametrize("arch", ["mlp-scratch", "mlp", "softmax"])
def test_weights_lie_in_memory_with_the_inputs_first(monkeypatch, arch):
    monkeypatch.setattr(dense_parameters, "has_quick_onednn", lambda: False)
    step = create_step(make_config(arch=arch), create_model(arch), SCALE, torch.device("cpu"))
    assert all(layer.weight.flags.c_contiguous for layer in step.layers)
    assert len(step.layers[0].weight) == N_PIXELS


@pytest.mark.parametrize("arch", ["cnn", "handwriting", "sprint", "best"])
def test_a_network_with_convolutions_is_no_chain_of_dense_layers(arch):
    assert find_dense_layers(create_model(arch)) == []


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_pixels_are_scaled_alike_in_both_ways(dtype):
    out = torch.empty(600, N_PIXELS)
    SCALE.into(PIXELS.to(dtype).flatten(1).numpy(), out.numpy())
    torch.testing.assert_close(out.view(600, 1, 28, 28), SCALE(PIXELS.to(dtype)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimizer", SETTINGS)
def test_a_checkpoint_of_either_step_goes_on_with_the_other(optimizer):
    kind, _, _ = optimizer.partition(",")
    config = make_config(arch="mlp", options={"hidden": (20,)}, optimizer=kind, **SETTINGS[optimizer])
    whole = double_model(config)
    follow(DenseStep(config, whole, find_dense_layers(whole), SCALE), config, 6)
    for first_by_hand in (True, False):
        model = double_model(config)

        def make(by_hand, model=model):
            return (
                DenseStep(config, model, find_dense_layers(model), SCALE)
                if by_hand
                else AutogradStep(config, model, exact_scale)
            )

        first = make(first_by_hand)
        batches = list(zip(PIXELS.split(32), LABELS.split(32), strict=True))
        for batch in batches[:3]:
            take_step(first, *batch, config.lr)
        second = make(not first_by_hand)
        second.load_state(first.state())
        for batch in batches[3:6]:
            take_step(second, *batch, config.lr)
        for name, tensor in whole.state_dict().items():
            torch.testing.assert_close(model.state_dict()[name], tensor, rtol=1e-6, atol=1e-8)


def test_a_state_replaces_what_the_optimizer_remembered():
    config = make_config(arch="softmax", optimizer="adam")
    model = double_model(config)
    step = DenseStep(config, model, find_dense_layers(model), SCALE)
    follow(step, config, 3)
    assert step.state()["optimizer.0.step"] == 3
    step.load_state({})
    assert step.state() == {}


def test_entries_of_another_shape_are_refused():
    config = make_config(arch="softmax", optimizer="adam")
    model = double_model(config)
    step = DenseStep(config, model, find_dense_layers(model), SCALE)
    follow(step, config, 1)
    state = step.state()
    with pytest.raises(ValueError, match="entry 1 holds"):
        step.load_state({**state, "optimizer.1.exp_avg": np.zeros(3)})
    with pytest.raises(ValueError, match="entry 7 is of no parameter"):
        step.load_state({f"optimizer.7.{entry}": np.zeros(()) for entry in ENTRIES["adam"]})


def test_in_single_precision_training_stays_close_to_autograd():
    config = make_config(arch="mlp", options={"hidden": (32,)}, optimizer="sgd", lr=0.05)
    learner = create_learner(config)
    learner.load(DATA)
    learner.begin_epoch(np.arange(600), 9)
    for start in range(0, 576, 32):
        learner.train_step(start, start + 32, config.lr)
    torch.manual_seed(config.seed)
    oracle = create_model(config.arch, config.options).train()
    step = AutogradStep(config, oracle, learner.scale)
    follow(step, config, 18)
    for name, tensor in oracle.state_dict().items():
        np.testing.assert_allclose(learner.state_dict()[name], tensor, rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("arch", ["mlp", "cnn"])
@pytest.mark.parametrize(("gradients", "is_by_hand"), [("by-hand", True), ("auto", True), ("autograd", False)])
def test_gradients_are_autograd_s_where_it_is_asked_for(arch, gradients, is_by_hand):
    config = make_config(arch=arch, gradients=gradients)
    step = create_step(config, create_model(arch), SCALE, torch.device("cpu"))
    assert isinstance(step, AutogradStep) is not is_by_hand
