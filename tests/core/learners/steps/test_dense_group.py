"""Networks that are trained together learn what each of them learns alone."""

import numpy as np
import pytest
import torch

from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_group import DenseGroup
from core.learners.steps.dense_layers import find_dense_layers
from models import create_model
from tests.core.learners.steps.agreement import SCALE
from tests.made import make_config, make_images

pytestmark = pytest.mark.usefixtures("_either_library")

DATA = make_images(200, 5)
PIXELS = DATA.images.reshape(200, -1)
# The last batch of each round through the images is smaller.
BATCH = 32
STEPS = 21


def mlp(hidden, lr=0.1, activation="relu", seed=1):
    options = {"hidden": hidden, "activation": activation}
    return make_config(arch="mlp", options=options, optimizer="sgd", lr=lr, seed=seed)


SEVERAL = [
    mlp((32, 32)),
    mlp((300, 256), 0.05),
    mlp((13,), 0.2),
    mlp((20, 12, 7), 0.1, "tanh"),
    mlp((20,), 0.1, "prelu"),
    mlp((9, 9), 0.3, "prelu"),
    mlp((17,), 0.3, "sigmoid"),
    make_config(arch="softmax", optimizer="sgd", lr=0.02),
    make_config(arch="mlp-scratch", optimizer="sgd", lr=0.05),
]


def create(config, dtype):
    torch.manual_seed(config.seed)
    model = create_model(config.arch, config.options).to(dtype).train()
    return model, DenseStep(config, model, find_dense_layers(model), SCALE)


def batches():
    rounds = [slice(start, start + BATCH) for start in range(0, len(DATA), BATCH)]
    return [rounds[number % len(rounds)] for number in range(STEPS)]


def train_alone(config, dtype=torch.float64):
    """The logits of all steps, and the parameters after them."""
    model, step = create(config, dtype)
    logits = []
    for batch in batches():
        pixels, labels = torch.tensor(DATA.images[batch]), torch.tensor(DATA.labels[batch])
        logits.append(step.forward(pixels))
        step.backward(labels, config.lr)
        step.update(config.lr)
    return torch.cat(logits), model.state_dict()


def train_together(configs, dtype=torch.float64, spoil=lambda _: None):
    """Of each network what `train_alone` gives."""
    models, steps = zip(*(create(config, dtype) for config in configs), strict=True)
    spoil(models)
    group = DenseGroup([step.layers for step in steps], SCALE)
    logits = []
    for batch in batches():
        labels = DATA.labels[batch]
        logits.append(group.step(PIXELS[batch], labels, [config.lr for config in configs]))
    each = torch.from_numpy(np.concatenate(logits)).unbind(1)
    return [(said, model.state_dict()) for said, model in zip(each, models, strict=True)]


def check_equal(ours, other, **tolerances):
    torch.testing.assert_close(ours[0], other[0], **tolerances)
    for name, tensor in other[1].items():
        torch.testing.assert_close(ours[1][name], tensor, **tolerances)


def test_networks_of_any_shape_activation_and_learning_rate_learn_as_alone():
    for config, ours in zip(SEVERAL, train_together(SEVERAL), strict=True):
        alone = train_alone(config)
        check_equal(ours, alone, rtol=1e-9, atol=1e-11)
        start = create(config, torch.float64)[0].state_dict()
        assert not any(torch.equal(start[name], tensor) for name, tensor in alone[1].items())


def test_a_slope_behind_many_weights_is_learned_too():
    config = mlp((42,), 0.1, "prelu")
    [ours] = train_together([config])
    check_equal(ours, train_alone(config), rtol=1e-9, atol=1e-11)


def test_a_networks_result_depends_on_no_other_in_the_group():
    exactly = {"rtol": 0.0, "atol": 0.0}
    whole = train_together(SEVERAL, torch.float32)
    for config, ours in zip(SEVERAL, whole, strict=True):
        check_equal(ours, *train_together([config], torch.float32), **exactly)
    for ours, other in zip(whole[::2], train_together(SEVERAL[::2], torch.float32), strict=True):
        check_equal(ours, other, **exactly)


def test_a_network_of_nan_spoils_no_other():
    def spoil(models):
        for parameter in models[1].parameters():
            parameter.data.fill_(torch.nan)

    configs = SEVERAL[:4]
    spoiled, whole = train_together(configs, torch.float32, spoil), train_together(configs, torch.float32)
    assert spoiled[1][0].isnan().all()
    for number in (0, 2, 3):
        check_equal(spoiled[number], whole[number], rtol=0.0, atol=0.0)


def test_a_network_goes_on_in_another_group():
    configs, late = SEVERAL[:3], mlp((40,), 0.1)
    models, steps = zip(*(create(config, torch.float64) for config in configs), strict=True)
    _, other_steps = zip(*(create(config, torch.float64) for config in (late, configs[0])), strict=True)
    for number, batch in enumerate(batches()):
        if number in (0, 7, 14):
            # Alone among others, then with another one, and with the first ones again.
            members = [steps[0], other_steps[0]] if number == 7 else [*steps]
            group = DenseGroup([step.layers for step in members], SCALE)
        labels = DATA.labels[batch]
        group.step(PIXELS[batch], labels, [0.1] * len(members))
    check_equal((torch.empty(0), models[0].state_dict()), (torch.empty(0), train_alone(configs[0])[1]))
