import numpy as np
import pytest

from core.errors import CollectionError
from core.teaching.collection import (
    MAX_DIGITS,
    MAX_POINTS,
    as_images,
    count_labels,
    find,
    keep,
    make_digit,
    merge,
    relabel,
    remove,
)


def digit(label, shade):
    """A digit whose picture is all of one shade."""
    return make_digit(label, np.full((28, 28), shade, np.uint8))


def many(count):
    pictures = np.random.default_rng(1).integers(0, 256, (count, 28, 28), np.uint8)
    return tuple(make_digit(3, picture) for picture in pictures)


def labels(digits):
    return [entry.label for entry in digits]


def test_digits_are_kept_in_their_order():
    digits = keep(keep((), digit(4, 1)), digit(9, 2))
    assert labels(digits) == [4, 9]
    images = as_images(digits)
    assert images.images[:, 0, 0].tolist() == [1, 2]
    assert images.labels.tolist() == [4, 9]
    assert images.labels.dtype == np.int64
    assert as_images(()).images.shape == (0, 28, 28)


def test_the_same_picture_kept_again_changes_its_label():
    digits = keep(keep(keep((), digit(4, 1)), digit(5, 2)), digit(9, 1))
    assert labels(digits) == [9, 5]


def test_digits_are_found_relabelled_removed_and_counted():
    digits = (digit(4, 1), digit(4, 2), digit(0, 3))
    assert find(digits, digits[1].picture.copy()) == 1
    assert find(digits, digit(4, 9).picture) is None
    assert labels(relabel(digits, 1, 7)) == [4, 7, 0]
    assert labels(remove(digits, 0)) == [4, 0]
    assert count_labels(digits) == (1, 0, 0, 0, 2, 0, 0, 0, 0, 0)
    assert count_labels(()) == (0,) * 10


def test_merging_drops_what_is_there_and_keeps_the_label_here():
    merged = merge((digit(4, 1),), (digit(9, 1), digit(5, 2), digit(5, 2), digit(6, 3)))
    assert labels(merged) == [4, 5, 6]


def test_a_full_collection_says_so_and_can_still_be_relabelled():
    full = many(MAX_DIGITS)
    with pytest.raises(CollectionError, match="There are 500 digits, and no more than 500 can be kept"):
        keep(full, digit(1, 1))
    assert labels(keep(full, make_digit(8, full[2].picture)))[2] == 8
    with pytest.raises(CollectionError, match="The file has 1 digits that are new; with the 500 here that makes 501"):
        merge(full, (digit(1, 1),))
    assert merge(full, full[:3]) == full


def test_points_are_rounded_and_too_many_are_left_out():
    points = np.array([[1.26, 2.0], [3.14159, 4.0]])
    assert make_digit(1, digit(1, 1).picture, [points]).strokes[0].tolist() == [[1.3, 2.0], [3.1, 4.0]]
    long = np.zeros((MAX_POINTS // 2, 2))
    assert len(make_digit(1, digit(1, 1).picture, [long, long]).strokes) == 2
    assert make_digit(1, digit(1, 1).picture, [long, long, points]).strokes == ()
