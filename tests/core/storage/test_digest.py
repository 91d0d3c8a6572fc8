"""Digests of arrays and files, and stamps of files."""

import os

import numpy as np
import pytest

from core.errors import CheckpointError
from core.storage.digest import array_digest, weights_digest
from core.storage.stamp import file_stamp

ARRAY = np.arange(6, dtype=np.float32)


@pytest.mark.parametrize(
    "other",
    [
        {"b": ARRAY},
        {"a": ARRAY.astype(np.float64)},
        {"a": ARRAY.reshape(2, 3)},
        {"a": ARRAY + np.float32(1e-6)},
        {"a": ARRAY, "b": ARRAY[:0]},
    ],
)
def test_names_types_shapes_and_values_make_the_digest(other):
    assert array_digest({"a": ARRAY}) == array_digest({"a": ARRAY.copy()})
    assert array_digest(other) != array_digest({"a": ARRAY})


def test_the_order_of_arrays_does_not_count_and_their_layout_neither():
    square = np.arange(9.0).reshape(3, 3)
    one = {"a": ARRAY, "b": square.T}
    assert array_digest(one) == array_digest({"b": np.ascontiguousarray(square.T), "a": ARRAY})


def test_a_file_replaced_within_the_same_moment_has_another_digest_and_stamp(tmp_path):
    file, new = tmp_path / "weights", tmp_path / "new"
    file.write_bytes(b"first")
    first, stamp = weights_digest(file), file_stamp(file)
    assert weights_digest(file) == first
    new.write_bytes(b"other")
    os.utime(new, ns=(0, file.stat().st_mtime_ns))
    new.replace(file)
    assert file_stamp(file) != stamp
    assert weights_digest(file) != first


def test_a_file_that_is_not_there_has_an_empty_stamp_and_no_digest(tmp_path):
    assert file_stamp(tmp_path / "none") == (0, 0, 0)
    with pytest.raises(CheckpointError):
        weights_digest(tmp_path / "none")
