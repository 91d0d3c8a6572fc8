"""The commands that train the detector, calibrate networks and measure both, on little data."""

import numpy as np
import pytest
import torch

from benchmarks.handwriting.uncertainty import as_text
from core.data.datasets import ImageSet
from core.execution.train_run import train_run
from models.digit_detector import build
from tests.made import make_config, make_images
from tools import train_detector
from tools.calibrate_bundled import calibrate, describe
from tools.non_digits.detector_data import NONE, pen_pictures
from tools.pen.pen_digits import PenDigit
from tools.train_detector import make_result


def pen_digits(count):
    """Ones and sevens of a shaky hand."""
    random = np.random.default_rng(1)
    shapes = {1: [(50, 0), (48, 100)], 7: [(0, 0), (60, 0), (30, 100)]}
    labels = [(1, 7)[number % 2] for number in range(count)]
    return [PenDigit(label, 23, (np.array(shapes[label]) + random.normal(0, 6, 2),)) for label in labels]


def test_the_detector_learns_what_is_none(monkeypatch):
    monkeypatch.setattr(train_detector, "_EPOCHS", 3)
    monkeypatch.setattr(train_detector, "_BATCH", 50)
    digits = make_images(200, 1)
    noise = np.random.default_rng(2).integers(0, 256, (200, 28, 28), np.uint8)
    everything = ImageSet(np.concatenate([digits.images, noise]), np.append(digits.labels, np.full(200, NONE)))
    network = train_detector.train(everything)
    with torch.inference_mode():
        none = network(torch.tensor(everything.images).unsqueeze(1) / 255).softmax(1)[:, NONE].numpy()
    assert none[200:].mean() > none[:200].mean() + 0.3


def test_the_threshold_keeps_enough_of_each_kind_of_digit():
    many, few = np.linspace(0, 1, 1001, dtype=np.float32), np.full(100, 0.005, np.float32)
    result = make_result(build(), {"many": many, "few": few})
    assert result.threshold == pytest.approx(0.005)
    assert result.kept["few"] == 1
    assert result.kept["many"] >= 0.99
    assert result.n_parameters == sum(part.numel() for part in build().parameters())


def test_a_network_is_calibrated_on_pen_digits_and_on_its_validation_images(store, tmp_path):
    record = store.create(make_config(epochs=1, val_fraction=0.1), "Small")
    train_run(record, tmp_path)
    calibration = calibrate(record, pen_digits(120), pen_digits(30))
    assert calibration.n == 120 + 144
    assert (
        str(calibration.words)
        == "digits drawn by other people (pen digits, writers 23 to 26) and 144 validation images of Digits (embedded)"
    )
    assert [check.n for check in calibration.checks] == [30, 360]
    assert "Digits (embedded)’s test images: loss" in describe("small", calibration)


def test_pen_digits_become_pictures_with_their_labels():
    pictures = pen_pictures(pen_digits(4))
    assert pictures.labels.tolist() == [1, 7, 1, 7]
    assert pictures.images.shape == (4, 28, 28)


def test_figures_are_printed_with_the_hardest_families_first():
    check = {"n": 10, "loss_before": 0.2, "loss_after": 0.1, "ece_before": 0.05, "ece_after": 0.01}
    rejected = [
        {"family": "star", "held_out": False, "n": 5, "rejected": 1.0},
        {"family": "moon", "held_out": True, "n": 5, "rejected": 0.6},
    ]
    detector = {"threshold": 0.5, "kept": {"digits": 0.99}, "mean_rejected": {"held out": 0.6}, "rejected": rejected}
    networks = {"cnn": {"temperature": 2.0, "test images": check | {"coverage": 0.99, "set_size": 1.2}}}
    text = as_text({"networks": networks, "detector": detector})
    assert "ECE 5.00% → 1.00%, coverage 99.00%, 1.20 digits a set" in text
    assert text.index("moon (held out)") < text.index("star")
    assert "99.00% of digits" in text
