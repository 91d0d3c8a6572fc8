import numpy as np
import pytest

from core.errors import CheckpointError
from core.runs import epoch_files
from core.runs.epoch_files import drop_epochs_after, find_epochs, read_epoch, write_epoch
from core.runs.record import EPOCHS_FOLDER, remove_outcome
from core.storage.arrays import load_arrays, save_arrays
from core.training.epoch_record import EpochRecord, Predicted


def make_record(epoch, n_train=11, n_val=4, n_test=None):
    random = np.random.default_rng(epoch)

    def predict(count):
        y_pred, confidence = random.integers(0, 10, count, np.uint8), random.random(count).astype(np.float16)
        return None if count is None else Predicted(y_pred, confidence)

    shares = random.random(n_train).astype(np.float16)
    shares[2] = np.nan
    return EpochRecord(
        epoch, shares, shares > 0.5, predict(n_val) if n_val else None, predict(n_test) if n_test else None
    )


def assert_equal(one, other):
    assert one.epoch == other.epoch
    assert np.array_equal(one.true_probability, other.true_probability, equal_nan=True)
    assert np.array_equal(one.correct, other.correct)
    for mine, theirs in ((one.val, other.val), (one.test, other.test)):
        assert (mine is None) == (theirs is None)
        if mine:
            assert np.array_equal(mine.y_pred, theirs.y_pred)
            assert np.array_equal(mine.confidence, theirs.confidence)


@pytest.mark.parametrize(("n_val", "n_test"), [(4, None), (4, 6), (None, 6), (None, None)])
def test_a_record_is_read_back_as_it_was_written(tmp_path, n_val, n_test):
    record = make_record(3, n_val=n_val, n_test=n_test)
    write_epoch(tmp_path, record)
    [file] = find_epochs(tmp_path)
    assert file.epoch == 3
    assert_equal(read_epoch(file), record)


def test_epochs_come_in_their_order_and_other_files_are_no_records(tmp_path):
    for epoch in (10, 2, 100_000, 1):
        write_epoch(tmp_path, make_record(epoch))
    for name in (".00003.safetensors.x7", "notes.txt", "3.safetensors"):
        (tmp_path / EPOCHS_FOLDER / name).write_text("")
    assert [file.epoch for file in find_epochs(tmp_path)] == [1, 2, 10, 100_000]


def test_a_run_without_records_has_none(tmp_path):
    assert find_epochs(tmp_path) == ()


def test_an_epoch_trained_again_replaces_its_record(tmp_path):
    write_epoch(tmp_path, make_record(1, n_train=5))
    [before] = find_epochs(tmp_path)
    write_epoch(tmp_path, make_record(1, n_train=7))
    [after] = find_epochs(tmp_path)
    assert after.stamp != before.stamp
    assert len(read_epoch(after).correct) == 7


def test_later_epochs_are_dropped(tmp_path):
    for epoch in (1, 2, 3):
        write_epoch(tmp_path, make_record(epoch))
    drop_epochs_after(tmp_path, 1)
    assert [file.epoch for file in find_epochs(tmp_path)] == [1]
    drop_epochs_after(tmp_path, 0)
    assert find_epochs(tmp_path) == ()


def test_a_record_that_goes_by_itself_need_not_be_dropped(tmp_path, monkeypatch):
    for epoch in (1, 2, 3):
        write_epoch(tmp_path, make_record(epoch))
    found = find_epochs(tmp_path)
    found[1].path.unlink()
    with monkeypatch.context() as patch:
        # As it was seen before another process removed one.
        patch.setattr(epoch_files, "find_epochs", lambda _: found)
        drop_epochs_after(tmp_path, 1)
    assert [file.epoch for file in find_epochs(tmp_path)] == [1]


def test_a_new_start_removes_the_records(tmp_path):
    write_epoch(tmp_path, make_record(1))
    remove_outcome(tmp_path)
    assert not (tmp_path / EPOCHS_FOLDER).exists()
    remove_outcome(tmp_path)


def damage(name, change):
    def apply(file):
        arrays, metadata = load_arrays(file)
        arrays[name] = change(arrays[name])
        save_arrays(file, arrays, metadata)

    return apply


def cut_short(file):
    file.write_bytes(file.read_bytes()[:-3])


def call_it_another_epoch(file):
    save_arrays(file, load_arrays(file)[0], {"epoch": "9"})


def forget_the_answers(file):
    arrays, metadata = load_arrays(file)
    del arrays["correct"]
    save_arrays(file, arrays, metadata)


@pytest.mark.parametrize(
    "harm",
    [
        cut_short,
        call_it_another_epoch,
        forget_the_answers,
        damage("true_probability", lambda array: array.astype(np.float32)),
        damage("correct", lambda array: array[:1]),
        damage("val/y_pred", lambda array: array[:1]),
        damage("val/y_pred", lambda array: array + np.uint8(200)),
        damage("val/confidence", lambda array: array.reshape(2, 2)),
    ],
)
def test_a_damaged_record_is_refused_by_its_name(tmp_path, harm):
    write_epoch(tmp_path, make_record(1))
    [file] = find_epochs(tmp_path)
    harm(file.path)
    with pytest.raises(CheckpointError, match=r"00001\.safetensors is damaged"):
        read_epoch(find_epochs(tmp_path)[0])
