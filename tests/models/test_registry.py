import json
import sys

import pytest
import torch

import models
from core.config.run_config import RunConfig
from models import MODELS, Architecture, OptionError, create_model, create_numpy_model, find_architecture
from models.options import Option
from tests.made import declared

TORCH = [name for name, entry in MODELS.items() if entry.backend == "torch"]


def count_parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("name", MODELS)
def test_every_entry_can_be_chosen(name):
    entry = find_architecture(name)
    assert entry.name == name
    assert entry.title
    assert entry.summary.endswith(".")
    options = entry.check_options({})
    assert bool(entry.sizes(options)) == ("hidden" in options)
    assert [option.name for option in entry.options] == list(options)


def test_every_entry_says_what_it_said(file_regression):
    """`--force-regen` writes the text anew where a change is meant."""
    lines = []
    for entry in MODELS.values():
        lines += [entry.name, *declared(entry, "name", "summary", "options")]
        for option in entry.options:
            lines += [f"  option {option.name}", *(f"  {line}" for line in declared(option, "name", "help"))]
    file_regression.check("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("count", [1, 3])
def test_images_become_scores(name, count):
    network = create_model(name)
    network.eval()
    scores = network(torch.rand(count, 1, 28, 28))
    assert scores.shape == (count, 10)
    assert scores.isfinite().all()


@pytest.mark.parametrize("name", TORCH)
def test_every_parameter_takes_part(name):
    network = create_model(name)
    network(torch.rand(4, 1, 28, 28)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize("name", TORCH)
def test_the_random_state_decides_the_start(name):
    starts = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        starts.append(torch.cat([tensor.detach().flatten() for tensor in create_model(name).parameters()]))
    assert torch.equal(starts[0], starts[1])
    assert not torch.equal(starts[0], starts[2])


@pytest.mark.parametrize(
    ("name", "options", "count"),
    [
        ("softmax", {}, 7_850),
        ("mlp", {"hidden": (128, 128)}, 118_282),
        ("mlp", {"hidden": (128, 128), "dropout": 0.5}, 118_282),
        # A slope for each PReLU.
        ("mlp", {"hidden": (128, 128), "activation": "prelu"}, 118_284),
        ("mlp", {"hidden": (1,)}, 784 + 1 + 10 + 10),
        ("mlp", {"hidden": (8, 7, 6, 5, 4, 3, 2, 1)}, 785 * 8 + 9 * 7 + 8 * 6 + 7 * 5 + 6 * 4 + 5 * 3 + 4 * 2 + 3 + 20),
        ("cnn", {}, 1_199_882),
    ],
)
def test_parameters_are_as_many_as_published(name, options, count):
    assert count_parameters(create_model(name, options)) == count


@pytest.mark.parametrize("name", ["resnet", "", None, [], {}])
def test_unknown_names_list_the_known(name):
    with pytest.raises(OptionError, match=r"^Unknown architecture .*; known: softmax, mlp, .*cnn"):
        create_model(name)


def test_wrong_options_are_refused_before_anything_is_built():
    with pytest.raises(OptionError, match="it must be one of relu, prelu, sigmoid, tanh"):
        create_model("mlp", {"activation": "gelu"})


def test_a_network_is_asked_for_in_its_own_library():
    with pytest.raises(OptionError, match="NumPy MLP is written in numpy, not in torch"):
        create_model("numpy-mlp")
    with pytest.raises(OptionError, match="CNN is written in torch, not in numpy"):
        create_numpy_model("cnn", {}, seed=1)


def test_one_file_and_one_entry_add_an_architecture(tmp_path, monkeypatch):
    (tmp_path / "added_network.py").write_text(
        "from torch import nn\n\n\ndef build(width):\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(784, int(width)), nn.Linear(int(width), 10))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "added_network", raising=False)
    width = Option("width", "Width", "float", 4.0, minimum=1, maximum=64)
    entry = Architecture("added", "Added", "A network of this test.", "added_network", (width,))
    monkeypatch.setitem(models.MODELS, "added", entry)
    config = RunConfig(arch="added", options={"width": 8})
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert str(config.label()) == "Added · MNIST"
    assert count_parameters(create_model(config.arch, config.options)) == 785 * 8 + 90
