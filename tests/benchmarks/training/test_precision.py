"""The command that compares precisions: what it trains and what it prints."""

import pytest

from benchmarks.training import precision, speed
from benchmarks.training.training import Spent, Training
from tests.made import make_dataset


@pytest.fixture
def trained(monkeypatch):
    """The configurations that were trained; a seed's accuracy is 0.9 and its hundredth, a little less in bfloat16."""
    configs = []

    def train(config, _):
        configs.append(config)
        return Training([], {}, Spent(processor=1.0 if config.precision == "bfloat16" else 2.5))

    def accuracy(config, *_):
        return 0.9 + config.seed / 100 - (0.001 if config.precision == "bfloat16" else 0)

    monkeypatch.setattr(precision, "train_ours", train)
    monkeypatch.setattr(precision, "measure_accuracy", accuracy)
    monkeypatch.setattr(precision, "load_dataset", lambda *_: make_dataset(8, 4))
    monkeypatch.setattr(speed, "is_available", lambda *_: True)
    return configs


def test_both_precisions_start_from_the_same_seeds(trained, capsys):
    assert precision.main(["deep-mlp", "--seeds", "2"]) == 0
    assert [(config.seed, config.precision) for config in trained] == [
        (1, "float32"),
        (1, "bfloat16"),
        (2, "float32"),
        (2, "bfloat16"),
    ]
    assert {(config.epochs, config.train_images, config.threads) for config in trained} == {(10, 60_000, 1)}
    assert capsys.readouterr().out.splitlines() == [
        "deep-mlp, float32: mean 91.50%, from 91.00% to 92.00% (91.00%, 92.00%)",
        "deep-mlp, bfloat16: mean 91.40%, from 90.90% to 91.90% (90.90%, 91.90%)",
        "deep-mlp: processor time of float32 / bfloat16 2.50",
    ]


def test_epochs_and_images_can_be_fewer(trained):
    assert precision.main(["cnn", "--seeds", "1", "--epochs", "2", "--images", "640"]) == 0
    assert {(config.epochs, config.train_images, config.arch) for config in trained} == {(2, 640, "cnn")}


def test_missing_files_are_named(trained, monkeypatch, capsys):
    monkeypatch.setattr(speed, "is_available", lambda *_: False)
    assert precision.main(["cnn"]) == 1
    assert "error: mnist is missing" in capsys.readouterr().err
    assert trained == []
