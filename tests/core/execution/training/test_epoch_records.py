"""What a worker keeps of each epoch."""

import numpy as np
import pytest

from core.runs import control_file as control
from core.runs.epoch_files import find_epochs, read_epoch
from core.runs.record import SWEEP_TAG, read_run
from core.training.events import EpochEnd, RunStarted
from tests.core.execution.training.stretch import Killed, killed_after, stop_after, train
from tests.made import make_config


def read(record):
    return [read_epoch(file) for file in find_epochs(record.path)]


def assert_same_records(one, other):
    assert [record.epoch for record in one] == [record.epoch for record in other]
    for mine, theirs in zip(one, other, strict=True):
        assert np.array_equal(mine.true_probability, theirs.true_probability)
        assert np.array_equal(mine.correct, theirs.correct)
        assert np.array_equal(mine.val.y_pred, theirs.val.y_pred)
        assert np.array_equal(mine.val.confidence, theirs.val.confidence)


def test_every_epoch_is_kept(record):
    train(record)
    records = read(record)
    history = read_run(record.path).history()
    assert [(r.epoch, len(r.correct), len(r.val.y_pred), r.test) for r in records] == [
        (e, 270, 30, None) for e in (1, 2)
    ]
    assert [r.correct.mean() for r in records] == [epoch.train_accuracy for epoch in history.epochs]
    assert not any(np.isnan(r.true_probability).any() for r in records)


def test_a_watched_test_set_is_kept_too(store):
    record = store.create(make_config(watch_test=True, epochs=1))
    train(record)
    [kept] = read(record)
    assert len(kept.test.y_pred) == 100


def test_the_cells_of_a_sweep_keep_none(store):
    record = store.create(make_config(), tags={SWEEP_TAG: "one"})
    train(record)
    assert find_epochs(record.path) == ()


def test_a_record_is_there_before_its_epoch_is_told_and_saved(record):
    seen = []

    def look(event):
        if isinstance(event, EpochEnd):
            seen.append([file.epoch for file in find_epochs(record.path)])

    train(record, look)
    assert seen == [[1], [1, 2]]


@pytest.mark.parametrize("step", [4, 9, 13])
def test_a_resumed_run_keeps_the_same_records(store, record, step):
    whole = store.create(record.config)
    train(whole)
    train(record, stop_after(record, step))
    train(record)
    assert_same_records(read(record), read(whole))


@pytest.mark.parametrize(("saved", "killed"), [(0, 12), (4, 14), (14, 14)])
def test_a_killed_run_keeps_the_same_records(store, record, monkeypatch, saved, killed):
    whole = store.create(record.config)
    train(whole)
    with pytest.raises(Killed):
        train(record, killed_after(monkeypatch, saved, killed))
    assert [r.epoch for r in read(record)] == [1]
    told = []
    train(record, lambda event: told.append([r.epoch for r in read(record)]) if isinstance(event, RunStarted) else None)
    # Epochs that are trained again have no record until they are done.
    assert told == [[1] if saved == 14 else []]
    assert_same_records(read(record), read(whole))


def test_a_run_begun_again_leaves_no_old_epoch(record):
    train(record)
    record.checkpoint_file.unlink()
    control.send(record.path, "run")
    train(record, stop_after(record, 4))
    assert read(record) == []
