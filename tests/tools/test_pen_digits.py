"""Reading pen strokes, placing them on a canvas, and what a file that is none is told."""

import gzip

import numpy as np
import pytest

from core.errors import DataCorrupt, DataMissing
from tools.pen.pen_digits import TRAIN_WRITERS, VALIDATION_WRITERS, draw_bitmap, load_pen_digits, on_canvas, read_unipen

TEXT = """.INCLUDE dene.doc
.HIERARCHY      DIGIT
.SEGMENT DIGIT    0 ? "4"
.COMMENT 4 12  224
.PEN_DOWN
 100  300
 100  200
 180  200
.PEN_UP
.DT 100
.PEN_DOWN
 160  260
 160  120
.PEN_UP
.SEGMENT DIGIT    1 ? "1"
.COMMENT 1 23  7
.PEN_DOWN
 50  400
 50  100
.PEN_UP
"""


def test_digits_have_label_writer_and_strokes_with_y_down():
    four, one = read_unipen(TEXT)
    assert (four.label, four.writer, len(four.strokes)) == (4, 12, 2)
    np.testing.assert_array_equal(four.strokes[0], [[100, -300], [100, -200], [180, -200]])
    assert (one.label, one.writer) == (1, 23)


def test_the_split_is_by_writer():
    assert len(TRAIN_WRITERS) == 22
    assert sorted([*TRAIN_WRITERS, *VALIDATION_WRITERS]) == list(range(1, 31))


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())], ids=["text", "gzip"])
def test_a_file_gives_the_digits_of_the_writers_asked_for(tmp_path, pack):
    file = tmp_path / "strokes"
    file.write_bytes(pack(TEXT))
    assert [digit.writer for digit in load_pen_digits(file, {23})] == [23]
    assert len(load_pen_digits(file, {12, 23})) == 2
    with pytest.raises(DataCorrupt, match="no digits of the writers 1, 2"):
        load_pen_digits(file, {1, 2, 12})


def test_a_file_that_is_none_is_named(tmp_path):
    file = tmp_path / "strokes.gz"
    with pytest.raises(DataMissing, match=r"strokes\.gz cannot be read: No such file"):
        load_pen_digits(file, {12})
    packed = gzip.compress(TEXT.encode())
    for content in (packed[:40], b"\x1f\x8bnothing", b"\xff\xfe\xfa", packed[:-30] + b"0" * 30):
        file.write_bytes(content)
        with pytest.raises(DataCorrupt, match="neither a text nor a gzipped one"):
            load_pen_digits(file, {12})
    file.write_text("something else")
    with pytest.raises(DataCorrupt, match=r'no line "\.SEGMENT DIGIT"'):
        load_pen_digits(file, {12})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('? "1"', ""),
        ('? "1"', '? "x"'),
        ('? "1"', '? "12"'),
        (".COMMENT 1 23  7", ""),
        (" 50  400\n 50  100", ""),
        (" 50  400\n", " 50\n"),
        (" 50  400\n", " 50 inf\n"),
        (" 50  400\n", " 50 here\n"),
        (".PEN_DOWN\n 50  400\n 50  100", ""),
    ],
)
def test_the_digit_at_fault_is_named(old, new):
    assert old in TEXT
    with pytest.raises(DataCorrupt, match=r"Digit 2 .* no label, no writer or no points"):
        read_unipen(TEXT.replace(old, new))


def test_strokes_are_scaled_and_placed():
    four = read_unipen(TEXT)[0]
    for place, corner in (((0, 0), [10, 10]), ((1, 1), [270, 270])):
        points = np.concatenate(on_canvas(four.strokes, 180, place, 20))
        nearest = points.min(0) if place == (0, 0) else points.max(0)
        np.testing.assert_allclose(nearest, corner)
        np.testing.assert_allclose(np.ptp(points, axis=0).max(), 180)
    points = np.concatenate(on_canvas(four.strokes, 180))
    np.testing.assert_allclose((points.min(0) + points.max(0)) / 2, 140)


def test_a_bitmap_has_lines_of_the_brush_s_width_with_round_ends():
    bitmap = draw_bitmap([np.array([[50.0, 140.0], [230.0, 140.0]])], 20)
    assert (bitmap.shape, bitmap.dtype) == ((280, 280, 4), np.uint8)
    ink = bitmap[..., 0] / 255
    assert ink[:, 140].sum() == pytest.approx(20, abs=1)
    assert ink[140].sum() == pytest.approx(200, abs=2)
    assert (bitmap[..., 3] == 255).all()
