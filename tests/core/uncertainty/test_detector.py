"""The bundled detector on drawings made here, none of which it was trained on."""

import json
import math

import numpy as np
import pytest
import torch

from core.data.datasets import load_split
from core.errors import RunError
from core.ink.rendering import picture_from_strokes
from core.storage.arrays import load_arrays
from core.uncertainty.detector import DETECTOR, detector_card, digit_shares
from models.digit_detector import build

DIGITS = {
    "0": [[(140, 40), (90, 80), (80, 140), (95, 210), (140, 240), (190, 205), (200, 140), (185, 75), (145, 42)]],
    "1": [[(110, 80), (145, 40), (143, 240)]],
    "2": [[(80, 90), (100, 50), (150, 40), (190, 75), (180, 120), (130, 180), (75, 240), (140, 238), (210, 242)]],
    "3": [[(85, 60), (140, 40), (185, 80), (130, 130), (190, 175), (150, 235), (80, 225)]],
    "4": [[(120, 40), (75, 150), (210, 152)], [(165, 90), (160, 245)]],
    "5": [[(95, 50), (90, 130), (140, 115), (190, 160), (165, 225), (85, 235)], [(95, 50), (190, 48)]],
    "6": [[(165, 40), (110, 100), (85, 180), (115, 240), (175, 230), (180, 175), (130, 155), (92, 190)]],
    "7": [[(75, 50), (200, 48), (150, 130), (120, 245)]],
    "8": [[(180, 60), (130, 40), (95, 75), (140, 130), (190, 185), (145, 240), (90, 195), (140, 130), (182, 62)]],
    "9": [[(185, 75), (140, 45), (95, 80), (110, 130), (165, 125), (186, 78), (180, 150), (150, 240)]],
}
OTHERS = {
    "blank": [],
    "zigzag": [[(20 + 24 * step, 60 if step % 2 else 200) for step in range(11)]],
    "letter W": [[(40, 60), (80, 220), (130, 100), (180, 220), (230, 60)]],
    "letter K": [[(80, 40), (82, 240)], [(190, 45), (85, 145), (195, 240)]],
    "house": [
        [(60, 120), (60, 240), (220, 240), (220, 120), (60, 120)],
        [(50, 125), (140, 40), (230, 125)],
        [(120, 240), (120, 180), (160, 180), (160, 240)],
    ],
    "star": [[(140, 30), (200, 230), (40, 100), (240, 100), (80, 230), (140, 30)]],
    "equals": [[(60, 110), (220, 112)], [(62, 170), (222, 168)]],
    "hash": [[(100, 40), (95, 240)], [(180, 40), (175, 240)], [(40, 100), (240, 98)], [(40, 180), (240, 178)]],
    "face": [
        [(140 + 100 * np.cos(turn), 140 + 100 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 30)],
        [(105, 110), (105, 122)],
        [(175, 110), (175, 122)],
        [(95, 175), (140, 200), (185, 175)],
    ],
}


def draw(strokes):
    stages = picture_from_strokes([np.array(stroke, float) for stroke in strokes])
    return np.zeros((28, 28), np.uint8) if stages is None else stages.picture


@pytest.mark.parametrize("name", DIGITS)
def test_drawn_digits_are_kept(name):
    (share,) = digit_shares(draw(DIGITS[name])[None])
    assert share >= detector_card().threshold


@pytest.mark.parametrize("name", OTHERS)
def test_doodles_letters_and_a_blank_are_rejected(name):
    (share,) = digit_shares(draw(OTHERS[name])[None])
    assert share < detector_card().threshold


def test_something_like_a_shirt_is_rejected():
    shirt = np.zeros((28, 28), np.uint8)
    shirt[4:26, 8:20] = 180
    shirt[4:12, 2:26] = 170
    shirt[3:6, 12:16] = 0
    (share,) = digit_shares(shirt[None])
    assert share < detector_card().threshold


def test_many_pictures_are_looked_at_in_order():
    pictures = np.stack([draw(strokes) for strokes in [*DIGITS.values(), *OTHERS.values()]] * 30)
    shares = digit_shares(pictures)
    assert shares.shape == (len(pictures),)
    np.testing.assert_allclose(shares[:19], shares[-19:], atol=1e-5)
    assert digit_shares(pictures[:0]).shape == (0,)


def test_a_share_is_one_less_the_last_class_s_probability():
    pictures = np.stack([draw(strokes) for strokes in [*DIGITS.values(), *OTHERS.values()]])
    network = build().eval()
    network.load_state_dict(
        {name: torch.tensor(a) for name, a in load_arrays(DETECTOR / "weights.safetensors")[0].items()}
    )
    with torch.inference_mode():
        none = network(torch.tensor(pictures[:, None] / np.float32(255))).softmax(1)[:, 10].numpy()
    np.testing.assert_allclose(digit_shares(pictures), 1 - none, atol=1e-6)


def test_a_damaged_card_is_refused(tmp_path):
    values = json.loads((DETECTOR / "card.json").read_text())
    (tmp_path / "card.json").write_text(json.dumps(values | {"threshold": "high"}))
    with pytest.raises(RunError, match=r"card\.json is not a detector's card: 'high'"):
        detector_card(tmp_path)


def test_it_keeps_the_digits_of_mnist(mnist_root):
    images = load_split("mnist", mnist_root, "test").images[:2000]
    promised = detector_card().kept["MNIST’s validation images"]
    # Three standard errors of a share of 2,000 images.
    room = 3 * math.sqrt(promised * (1 - promised) / 2000)
    assert (digit_shares(images) >= detector_card().threshold).mean() > promised - room
