"""The convolutional network's step in several threads: the same gradients as in one, and the same bits each time."""

import warnings

import pytest
import torch

from core.learners.steps.convolutions.cnn import CnnStep
from core.learners.steps.convolutions.tile_pass import TilePass
from models import create_model
from tests.core.learners.steps.agreement import SCALE, assert_agreement, take_step
from tests.core.learners.steps.convolutions.test_cnn_step import (
    LABELS,
    PIXELS,
    check_agreement,
    cnn_config,
    follow,
    make_pair,
)


def trained(threads):
    """The bits of all weights after a few steps."""
    config = cnn_config(threads=threads)
    torch.manual_seed(1)
    model = create_model("cnn").train()
    follow(CnnStep(config, model, SCALE), config, 5)
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()]).numpy().tobytes()


@pytest.mark.parametrize("threads", [2, 3])
def test_it_is_trained_as_autograd_trains_it(threads):
    check_agreement(cnn_config(threads=threads), 12)


@pytest.mark.parametrize("threads", [2, 3])
def test_a_number_of_threads_always_gives_the_same_bits(threads):
    first = trained(threads)
    assert all(trained(threads) == first for _ in range(2))
    # Sums in another order: so more than one thread took part.
    assert trained(1) != first


@pytest.mark.parametrize("pixels", [torch.zeros_like(PIXELS[:4]), PIXELS[:1]], ids=["one tile", "one image"])
def test_there_may_be_less_to_do_than_threads(pixels):
    config = cnn_config(threads=16)

    def follow_once(step):
        torch.manual_seed(9)
        return take_step(step, pixels, LABELS[: len(pixels)], config.lr)

    assert_agreement(make_pair(config), follow_once)


def test_an_error_in_a_lane_is_the_callers(monkeypatch):
    (step, _), _ = make_pair(cnn_config(threads=2))
    with monkeypatch.context() as patch:
        patch.setattr(TilePass, "forward", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            step.forward(PIXELS[:16])
    assert step.forward(PIXELS[:16]).isfinite().all()


def test_a_network_that_diverges_does_not_warn():
    (step, model), _ = make_pair(cnn_config(threads=2), torch.float32, SCALE)
    for parameter in model.parameters():
        parameter.data.fill_(1e30)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logits = take_step(step, PIXELS[:16], LABELS[:16], 0.5)
    assert not logits.isfinite().all()
