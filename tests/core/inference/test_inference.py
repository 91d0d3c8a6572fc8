import numpy as np
import pytest
import torch

from core.errors import CheckpointError, RunError, TrainingDiverged
from core.evaluation import measure as measuring
from core.evaluation.measure import evaluate, evaluate_run
from core.evaluation.stored_predictions import load_predictions
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.inference import networks as inference
from core.inference.networks import predict_proba
from core.learners.factory import create_learner
from core.runs.record import read_run
from core.steps import finish
from core.storage.arrays import load_arrays, save_arrays
from tests.made import make_config, make_dataset


@pytest.fixture
def record(store, toy, monkeypatch):
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)
    made = store.create(make_config(arch="mlp", options={"hidden": (16,)}))
    train_run(made, store.root)
    return read_run(made.path)


def test_a_run_predicts_what_its_network_does(record, toy):
    probabilities = predict_proba(record.path, toy.test.images)
    learner = create_learner(record.config)
    learner.load_state_dict(load_arrays(record.weights_file)[0])
    np.testing.assert_array_equal(probabilities, learner.predict_proba(toy.test.images))
    assert (probabilities.shape, probabilities.dtype) == ((100, 10), np.float32)
    np.testing.assert_allclose(probabilities, load_predictions(record.predictions_file)[0], rtol=1e-5, atol=1e-7)


def test_new_weights_are_read(record, toy):
    before = predict_proba(record.path, toy.test.images[:3])
    fresh = create_learner(record.config.replace(seed=5)).state_dict()
    save_arrays(record.weights_file, fresh)
    assert not np.array_equal(predict_proba(record.path, toy.test.images[:3]), before)


def test_new_weights_in_a_file_of_the_same_size_are_read(record, toy):
    before = predict_proba(record.path, toy.test.images[:3])
    arrays, metadata = load_arrays(record.weights_file)
    size = record.weights_file.stat().st_size
    save_arrays(record.weights_file, {name: -array for name, array in arrays.items()}, metadata)
    assert record.weights_file.stat().st_size == size
    assert not np.array_equal(predict_proba(record.path, toy.test.images[:3]), before)


def test_a_network_is_built_once(record, toy, monkeypatch):
    predict_proba(record.path, toy.test.images[:1])
    monkeypatch.setattr(inference, "create_learner", None)
    predict_proba(record.path, toy.test.images[:1])


def test_a_run_trained_by_many_threads_predicts_with_one(store, record, toy):
    many = store.create(record.config.replace(threads=8))
    many.weights_file.write_bytes(record.weights_file.read_bytes())
    predict_proba(many.path, toy.test.images[:1])
    assert torch.get_num_threads() == 1


def test_a_run_without_weights_is_named(record, toy):
    record.weights_file.unlink()
    with pytest.raises(CheckpointError, match=rf"weights.safetensors is missing in {record.id}"):
        predict_proba(record.path, toy.test.images)


def test_weights_of_another_network_are_refused(store, record, toy):
    other = store.create(make_config())
    other.weights_file.write_bytes(record.weights_file.read_bytes())
    with pytest.raises(CheckpointError, match="The weights do not fit this network"):
        predict_proba(other.path, toy.test.images)


def test_a_folder_without_a_run_is_refused(tmp_path, toy):
    with pytest.raises(RunError, match=r"config\.json cannot be read"):
        predict_proba(tmp_path, toy.test.images)


def test_a_run_can_be_measured_again(record, toy, monkeypatch):
    monkeypatch.setattr(measuring, "load_dataset", lambda _name, _root: toy)
    record.predictions_file.unlink()
    (record.path / "card.json").unlink()
    result = finish(evaluate_run(record.path, record.path))
    assert result == record.result
    assert read_run(record.path).result == result
    assert load_predictions(record.predictions_file)[0].shape == (100, 10)


def test_measuring_takes_the_kept_weights(record, toy):
    learner = create_learner(record.config.replace(seed=5))
    assert evaluate(record, toy, learner).test_loss == record.result.test_loss


def test_outputs_of_nan_are_reported_and_change_nothing(record, toy):
    broken = {name: np.full_like(array, np.nan) for name, array in load_arrays(record.weights_file)[0].items()}
    save_arrays(record.weights_file, broken, {"epoch": "1"})
    with pytest.raises(TrainingDiverged, match="outputs are NaN"):
        evaluate(record, toy, create_learner(record.config))
    assert read_run(record.path).result == record.result


@pytest.mark.parametrize("arrays", [{}, {"other": np.zeros((3, 10))}, {"probabilities": np.zeros(3)}])
def test_a_file_without_probabilities_is_named(record, arrays):
    save_arrays(record.predictions_file, arrays)
    with pytest.raises(CheckpointError, match=r"/predictions\.safetensors holds no class probabilities"):
        load_predictions(record.predictions_file)[0]


def test_the_card_counts_what_the_predictions_say(record, monkeypatch):
    data = make_dataset(300, 20)
    monkeypatch.setattr(measuring, "load_dataset", lambda _name, _root: data)
    result = finish(evaluate_run(record.path, record.path))
    assert result.n_test == 20
    predicted = load_predictions(record.predictions_file)[0].argmax(1)
    for true in range(10):
        for guess in range(10):
            here = (data.test.labels == true) & (predicted == guess)
            assert result.confusion[true][guess] == here.sum()
    assert load_predictions(record.predictions_file)[0].dtype == np.float32
