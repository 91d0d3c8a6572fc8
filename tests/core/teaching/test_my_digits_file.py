import json
import tracemalloc

import numpy as np
import pytest

from core.errors import CollectionError
from core.ink.rendering import picture_from_strokes
from core.teaching.collection import MAX_DIGITS, MAX_POINTS, make_digit, write_digits
from core.teaching.collection_file import MAX_MEGABYTES, read_digits

PICTURE = np.arange(784, dtype=np.uint16).reshape(28, 28).astype(np.uint8)
GOOD = json.loads(write_digits((make_digit(4, PICTURE, [np.array([[1.0, 2.0], [3.0, 4.0]])], "2026-01-31T12:00:00"),)))


def draw_random(random):
    """A digit of any label, picture and strokes, far out ones among them."""
    strokes = [random.uniform(-9999, 9999, (random.integers(1, 60), 2)) for _ in range(random.integers(0, 8))]
    picture = random.integers(0, 256, (28, 28), np.uint8)
    return make_digit(int(random.integers(10)), picture, strokes, "2026-01-31T12:00:00+00:00")


def as_values(digit):
    return digit.label, digit.picture.tobytes(), [stroke.tolist() for stroke in digit.strokes], digit.created


def refusal(content):
    with pytest.raises(CollectionError) as caught:
        read_digits(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert len(str(caught.value)) < 200
    return str(caught.value)


def changed(**changes):
    """A good file but for some entries of its third digit."""
    third = {name: value for name, value in (GOOD["digits"][0] | changes).items() if value is not ...}
    return GOOD | {"digits": [*GOOD["digits"] * 2, third]}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_written_is_read_back(seed):
    random = np.random.default_rng(seed)
    digits = tuple(draw_random(random) for _ in range(random.integers(0, 20)))
    assert [as_values(digit) for digit in read_digits(write_digits(digits).encode())] == list(map(as_values, digits))


def test_the_fullest_collection_fits_into_a_file():
    strokes = [np.array([[1234.5, -678.9]])] * MAX_POINTS
    content = write_digits((make_digit(4, PICTURE, strokes, "2026-01-31T12:00:00+00:00"),)).encode()
    assert len(content) * MAX_DIGITS < MAX_MEGABYTES * 1_000_000
    assert len(read_digits(content)[0].strokes) == MAX_POINTS


def test_a_picture_that_is_left_out_is_drawn_from_the_strokes():
    strokes = [[[140.0, 40.0], [140.0, 240.0]]]
    (digit,) = read_digits(json.dumps(changed(picture=..., strokes=strokes)).encode())[2:]
    expected = picture_from_strokes([np.array(stroke) for stroke in strokes]).picture
    np.testing.assert_array_equal(digit.picture, expected)


def test_the_mark_that_some_editors_put_first_is_skipped():
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()
    assert [digit.label for digit in read_digits(content)] == [4]


def test_strokes_and_time_may_be_left_out():
    digit = read_digits(json.dumps(changed(strokes=..., created=...)).encode())[2]
    assert (digit.strokes, digit.created) == ((), "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is not JSON: Expecting value"),
        (b"\x89PNG\xff\xfe", "The file is no text"),
        (b'{"format": "mnist-lab dig', "The file is not JSON: Unterminated string"),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b'{"a": NaN}', "The file is not JSON: NaN is no number."),
        (b'{"a": ' + b"9" * 5000 + b"}", "The file is not JSON: "),
        (b"[]" * 600_000, "The file has 600,000 lists and objects; at most 501,002 are read."),
        (b" " * 6_000_001, "The file has 6.0 MB; at most 6 MB are read."),
        ([], 'it must be a JSON object with "format": "mnist-lab digits".'),
        (GOOD | {"format": "other"}, "This is no file of digits"),
        (GOOD | {"version": 2}, "version is 2; this app reads version 1."),
        (GOOD | {"digits": {}}, "digits is {}; it must be a list."),
        (GOOD | {"digits": [0] * 501}, "The file has 501 digits; at most 500 are read."),
        (GOOD | {"digits": [7]}, "digit 1 is 7; it must be an object with label and picture."),
        (changed(label=10), "digit 3: label is 10; it must be 0 to 9."),
        (changed(label=True), "digit 3: label is True; it must be 0 to 9."),
        (changed(label="4" * 10_000), "digit 3: label is '4444"),
        (changed(label=...), "digit 3: label is None; it must be 0 to 9."),
        (changed(picture=None), "digit 3: picture is None; it must be a text in base64."),
        (changed(picture=..., strokes=[]), "digit 3: picture is None; it must be a text in base64."),
        (changed(picture="§" * 9), "digit 3: picture is '§§§§§§§§§'; it must be in base64."),
        (changed(picture="AA AA"), "digit 3: picture is 'AA AA'; it must be in base64."),
        (changed(picture="AAAA"), "digit 3: picture has 3 bytes; it must have 784, one for each of 28×28 pixels."),
        (changed(picture="AAAA" * 261 + "AA=="), "digit 3: picture is blank."),
        (changed(strokes=5), "digit 3: strokes is 5; it must be a list, each stroke a list of points."),
        (changed(strokes=[[]]), "digit 3: strokes is [[]]; it must be a list"),
        (changed(strokes=[[[0, 0]] * 501]), "digit 3: strokes have 501 points; at most 500 are read."),
        (changed(strokes=[[[0, 0]], [[1, 2, 3]]]), "digit 3: stroke 2 has the point [1, 2, 3]; it must be two numbers"),
        (changed(strokes=[[[0, 1e5]]]), "has the point [0, 100000.0]; it must be two numbers from −10,000 to 10,000."),
        (changed(strokes=[[[-10_001, 0]]]), "has the point [-10001, 0]; it must be two numbers"),
        (changed(strokes=[[[0, 10**400]]]), "digit 3: stroke 1 has the point [0, 1000"),
        (changed(strokes=[[[0, "1"]]]), "digit 3: stroke 1 has the point [0, '1']"),
        (json.dumps(changed(strokes=[[[0, 7]]])).replace(" 7]", " 1e999]").encode(), "has the point [0, inf]"),
        (changed(created="yesterday"), "digit 3: created is 'yesterday'; it must be a time"),
        (changed(created=[1]), "digit 3: created is [1]; it must be a time"),
    ],
)
def test_a_refusal_says_what_is_wrong_where_and_what_is_allowed(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize("part", [b"[],", b'"ab",'])
def test_no_file_takes_much_memory(part):
    content = b'{"a": [' + part * (5_900_000 // len(part)) + b"0]}"
    tracemalloc.start()
    refusal(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000_000
