import errno
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from safetensors import SafetensorError

from core.errors import CheckpointError
from core.storage import arrays as weights
from core.storage.arrays import load_arrays, save_arrays
from core.training.checkpoint import Checkpoint, TrainingProgress, load_checkpoint, save_checkpoint

ARRAYS = {"fc1.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "step": np.array(3.0, np.float32)}
CHECKPOINT = Checkpoint(
    TrainingProgress(1, 12, 2, 3.5, 40, 1.25, 0.1, 1, 0.75), ARRAYS, {"random": np.arange(5, dtype=np.uint8)}
)


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "my-run"
    folder.mkdir()
    return folder / "weights.safetensors"


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.dtype == other[name].dtype
        np.testing.assert_array_equal(array, other[name])


def test_arrays_come_back_with_their_metadata(path):
    save_arrays(path, ARRAYS, {"epoch": "3"})
    arrays, metadata = load_arrays(path)
    assert_same(arrays, ARRAYS)
    assert metadata == {"epoch": "3"}


def test_an_array_comes_back_in_whatever_order_its_memory_lies(path):
    array = np.arange(12).reshape(3, 4)
    views = {"transposed": array.T, "columns": array[:, [3, 1]], "every other": array[:, ::2], "scalar": np.array(2.5)}
    save_arrays(path, views)
    arrays, _ = load_arrays(path)
    assert {name: values.tolist() for name, values in arrays.items()} == {
        name: values.tolist() for name, values in views.items()
    }


def test_a_checkpoint_comes_back(path):
    save_checkpoint(path, CHECKPOINT)
    back = load_checkpoint(path)
    assert back.progress == CHECKPOINT.progress
    assert_same(back.weights, CHECKPOINT.weights)
    assert_same(back.training, CHECKPOINT.training)


def test_a_checkpoint_before_the_first_step_comes_back(path):
    save_checkpoint(path, Checkpoint(TrainingProgress(), ARRAYS, {}))
    assert load_checkpoint(path).progress == TrainingProgress()


def test_a_checkpoint_in_a_log_does_not_list_its_numbers():
    assert "array" not in repr(replace(CHECKPOINT, shown=ARRAYS))


def test_a_missing_file_is_named(path):
    with pytest.raises(CheckpointError, match=r"^weights\.safetensors is missing in my-run\.$"):
        load_arrays(path)


@pytest.mark.parametrize("keep", [0, 4, 50, -1])
def test_a_truncated_file_is_named(path, keep):
    save_arrays(path, ARRAYS)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CheckpointError, match=r"^my-run/weights\.safetensors is damaged: "):
        load_arrays(path)


def test_another_file_is_named(path):
    path.write_text("these are no weights at all, but long enough")
    with pytest.raises(CheckpointError, match=r"^my-run/weights\.safetensors is damaged: "):
        load_arrays(path)


def test_a_folder_in_its_place_is_named(path):
    path.mkdir()
    with pytest.raises(CheckpointError, match=r"^my-run/weights\.safetensors is damaged: "):
        load_arrays(path)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"position": "{"},
        {"position": "[]"},
        {"position": "3"},
        {"position": '{"epoch": "one"}'},
        {"position": '{"epoch": 1, "mood": "good"}'},
        {"position": json.dumps({"epoch": 1.5})},
        {"position": '{"loss_sum": NaN}'},
    ],
)
def test_a_checkpoint_must_say_where_training_stood(path, metadata):
    save_arrays(path, ARRAYS, metadata)
    with pytest.raises(CheckpointError, match="does not say where training stood"):
        load_checkpoint(path)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), SafetensorError("I/O error")])
def test_the_old_file_survives_a_full_disk(path, monkeypatch, error):
    save_arrays(path, ARRAYS)

    def save_file(_arrays, temporary, _metadata):
        temporary.write_bytes(b"half")
        raise error

    monkeypatch.setattr(weights, "save_file", save_file)
    with pytest.raises(OSError, match=r"No space left|cannot be written"):
        save_arrays(path, {"other": np.zeros(3)})
    assert_same(load_arrays(path)[0], ARRAYS)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
