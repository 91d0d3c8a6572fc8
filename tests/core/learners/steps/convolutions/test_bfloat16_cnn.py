"""In bfloat16 the convolutional network's gradients are autograd's but for the rounding."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from core.learners.choose_step import create_step
from core.learners.steps.convolutions.bfloat16_cnn import Bfloat16CnnStep
from core.learners.steps.convolutions.cnn import CnnStep
from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.convolutions.integer_pooling import IntegerPooling, pass_above_zero, relu_
from models import create_model
from tests.core.learners.steps.agreement import SCALE, take_step
from tests.made import make_config, make_images

CONFIG = make_config(arch="cnn", optimizer="adadelta", lr=1.0, batch_size=16, precision="bfloat16")
DATA = make_images(48, 5)
PIXELS, LABELS = torch.tensor(DATA.images), torch.tensor(DATA.labels)
BATCHES = list(zip(PIXELS.split(16), LABELS.split(16), strict=True))


class SameDropout(nn.Module):
    """Masks drawn as the step by hand draws them: for pictures with the channels last."""

    def forward(self, x):
        bits = torch.empty(len(x), 12, 12, 64, dtype=torch.int16)
        QuarterDropout(0.25, torch.int16).draw(bits)
        return x * -bits.permute(0, 3, 1, 2) / 0.75


def make_step(config=CONFIG):
    torch.manual_seed(config.seed)
    model = create_model("cnn").train()
    return create_step(config, model, SCALE, torch.device("cpu")), model


def make_oracle():
    """The same network by autograd in float32."""
    torch.manual_seed(CONFIG.seed)
    oracle = create_model("cnn").train()
    oracle.dropout1 = SameDropout()
    return oracle


def train(step, batches=BATCHES):
    torch.manual_seed(9)
    return torch.cat([take_step(step, *batch, CONFIG.lr) for batch in batches])


def gradients(step, model, pixels, labels):
    """By SGD's step at a rate of 1, from which a gradient can be told."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.manual_seed(9)
    take_step(step, pixels, labels, 1.0)
    return {name: before[name] - tensor for name, tensor in model.state_dict().items()}


def test_each_gradient_is_autograd_s_but_for_the_rounding():
    plain = CONFIG.replace(optimizer="sgd", momentum=0.0, weight_decay=0.0)
    found = gradients(*make_step(plain), PIXELS, LABELS)
    oracle = make_oracle()
    torch.manual_seed(9)
    F.cross_entropy(oracle(SCALE(PIXELS)), LABELS).backward()
    for name, parameter in oracle.named_parameters():
        error = (found[name] - parameter.grad).norm() / parameter.grad.norm()
        # Rounding makes equal what nearly was, so that pooling hands some gradients of convolutions to another place.
        assert 0 < error < (0.1 if name.startswith("conv") else 0.01), (name, float(error))


def test_logits_are_autograd_s_but_for_the_rounding():
    (step, _), oracle = make_step(), make_oracle()
    torch.manual_seed(9)
    logits = step.forward(PIXELS)
    torch.manual_seed(9)
    expected = oracle(SCALE(PIXELS)).detach()
    torch.testing.assert_close(logits, expected, rtol=0.02, atol=0.01)
    assert not torch.equal(logits, expected)


def test_only_in_bfloat16_the_processor_trains_it_so():
    assert isinstance(make_step()[0], Bfloat16CnnStep)
    assert isinstance(make_step(CONFIG.replace(precision="float32"))[0], CnnStep)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_bits_and_another_does_not(threads):
    torch.set_num_threads(threads)
    config = CONFIG.replace(threads=threads)
    first, second, other = (make_step(changed) for changed in (config, config, config.replace(seed=7)))
    assert torch.equal(train(first[0]), train(second[0]))
    assert all(torch.equal(a, b) for a, b in zip(first[1].parameters(), second[1].parameters(), strict=True))
    assert not torch.equal(train(other[0]), train(first[0]))


def test_it_goes_on_from_a_checkpoint_to_the_same_bits():
    whole, expected = make_step()
    part, halfway = make_step()
    train(whole)
    train(whole)
    train(part)
    rest, model = make_step(CONFIG.replace(seed=7))
    model.load_state_dict(halfway.state_dict())
    rest.load_state(part.state())
    train(rest)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), expected.parameters(), strict=True))


def test_it_learns():
    step, _ = make_step(CONFIG.replace(lr=0.3))
    losses = [float(F.cross_entropy(train(step), LABELS)) for _ in range(15)]
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("name", ["conv1.weight", "conv2.weight", "conv2.bias"])
def test_a_network_whose_convolutions_are_no_numbers_any_more_says_so(name):
    step, model = make_step()
    model.get_parameter(name).detach()[0] = -torch.nan
    assert step.forward(PIXELS).isnan().all()


def test_batches_of_any_size_are_taken():
    step, _ = make_step()
    for count in (1, 5, 48):
        assert step.forward(PIXELS[:count]).shape == (count, 10)


def pictures(seed, *shape):
    """From −2 to 2 in steps of a half, so that many are equal."""
    draw = torch.Generator().manual_seed(seed)
    return torch.randint(-4, 5, shape, generator=draw).bfloat16() / 2


def test_pooling_by_integers_is_pytorch_s_and_so_is_its_gradient():
    x = pictures(1, 3, 8, 6, 5)
    oracle = x.clone().float().permute(0, 3, 1, 2).requires_grad_()
    expected = F.max_pool2d(F.relu(oracle), 2)
    pooling, out, grad = IntegerPooling(3, 4, 3, 5), pictures(2, 3, 4, 3, 5), pictures(3, 3, 4, 3, 5)
    pooling.forward(relu_(x.clone()), out)
    assert torch.equal(out.float().permute(0, 3, 1, 2), expected)
    expected.backward(grad.float().permute(0, 3, 1, 2))
    # What flows to a value that ReLU has made 0 is stopped there.
    pooling.backward(grad)
    pass_above_zero(pooling.grad, relu_(x), torch.empty(x.shape, dtype=torch.int16))
    assert torch.equal(pooling.grad.float().permute(0, 3, 1, 2), oracle.grad)


def test_relu_by_integers_takes_what_is_below_0_and_keeps_all_else():
    x = torch.tensor([-torch.inf, -3.0, -1e-40, -0.0, 0.0, 1e-40, 2.5, torch.inf]).bfloat16()
    assert torch.equal(relu_(x.clone()), F.relu(x))
    grad = torch.full_like(x, -7.0)
    pass_above_zero(grad, relu_(x.clone()), torch.empty(x.shape, dtype=torch.int16))
    assert torch.equal(grad, -7.0 * (x > 0).bfloat16())
