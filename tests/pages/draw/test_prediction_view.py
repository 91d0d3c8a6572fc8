import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from core.data.catalog import find_dataset
from core.ink.rendering import SIDE
from core.uncertainty.prediction import Prediction
from pages.components.draw.prediction.view import prediction_html, waiting_html
from tests.pages.drawing import TEMPERATURE, before_calibration

PICTURE = np.arange(SIDE * SIDE, dtype=np.uint64).reshape(SIDE, SIDE).astype(np.uint8)
DIGITS = find_dataset("mnist").class_names
CLOTHES = find_dataset("fashion-mnist").class_names


def shares(**given):
    """Probabilities with some given by digit, such as d7=0.9, and the rest shared evenly."""
    values = np.full(10, (1 - sum(given.values())) / (10 - len(given)), np.float32)
    for digit, share in given.items():
        values[int(digit[1])] = share
    return values


def make(names=DIGITS, likely=None, digit_share=0.99, **given):
    """A reading with some calibrated probabilities given."""
    values = shares(**given)
    likely = likely or (int(values.argmax()),)
    return Prediction(names, values, before_calibration(values), likely, TEMPERATURE, "", digit_share, 0.2)


def images(html):
    return [base64.b64decode(data) for data in re.findall(r'src="data:image/[a-z+]+;base64,([^"]+)"', html)]


def test_it_names_the_likeliest_digit_and_the_next():
    html = prediction_html(make(d7=0.9, d1=0.06), PICTURE, 3)
    assert 'class="lab-prediction "' in html
    assert "<b>7</b>" in html
    assert "<p>90.0% sure<small>Next: 1, 6.0%" in html
    assert 'data-digit="7" data-strokes="3" data-verdict="digit"' in html


def test_a_label_is_compared_with_the_prediction_by_a_sign_and_in_words():
    wrong = prediction_html(make(d7=0.9), None, 0, label=1)
    assert '<em class="wrong">✗ labelled 1</em>90.0% sure' in wrong
    assert 'class="lab-prediction mistaken ' in wrong
    right = prediction_html(make(CLOTHES, d6=0.9), None, 0, label=6)
    assert '<em class="right">✓ labelled Shirt</em>90.0% sure' in right
    assert "mistaken " not in right.partition("</style>\n<div")[2]
    assert "labelled" not in prediction_html(make(d7=0.9), PICTURE, 3)


def test_there_is_a_row_with_bar_and_value_for_each_digit():
    html = prediction_html(make(d7=0.9, d1=0.06), PICTURE, 3)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    assert [re.search(r'row">(\d)', row)[1] for row in rows] == [str(digit) for digit in range(10)]
    assert "width:6.0%" in rows[1]
    assert ">6.0%<" in rows[1]
    assert html.count('class="best"') == 1
    assert re.search(r'class="best"><th scope="row">7', html)


def test_an_unsure_network_says_only():
    assert "<p>Only 40.0% sure<" in prediction_html(make(d7=0.4), PICTURE, 1)
    assert "<p>50.0% sure<" in prediction_html(make(d7=0.5), PICTURE, 1)


@pytest.mark.parametrize(
    ("likely", "words"),
    [((4, 9), "Not sure: 4 or 9<"), ((4, 9, 7), "Not sure: 4, 9 or 7<"), ((4, 9, 7, 1, 2), "4, 9, 7 and 2 more<")],
)
def test_several_possible_digits_are_named(likely, words):
    html = prediction_html(make(likely=likely, d4=0.6, d9=0.3), PICTURE, 1)
    assert words in html
    assert "4: 60.0% · Next: 9, 30.0%" in html
    assert 'data-digit="4" data-strokes="1" data-verdict="unsure"' in html


def test_what_is_no_digit_is_called_none_with_the_best_guess_small():
    html = prediction_html(make(likely=(4, 9), digit_share=0.1, d4=0.6), PICTURE, 1)
    assert "<b>?</b><p>No digit, I think<small>If it is one: 4, 60.0%" in html
    assert 'data-digit="4" data-strokes="1" data-verdict="none"' in html


def test_a_drawing_that_is_no_digit_gets_a_hint_how_to_write_several():
    nothing, hint = make(likely=(4, 9), digit_share=0.1, d4=0.6), "with the pen lifted between them"
    assert hint in prediction_html(nothing, PICTURE, 2)
    # A photograph was not drawn by strokes, and a digit needs no hint.
    assert hint not in prediction_html(nothing, PICTURE, 0)
    assert hint not in prediction_html(make(d4=0.9), PICTURE, 2)


def test_clothes_are_never_refused_for_being_no_digit():
    html = prediction_html(make(CLOTHES, digit_share=None, d9=0.8), PICTURE, 0)
    # Names need more room than digits.
    assert 'class="lab-prediction named"' in html
    assert "<b>Ankle boot</b>" in html
    assert "80.0% sure" in html
    assert 'data-verdict="digit"' in html
    assert re.findall(r'row">([^<]+)', html) == list(CLOTHES)


@pytest.mark.parametrize(("share", "said"), [(0.99996, "&gt;99.9%"), (0.998, "99.8%")])
def test_nothing_is_said_to_be_certain_in_words_or_beside_bars(share, said):
    html = prediction_html(make(d7=share), PICTURE, 1)
    assert f"<p>{said} sure<small>Next: 0, &lt;0.1%" in html
    values = re.findall(r"<td>([^<]*)</td></tr>", html)
    assert values == ["&lt;0.1%"] * 7 + [said] + ["&lt;0.1%"] * 2


def test_the_picture_is_shown_pixel_by_pixel():
    (file,) = images(prediction_html(make(d7=0.9), PICTURE, 1))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(file))), PICTURE)


@pytest.mark.parametrize(("names", "kind"), [(DIGITS, ""), (CLOTHES, "named")])
def test_the_waiting_panel_has_the_same_parts_and_no_reading(names, kind):
    html = waiting_html("Getting ready…", class_names=names)
    assert f'class="lab-prediction waiting {kind}"' in html
    assert "Getting ready…" in html
    assert re.findall(r'row">([^<]+)', html) == list(names)
    assert "data-digit" not in html
    (file,) = images(html)
    assert not np.asarray(Image.open(io.BytesIO(file))).any()
