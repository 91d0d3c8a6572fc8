"""The floor holds all products and convolutions of a step, and each way to compute one gives the same numbers."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.training.floor import count_steps, measure_floor, ways
from benchmarks.training.products import Convolution, Product, record_work
from benchmarks.training.speed import COMPARED, compared_config
from benchmarks.training.trial import run_trial
from core.config.recipes import find_recipe
from core.settings import DATA_VARIABLE
from models import create_model

TORCH_RECIPES = [name for name in COMPARED if name != "numpy-mlp"]


def flops(config):
    return sum(item.flops for item in record_work(config))


@pytest.mark.parametrize("name", TORCH_RECIPES)
def test_the_work_is_what_pytorch_counts_in_a_step(name):
    config = find_recipe(name).config
    network = create_model(config.arch, config.options)
    with FlopCounterMode(display=False) as counter:
        loss = F.cross_entropy(
            network(torch.zeros(config.batch_size, 1, 28, 28)), torch.zeros(config.batch_size).long()
        )
        loss.backward()
    assert flops(config) == counter.get_total_flops()


def test_a_numpy_network_s_work_is_that_of_its_sizes():
    first, others = 784 * 128, 128 * 128 + 128 * 10
    # Forward and by the weights, and by the inputs of all layers but the first.
    assert flops(find_recipe("numpy-mlp").config) == 2 * 8 * (2 * first + 3 * others)


def test_the_work_of_the_cnn():
    work = record_work(find_recipe("cnn").config)
    convolutions = [item for item in work if isinstance(item, Convolution)]
    first, second = 2 * 64 * 26 * 26 * 32 * 9, 2 * 64 * 24 * 24 * 64 * 32 * 9
    assert [item.flops for item in convolutions] == [first, second, 2 * second, first]
    assert len(work) - len(convolutions) == 6


@pytest.mark.parametrize(("a_transposed", "b_transposed"), [(False, False), (False, True), (True, False), (True, True)])
def test_every_library_computes_the_same_product(a_transposed, b_transposed):
    found = ways(Product(5, 7, 3, a_transposed, b_transposed))
    with torch.inference_mode():
        first, *others = [torch.as_tensor(call()).clone() for call in found.values()]
    assert first.shape == (5, 3)
    assert {"torch.mm", "numpy.matmul"} <= found.keys()
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("by_input", [False, True])
def test_a_convolution_gives_its_output_and_the_gradients_asked_for(by_input):
    for call in ways(Convolution(2, 3, 4, 6, 5, 3)).values():
        assert call().shape == (2, 4, 6, 5)
    for call in ways(Convolution(2, 3, 4, 6, 5, 3, is_backward=True, by_input=by_input)).values():
        images, weight, bias = call()
        assert weight.shape == (4, 3, 3, 3)
        assert bias is None
        assert images.shape == (2, 3, 8, 7) if by_input else images is None


def test_the_floor_takes_all_steps():
    config = compared_config(find_recipe("fashion-softmax"), 1, 1024, epochs=3)
    assert count_steps(config) == 4 * 3
    assert count_steps(config.replace(train_images=1024 + 100)) == 4 * 3
    floor = measure_floor(config)
    assert floor.flops == 12 * 2 * (2 * 256 * 784 * 10)
    assert floor.spent.processor > 0
    assert sum(floor.libraries.values()) == 2


def test_a_trial_runs_in_a_process_of_its_own():
    config = compared_config(find_recipe("fashion-softmax"), 1, 512, epochs=2)
    figures = run_trial("floor", config)
    assert figures["flops"] == 2 * 2 * (2 * 256 * 784 * 10)
    assert figures["processor"] > 0


def test_a_trial_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    config = compared_config(find_recipe("fashion-softmax"), 1, 512, epochs=1)
    with pytest.raises(ChildProcessError, match="DataMissing"):
        run_trial("ours", config)
