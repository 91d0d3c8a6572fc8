"""Records within bounds: of size, depth, texts, numbers and times."""

import errno
import json
import os

import pytest

from core.errors import RecordError, RunError
from core.storage.arrays import load_arrays
from core.storage.digest import weights_digest
from core.storage.reading import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_RECORD_BYTES,
    open_regular,
    parse_json,
    parse_time,
    read_json,
    read_object,
)


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (nested(MOST_DEPTH + 1), "nested more than 32 deep"),
        (nested(100_000), "nested more than 32 deep"),
        ('{"a":' * 100_000, "nested more than 32 deep"),
        ("9" * 5000, "It is not JSON: Exceeds the limit"),
        ("9" * 30, "a number beyond"),
        ("[-" + "9" * 30 + "]", "a number beyond"),
        (f"[{2**63}]", "a number beyond"),
        ("1e999", "inf, which is no number"),
        ("[NaN]", "nan, which is no number"),
        ('{"a": "' + "x" * (MOST_CHARACTERS + 1) + '"}', "a text of 10,001 characters; at most 10,000 are read"),
        ('{"' + "x" * (MOST_CHARACTERS + 1) + '": 1}', "a text of 10,001 characters"),
        (r'{"name": "\ud800"}', "half of a character"),
        (r'{"\udfff": 1}', "half of a character"),
        ("{", "It is not JSON"),
    ],
)
def test_what_is_out_of_bounds_is_named(text, said):
    with pytest.raises(RecordError, match=said):
        parse_json(text)


@pytest.mark.parametrize(
    "value", [None, [], {}, [[1, -2.5, True, "ä", "\U0001f600"]], {"a": {"b": 2**63 - 1}}, "x" * MOST_CHARACTERS]
)
def test_plain_values_come_back(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_the_deepest_value_is_read():
    assert parse_json(nested(MOST_DEPTH)) == json.loads(nested(MOST_DEPTH))


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00+00:00", "2199-12-31T23:59:59-12:00", "2026-01-31T12:00:00Z"])
def test_a_time_with_its_zone(text):
    assert parse_time(text).tzinfo is not None


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-31T12:00:00", "soon", None, [], 5]
)
def test_another_time_is_named(text):
    with pytest.raises(RecordError, match="it must be a time with its zone, from 1970 to 2199"):
        parse_time(text)


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(OSError, match="it has 1,000,000,000,000 bytes; at most 1,000,000 are read") as caught:
        read_json(path)
    assert caught.value.errno == errno.EFBIG
    path.write_text("[" + " " * (MOST_RECORD_BYTES - 2) + "]")
    assert read_json(path) == []


@pytest.mark.parametrize("open_it", [lambda path: open_regular(path, 9), load_arrays, weights_digest, read_object])
def test_a_pipe_is_not_waited_for(tmp_path, open_it):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises((OSError, RunError), match="no regular file"):
        open_it(tmp_path / "pipe")


@pytest.mark.parametrize("open_it", [lambda path: open_regular(path, 9), read_object])
def test_a_folder_is_no_file_and_leaves_none_open(tmp_path, open_it):
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises((OSError, RunError), match="Is a directory"):
        open_it(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [("[]", "must hold a JSON object"), ("{", ": It is not JSON: "), (nested(99), ": It is nested more than 32 deep.")],
)
def test_a_record_names_its_file(tmp_path, content, said):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text(content)
    with pytest.raises(RunError, match=f"^run/config.json.*{said}"):
        read_object(tmp_path / "run" / "config.json")
