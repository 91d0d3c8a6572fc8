import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.ink.bitmap import picture_from_bitmap
from core.ink.rendering import ALL_STEPS, Canvas, PreprocessSteps, picture_from_strokes
from pages.components.draw.steps.view import stage_html, stages
from pages.components.draw.subject import Subject

STROKES = [np.array([[10.0, 40], [100, 220]]), np.array([[50.0, 60]])]
CANVAS = Canvas(0, 32, 280, [16.0, 20.0])


def subject(steps):
    made = picture_from_strokes(STROKES, steps=steps, canvas=CANVAS)
    return Subject(made.picture, STROKES, made, canvas=CANVAS)


def content(stage):
    return base64.b64decode(stage.source.split("base64,")[1])


def pixels(stage):
    return np.asarray(Image.open(io.BytesIO(content(stage))))


def test_the_steps_are_strokes_with_their_box_and_three_pictures():
    drawing = subject(ALL_STEPS)
    ink, thin, thick, picture = stages(drawing, ALL_STEPS)
    svg = content(ink)
    assert b'viewBox="0 32 280 280"' in svg
    assert b'points="10.0,40.0 100.0,220.0" stroke-width="16"' in svg
    assert b'points="50.0,60.0 50.0,60.0" stroke-width="20"' in svg
    assert b'x="10.0" y="40.0" width="90.0" height="180.0"' in svg
    as_drawn = picture_from_strokes(STROKES, steps=PreprocessSteps(thicken=False), canvas=CANVAS)
    np.testing.assert_array_equal(pixels(thin), as_drawn.scaled)
    np.testing.assert_array_equal(pixels(thick), drawing.stages.scaled)
    np.testing.assert_array_equal(pixels(picture), drawing.picture)
    assert [stage.switch for stage in (ink, thin, thick, picture)] == ["cut_out", "", "thicken", "centre"]


@pytest.mark.parametrize(
    ("steps", "number", "words"),
    [
        (PreprocessSteps(cut_out=False), 0, "all the paper"),
        (PreprocessSteps(cut_out=False), 1, "28×28"),
        (PreprocessSteps(thicken=False), 2, "left as wide as they are"),
        (PreprocessSteps(centre=False), 3, "as it is"),
    ],
)
def test_a_step_left_out_is_said_and_seen(steps, number, words):
    usual, changed = stages(subject(ALL_STEPS), ALL_STEPS)[number], stages(subject(steps), steps)[number]
    assert words in changed.text
    assert words not in usual.text
    assert changed.source != usual.source


def test_without_cutting_out_the_box_is_the_whole_canvas():
    steps = PreprocessSteps(cut_out=False)
    assert b'<rect x="2.0" y="34.0" width="276.0" height="276.0"' in content(stages(subject(steps), steps)[0])


@pytest.mark.parametrize(("centre", "kind"), [(True, "cross"), (False, "")])
def test_the_middle_is_marked_where_the_ink_balances_in_it(centre, kind):
    steps = PreprocessSteps(centre=centre)
    picture = stages(subject(steps), steps)[-1]
    assert picture.kind == kind
    assert f'<div class="{kind}"><img' in stage_html(4, picture)


def test_a_bitmap_shows_where_it_was_cut_from_and_its_own_lines():
    paper = np.zeros((50, 50, 4), np.uint8)
    paper[10:30, 20:24] = 255
    made, thin = picture_from_bitmap(paper), picture_from_bitmap(paper, PreprocessSteps(thicken=False)).scaled
    bitmap = Subject(made.picture, stages=made, origin="data:image/png;base64,AA", thin=thin)
    shown = stages(bitmap, ALL_STEPS)
    assert [stage.switch for stage in shown] == ["cut_out", "", "thicken", "centre"]
    assert shown[0].source == bitmap.origin
    np.testing.assert_array_equal(pixels(shown[1]), thin)
    assert [stage.switch for stage in stages(replace(bitmap, thin=None), ALL_STEPS)] == ["cut_out", "", "centre"]


def test_a_picture_taken_as_it_is_has_no_steps():
    assert stages(Subject(np.zeros((28, 28), np.uint8)), ALL_STEPS) == []


def test_a_step_is_a_picture_with_its_number():
    html = stage_html(2, stages(subject(ALL_STEPS), ALL_STEPS)[1])
    assert "2. Scaled to 20×20 pixels" in html
    assert html.count("<img") == 1
