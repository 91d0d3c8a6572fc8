"""Training that cannot begin or go on, and says why."""

import pytest

from core.data.catalog import DATASETS
from core.data.datasets import load_dataset
from core.data.files import raw_folder
from core.errors import ConfigError, DataMissing
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.runs.record import FAILED, FINISHED, read_run
from core.storage import arrays as weights
from core.storage.arrays import load_arrays
from core.training.events import RunFailed
from tests.core.execution.training.stretch import after_step, assert_same, comparable, fill_disk, stop_after, train
from tests.made import full_disk, make_config


def test_a_learning_rate_that_is_not_allowed_starts_nothing(record):
    with pytest.raises(ConfigError, match="lr is -1; it must be a number above 0"):
        train(record, lr=-1)
    assert read_run(record.path) == record


def test_missing_data_fails_with_the_reason(record, monkeypatch):
    def find_nothing(_name, root):
        raise DataMissing(f"MNIST is not in {root}.")

    monkeypatch.setattr(worker, "load_dataset", find_nothing)
    state = train(record)
    assert (state.status, str(state.reason)) == (FAILED, f"MNIST is not in {record.path}.")
    assert not state.has_diverged
    assert isinstance(record.log.read()[0][-1], RunFailed)


def test_a_truncated_data_file_fails_with_the_reason(store, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "load_dataset", load_dataset)
    other = store.create(make_config(dataset="digits"))
    record = store.create(make_config(dataset="mnist"))
    raw = raw_folder(DATASETS["mnist"], tmp_path / "data")
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(bytes(1000))
    state = train_run(record, tmp_path / "data")
    assert state.status == FAILED
    assert "train-images-idx3-ubyte is not the published file (1,000 bytes, wrong checksum)" in str(state.reason)
    assert read_run(other.path) == other


def test_a_device_that_is_not_there_fails_with_the_reason(store):
    record = store.create(make_config(device="mps"))
    assert str(train(record).reason) == "device is 'mps', which this machine does not have; choose auto or cpu."


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_corrupt_checkpoint_fails_with_the_reason_and_loses_nothing(record, content):
    train(record, stop_after(record, 12))
    before = read_run(record.path)
    weights_before, history = record.weights_file.read_bytes(), before.history()
    record.checkpoint_file.write_bytes(record.checkpoint_file.read_bytes()[:500] if content is None else content)
    state = train(record)
    assert state.status == FAILED
    assert str(state.reason).startswith(f"{record.id}/checkpoint.safetensors is damaged: ")
    assert (state.step, state.epoch, state.total_steps) == (12, 1, 18)
    after = read_run(record.path)
    assert after.result == before.result
    assert record.weights_file.read_bytes() == weights_before
    assert (after.history().step_losses, after.history().epochs) == (history.step_losses, history.epochs)


def test_a_checkpoint_of_another_network_fails_with_the_reason(store, record):
    train(record, stop_after(record, 4))
    other = store.create(make_config(arch="mlp"))
    other.checkpoint_file.write_bytes(record.checkpoint_file.read_bytes())
    state = train(other)
    assert state.status == FAILED
    assert str(state.reason).startswith("The weights do not fit this network: ")


def test_a_full_disk_at_the_weights_fails_with_the_reason(record, monkeypatch):
    monkeypatch.setattr(weights, "save_file", full_disk)
    state = train(record)
    assert state == read_run(record.path).state
    assert state.status == FAILED
    assert str(state.reason) == "The run's folder cannot be written: No space left on device."
    assert record.log.read()[0][-1] == RunFailed(state.step, state.reason)


@pytest.mark.parametrize("step", [1, 12])
def test_a_full_disk_at_the_log_fails_with_the_reason(record, monkeypatch, step):
    train(record, after_step(step, lambda: fill_disk(monkeypatch)))
    state = read_run(record.path).state
    assert state.status == FAILED
    assert "No space left on device" in str(state.reason)
    assert record.history().step == step


def test_after_room_was_made_the_run_goes_on(store, record):
    whole = store.create(record.config)
    train(whole)
    with pytest.MonkeyPatch.context() as patch:
        train(record, after_step(12, lambda: fill_disk(patch)))
    assert read_run(record.path).can_resume
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert comparable(record) == comparable(whole)


def test_a_full_disk_at_the_measuring_can_be_made_good(record):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "evaluate", full_disk)
        assert train(record).status == FAILED
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_defect_leaves_a_readable_record_and_its_traceback_in_the_log(record, monkeypatch, caplog):
    def create_learner(_config):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(worker, "create_learner", create_learner)
    with pytest.raises(ZeroDivisionError):
        train(record)
    state = read_run(record.path).state
    assert state.status == FAILED
    assert "(ZeroDivisionError: a defect)" in str(state.reason)
    [entry] = caplog.records
    assert state.reason.values["number"] in str(state.reason)
    assert state.reason.values["number"] in entry.getMessage()
    assert "in create_learner" in entry.exc_text


def test_a_damaged_control_file_disturbs_nothing(record):
    def damage():
        (record.path / "control.json").write_text("{")

    assert train(record, after_step(3, damage)).status == FINISHED
