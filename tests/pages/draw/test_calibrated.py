"""Which probabilities the Draw page says where: calibrated ones, and beside them in one place the network's own."""

import re
from html import unescape

import numpy as np
import pytest

from core.inference.networks import predict_proba
from core.ink.rendering import picture_from_strokes
from pages.components.shell.wording import certainty, percent
from tests.pages.drawing import ONE, TEMPERATURE, html

THREE = [(80, 60), (180, 60), (130, 130), (190, 180), (140, 240), (80, 220)]
RIGHT = [(220, 60), (250, 150), (225, 220)]


@pytest.fixture
def folder(add_run):
    return add_run("small")


def shares(folder, *strokes):
    """What the network gives for each stroke as a picture of its own, and the same calibrated: (N, 10) each."""
    pictures = np.stack([picture_from_strokes([np.array(stroke, float)]).picture for stroke in strokes])
    raw = predict_proba(folder, pictures)
    # A softmax of halved logits.
    calibrated = raw ** (1 / TEMPERATURE)
    return raw, calibrated / calibrated.sum(1, keepdims=True)


def test_the_reading_s_bars_and_headline_are_calibrated(visit_drawing, folder):
    page = unescape(html(visit_drawing(THREE)))
    (raw,), (calibrated,) = shares(folder, THREE)
    best, second = np.argsort(-raw)[:2]
    assert certainty(raw[best]) != certainty(calibrated[best])
    bars = re.findall(r'<i style="width:([\d.]+%)"></i></div></td><td>(.*?)</td></tr>', page)
    assert bars == [(percent(share, 1), certainty(share)) for share in calibrated]
    headline = re.search(r"<p>(.*?)</p></header>", page)[1]
    assert re.findall(r"[<>\d.]+%", headline) == [certainty(calibrated[number]) for number in (best, second)]


def test_how_sure_says_the_network_s_own_probability_and_the_calibrated_one(visit_drawing, folder):
    page = unescape(html(visit_drawing(THREE, look="sure")))
    (raw,), (calibrated,) = shares(folder, THREE)
    best = raw.argmax()
    rows = re.findall(
        r'row">([^<]+)(?:<small>.*?</small>)?</th><td><div[^>]*><i style="width:(.*?)">.*?<td>(.*?)</td>', page
    )
    said = {title: (bar, text) for title, bar, text in rows}
    for title, share in (("raw", raw[best]), ("calibrated", calibrated[best])):
        assert said[f"{best}, {title}"] == (percent(share, 1), certainty(share))


def test_the_digits_of_a_number_are_calibrated(visit_drawing, folder):
    page = unescape(html(visit_drawing(ONE, RIGHT)))
    _, calibrated = shares(folder, ONE, RIGHT)
    cards = re.findall(r"<li.*?</li>", page)
    for result, probabilities in zip(cards, calibrated, strict=True):
        assert re.findall(r'title="\d: (.*?)"', result) == [certainty(share) for share in probabilities]


def test_all_networks_are_calibrated(visit_drawing, folder):
    page = unescape(html(visit_drawing(THREE, look="networks")))
    _, (calibrated,) = shares(folder, THREE)
    cells = re.findall(r'title="\d: (.*?)"><i style="--share:(.*?)"', page)
    assert cells == [(certainty(share), f"{share:.3f}") for share in calibrated]
