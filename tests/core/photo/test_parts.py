"""Pieces of ink and their sizes."""

import numpy as np

from core.photo.parts import whole_piece


def test_a_piece_is_as_large_as_it_is_high_or_half_as_it_is_wide():
    assert [whole_piece(np.ones(shape, bool)).size for shape in ((30, 20), (30, 50), (30, 100))] == [30, 30, 50]
