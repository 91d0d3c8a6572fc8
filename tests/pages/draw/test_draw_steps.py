"""The Draw page's steps from strokes to picture, switched on and off."""

import numpy as np
import pytest

from core.ink.fabric_json import USUAL_BRUSH
from core.ink.rendering import Canvas, PreprocessSteps, picture_from_strokes
from pages.components.draw.steps.choice import TITLES
from pages.components.pictures.data_url import png_url
from tests.pages.drawing import DASH, ONE, find, html, reading, texts

NOTE = "Steps to the picture are switched off."


def shown(app, steps):
    """Whether the network's picture on the page is the one made by these steps."""
    strokes = [np.array(ONE, float), np.array(DASH, float)]
    canvas = Canvas(0, 32, 280, [USUAL_BRUSH] * 2)
    return html(app).count(png_url(picture_from_strokes(strokes, steps=steps, canvas=canvas).picture)) > 0


@pytest.mark.parametrize("name", TITLES)
def test_a_step_switched_off_changes_picture_and_reading_at_once(visit_drawing, add_run, name):
    add_run("small")
    app = visit_drawing(ONE, DASH, look="steps")
    assert not app.exception
    assert shown(app, PreprocessSteps())
    assert NOTE not in texts(app.caption)
    find(app.toggle, TITLES[name]).set_value(False).run()
    assert shown(app, PreprocessSteps(**{name: False}))
    assert not shown(app, PreprocessSteps())
    assert reading(app)[1] == 2
    assert NOTE in texts(app.caption)
    find(app.button, "Switch on").click().run()
    assert shown(app, PreprocessSteps())
    assert NOTE not in texts(app.caption)
    assert find(app.toggle, TITLES[name]).value


def test_steps_stay_off_when_the_panel_is_closed(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(ONE, DASH, look="steps")
    find(app.toggle, TITLES["centre"]).set_value(False).run()
    del app.query_params["look"]
    app.run()
    assert shown(app, PreprocessSteps(centre=False))
    assert NOTE in texts(app.caption)
