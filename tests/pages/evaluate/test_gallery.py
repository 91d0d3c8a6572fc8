"""The captions of the Evaluate page's gallery."""

import re

import numpy as np
import pytest

from core.evaluation.samples import Samples
from pages.components.evaluate.samples.gallery import gallery_html


@pytest.mark.parametrize(("confidence", "text"), [(0.99999, "&gt;99.9%"), (1.0, "&gt;99.9%"), (0.954, "95.4%")])
def test_no_prediction_is_called_entirely_certain(confidence, text):
    one = np.array([1])
    samples = Samples(one, one, one, np.array([confidence]), np.array([0.0]))
    html = gallery_html(np.zeros((1, 28, 28), np.uint8), samples, ("a", "b"))
    assert re.findall("<small>(.*?)</small>", html) == [text]
