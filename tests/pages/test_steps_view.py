import base64
import io
import re

import numpy as np
from PIL import Image

from core.strokes import picture_from_strokes
from pages.components.steps_view import stages_html

VIEW = (0, 32, 280, 280)


def images(html):
    return [base64.b64decode(data) for data in re.findall(r'src="data:image/[a-z+]+;base64,([^"]+)"', html)]


def test_the_stages_are_strokes_with_their_box_and_both_pictures():
    strokes = [np.array([[10.0, 40], [100, 220]]), np.array([[50.0, 60]])]
    stages = picture_from_strokes(strokes)
    svg, scaled, picture = images(stages_html(strokes, stages, VIEW))
    assert b'viewBox="0 32 280 280"' in svg
    assert b'points="10.0,40.0 100.0,220.0"' in svg
    assert b'points="50.0,60.0 50.0,60.0"' in svg
    assert b'x="10.0" y="40.0" width="90.0" height="180.0"' in svg
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(scaled))), stages.scaled)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(picture))), stages.picture)
