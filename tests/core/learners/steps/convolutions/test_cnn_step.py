"""The convolutional network's gradients derived by hand are autograd's, over many steps and with every optimizer.

In double precision, in which rounding does not tip a unit from one side of 0 to the other in so few steps.
"""

import numpy as np
import pytest
import torch
from torch import nn

from core.learners.choose_step import create_step
from core.learners.factory import create_learner
from core.learners.steps.autograd import AutogradStep
from core.learners.steps.convolutions.cnn import CnnStep
from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.pixels import PixelScale
from models import create_model
from tests.core.learners.steps.agreement import SCALE, SETTINGS, assert_agreement, exact_scale, take_step
from tests.made import make_config, make_images


def made_images():
    """Images with blank tiles between inked ones, then one full of ink and one without any."""
    images = make_images(60, 5)
    images.images[images.images < 60] = 0
    images.images[-2] = np.maximum(images.images[-2], 1)
    images.images[-1] = 0
    return images


DATA = made_images()
PIXELS, LABELS = torch.tensor(DATA.images), torch.tensor(DATA.labels)


class SameDropout(nn.Module):
    """Masks drawn as the step by hand draws them."""

    def forward(self, x):
        mask = torch.empty(len(x), x[0].numel(), dtype=x.dtype)
        QuarterDropout(0.25, x.dtype).draw(mask)
        return x * mask.view(x.shape)


def make_pair(config, dtype=torch.float64, scale=exact_scale):
    """A step by hand and one by autograd with the same weights and masks, and their networks."""
    models = []
    for _ in range(2):
        torch.manual_seed(config.seed)
        models.append(create_model("cnn").to(dtype).train())
    models[1].dropout1 = SameDropout()
    return (CnnStep(config, models[0], SCALE), models[0]), (AutogradStep(config, models[1], scale), models[1])


def follow(step, config, n_steps, first=0):
    """The logits of each step; the last batch of each round through the images is a smaller one."""
    batches = list(zip(PIXELS.split(config.batch_size), LABELS.split(config.batch_size), strict=True))
    torch.manual_seed(9 + first)
    return torch.cat([take_step(step, *batches[k % len(batches)], config.lr) for k in range(first, first + n_steps)])


def cnn_config(optimizer="adadelta", **changes):
    kind, _, _ = optimizer.partition(",")
    return make_config(arch="cnn", optimizer=kind, **{"batch_size": 16, **SETTINGS[optimizer], **changes})


def check_agreement(config, n_steps):
    assert_agreement(make_pair(config), lambda one: follow(one, config, n_steps))


@pytest.mark.parametrize("optimizer", SETTINGS)
def test_each_optimizer_trains_it_as_autograd_does(optimizer):
    check_agreement(cnn_config(optimizer), 12)


@pytest.mark.slow
def test_it_is_trained_as_autograd_trains_it():
    check_agreement(cnn_config(lr=1.0, weight_decay=0.0, batch_size=8), 500)


def test_the_processor_trains_it_by_hand():
    assert isinstance(create_step(cnn_config(), create_model("cnn"), SCALE, torch.device("cpu")), CnnStep)


def test_in_single_precision_training_stays_close_to_autograd():
    config = cnn_config("sgd", lr=0.02, momentum=0.0, weight_decay=0.0)
    (step, ours), (other, oracle) = make_pair(config, torch.float32, SCALE)
    torch.testing.assert_close(follow(step, config, 12), follow(other, config, 12), rtol=1e-3, atol=1e-4)
    for name, tensor in oracle.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], tensor, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("first_by_hand", [True, False])
def test_a_checkpoint_of_either_step_goes_on_with_the_other(first_by_hand):
    config = cnn_config()
    (whole, expected), _ = make_pair(config)
    pair = make_pair(config)
    (first, model), (second, other) = pair if first_by_hand else pair[::-1]
    for start in (0, 4):
        follow(whole, config, 4, start)
    follow(first, config, 4)
    other.load_state_dict(model.state_dict())
    second.load_state(first.state())
    follow(second, config, 4, 4)
    for name, tensor in expected.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], tensor, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_predictions_after_a_step_are_those_of_the_saved_weights(precision):
    config = cnn_config(precision=precision)
    learner = create_learner(config)
    learner.load(DATA)
    learner.begin_epoch(np.arange(60), 9)
    learner.train_step(0, 16, config.lr)
    fresh = create_learner(config)
    fresh.load_state_dict(learner.state_dict())
    expected = fresh.model.eval()(fresh.scale(PIXELS)).softmax(1).detach()
    np.testing.assert_allclose(learner.predict_proba(DATA.images), expected, rtol=1e-4, atol=1e-6)


def test_pixels_after_augmentation_are_floats():
    config = cnn_config()
    logits = []
    for pixels in (PIXELS[:16], PIXELS[:16].float()):
        (step, _), _ = make_pair(config)
        torch.manual_seed(3)
        logits.append(step.forward(pixels))
    assert torch.equal(*logits)


def test_the_seed_decides():
    config = cnn_config()

    def train(seed):
        (step, model), _ = make_pair(config, torch.float32)
        torch.manual_seed(seed)
        take_step(step, PIXELS[:16], LABELS[:16], config.lr)
        return model.state_dict()["fc1.weight"]

    assert torch.equal(train(4), train(4))
    assert not torch.equal(train(4), train(5))


def test_scaling_is_taken_into_account():
    config = cnn_config()
    model = create_model("cnn").double().train()
    plain, scaled = (CnnStep(config, model, PixelScale(mean, 1.0)).forward(PIXELS[:4]) for mean in (0.0, 0.5))
    assert not torch.allclose(plain, scaled)
