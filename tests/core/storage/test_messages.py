import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.storage.decode import decode_dataclass
from core.storage.messages import message_from_json, message_to_json, plain_fields
from core.texts.message import NO_MESSAGE, Message, message, plural


def there_and_back(text):
    return message_from_json(json.loads(json.dumps(message_to_json(text), allow_nan=False)))


@pytest.mark.parametrize(
    "text",
    [
        NO_MESSAGE,
        message("Training has not started."),
        message("{name!r} has {size:,} bytes, {share:.1%}", name="a*b", size=12345, share=0.5),
        message("{nothing}, {is_it}", nothing=None, is_it=True),
        message("The range: {inner}.", inner=message("from {low} to {high}", low=1, high=2)),
        plural("{count} image", "{count:,} images", 1),
        plural("{count} image of {name}", "{count:,} images of {name}", 4000, name="MNIST"),
    ],
)
def test_a_message_comes_back(text):
    assert there_and_back(text) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_figures_that_are_not_finite_come_back_with_their_format(value):
    text = message("{loss}, {loss:.3g}", loss=value)
    assert str(there_and_back(text)) == str(text)


def test_figures_of_numpy_keep_their_format():
    text = message("{count:,} {share:.1%}", count=np.int64(1234), share=np.float32(0.5))
    assert str(there_and_back(text)) == "1,234 50.0%"


def test_other_values_become_their_words():
    assert str(there_and_back(message("{folder}: {error}", folder=Path("/a/b"), error=ValueError("no")))) == "/a/b: no"


def test_a_plain_string_of_an_older_run_is_shown_as_it_stands():
    text = message_from_json("MNIST is not in /my_{data}.")
    assert str(text) == "MNIST is not in /my_{data}."
    # As a value, which a page escapes.
    assert list(text.values.values()) == ["MNIST is not in /my_{data}."]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        5,
        [],
        {},
        {"id": "x"},
        {"id": 5, "values": {}},
        {"id": "x", "values": []},
        {"id": "{a}", "values": {"b": 1}},
        {"id": "{a:,}", "values": {"a": "text"}},
        {"id": "{a", "values": {"a": 1}},
        {"id": "{a}", "values": {"a": {"other": 1}}},
        {"id": "{a}", "values": {"a": {"message": 5}}},
        {"id": "x", "values": {"a": 1}, "plural": 5, "count": 2},
    ],
)
def test_what_is_not_a_message_that_can_be_shown_is_refused(stored):
    with pytest.raises(ValueError, match="is not a message"):
        message_from_json(stored)


@dataclass(frozen=True)
class Note:
    step: int
    text: Message = NO_MESSAGE


def test_a_dataclass_with_a_message_comes_back():
    for note in (Note(1), Note(2, message("a {b}", b="c"))):
        assert decode_dataclass(Note, json.loads(json.dumps(plain_fields(note)))) == note


@pytest.mark.parametrize(
    "text", ["{x:>999999999}", "{x:.999}", "{x:{y}}", "{x._value}", "{x.__class__}", "{x[0]}", "{}", "{0}"]
)
@pytest.mark.parametrize("place", ["id", "plural"])
def test_a_field_that_no_text_of_the_catalogue_has_is_refused(text, place):
    stored = {"id": "{x}", "values": {"x": "a", "y": 3}, "count": 2, "plural": "{x}", place: text}
    with pytest.raises(ValueError, match="is not a message"):
        message_from_json(stored)
