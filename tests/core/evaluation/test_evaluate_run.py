"""Measuring a run on request, beside whatever else works on it."""

import json
import re

import pytest

from core.errors import RunBusy
from core.evaluation import measure as module
from core.evaluation.measure import evaluate_run, is_stale
from core.evaluation.stored_predictions import load_predictions
from core.execution import train_run as train_module
from core.execution.train_run import train_run
from core.runs.record import FINISHED, MEASURING, RUNNING, STOPPED, RunState, read_run, write_state
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays
from core.storage.locks import has_worker, hold_as_worker
from tests.made import make_config


@pytest.fixture(autouse=True)
def data(monkeypatch, toy):
    for user in (module, train_module):
        monkeypatch.setattr(user, "load_dataset", lambda _name, _root: toy)


@pytest.fixture
def record(store):
    """A finished run of two epochs."""
    made = store.create(make_config(keep_best=False), "mine")
    train_run(made, made.path)
    return read_run(made.path)


@pytest.fixture
def in_training(record):
    """The same run as if it were still being trained: it has kept an epoch's weights and was not measured yet."""
    for file in (record.predictions_file, record.path / "card.json"):
        file.unlink()
    with hold_as_worker(record.path):
        write_state(record.path, RunState(RUNNING, step=10, epoch=1, total_steps=18))
        keep_weights(record, 1)
        yield read_run(record.path)


def keep_weights(record, epoch):
    """What training does at an epoch's end; these weights are others than before."""
    arrays, _ = load_arrays(record.weights_file)
    save_arrays(record.weights_file, {name: array * 0.5 for name, array in arrays.items()}, {"epoch": str(epoch)})


def during_measurements(monkeypatch, *acts):
    """Each act takes place during one measurement; returns the epochs that were measured."""
    left, epochs, measure = list(acts), [], module._measure

    def measure_and_act(*arguments):
        result = yield from measure(*arguments)
        epochs.append(result[0].kept_epoch)
        if left:
            left.pop(0)()
        return result

    monkeypatch.setattr(module, "_measure", measure_and_act)
    return epochs


def test_a_run_at_rest_is_measured_under_its_lock(record, monkeypatch):
    locked = []
    during_measurements(monkeypatch, lambda: locked.append(has_worker(record.path)))
    write_state(record.path, RunState(STOPPED))
    (record.path / "card.json").unlink()
    result = finish(evaluate_run(record.path, record.path))
    assert locked == [True]
    assert read_run(record.path).result == result == record.result
    assert not has_worker(record.path)


def test_a_run_at_rest_that_something_works_on_is_busy(record):
    with hold_as_worker(record.path), pytest.raises(RunBusy, match="is being worked on by another process"):
        finish(evaluate_run(record.path, record.path))


def test_a_run_in_training_is_measured_as_far_as_it_is(in_training):
    result = finish(evaluate_run(in_training.path, in_training.path))
    now = read_run(in_training.path)
    assert result == now.result
    assert result.kept_epoch == 1
    assert not is_stale(now)
    assert load_predictions(now.predictions_file)[0].shape == (100, 10)


def test_a_measurement_that_training_has_overtaken_does_not_replace_the_final_result(in_training, monkeypatch):
    final = []

    def end_training():
        keep_weights(in_training, 2)
        module.evaluate(in_training, module.load_dataset(None, None), module.create_learner(in_training.config))
        write_state(in_training.path, RunState(FINISHED))
        final.append(read_run(in_training.path).result)

    epochs = during_measurements(monkeypatch, end_training)
    assert finish(evaluate_run(in_training.path, in_training.path)) == final[0]
    assert epochs == [1, 2]
    assert read_run(in_training.path).result == final[0]
    assert final[0].kept_epoch == 2


def test_a_measurement_during_the_final_one_is_not_saved(in_training, monkeypatch):
    during_measurements(monkeypatch, lambda: write_state(in_training.path, RunState(MEASURING)))
    assert finish(evaluate_run(in_training.path, in_training.path)).kept_epoch == 1
    assert read_run(in_training.path).result is None
    assert not in_training.predictions_file.exists()


def test_weights_kept_meanwhile_are_measured_again(in_training, monkeypatch):
    epochs = during_measurements(monkeypatch, lambda: keep_weights(in_training, 2))
    assert finish(evaluate_run(in_training.path, in_training.path)).kept_epoch == 2
    assert epochs == [1, 2]
    assert read_run(in_training.path).result.kept_epoch == 2


def test_a_run_that_learns_faster_than_it_is_measured_is_busy(in_training, monkeypatch):
    acts = [lambda epoch=epoch: keep_weights(in_training, epoch) for epoch in range(2, 20)]
    epochs = during_measurements(monkeypatch, *acts)
    with pytest.raises(RunBusy, match="'mine' learns faster than it can be measured"):
        finish(evaluate_run(in_training.path, in_training.path))
    assert epochs == [1, 2, 3]
    assert read_run(in_training.path).result is None


def test_a_run_trained_on_a_device_that_is_not_here_is_measured_on_the_one_that_is(record):
    write_config(record.path, record.config.replace(device="cuda"))
    before = read_run(record.path).result
    again = finish(evaluate_run(record.path, record.path))
    assert again.test_accuracy == before.test_accuracy
    assert read_run(record.path).config.device == "cuda"


def write_config(folder, config):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"config": config.to_dict()}))


def test_the_progress_of_a_measurement_is_told_batch_by_batch(record):
    file = record.path / "config.json"
    file.write_text(re.sub(r'"test_batch_size": \d+', '"test_batch_size": 40', file.read_text()))
    shares = []
    finish(evaluate_run(record.path, record.path), shares.append)
    assert shares == [0.0, 0.4, 0.8]
