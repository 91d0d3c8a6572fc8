"""Weights as plain state_dict files."""

import os
import pickle

import numpy as np
import pytest
import torch

from core.config.run_config import RunConfig
from core.errors import CheckpointError, RunError
from core.export import state_dict
from core.export.state_dict import export_state_dict, import_state_dict
from core.inference.networks import predict_proba
from core.runs.record import FINISHED, RunState
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from core.storage.arrays import load_arrays
from models import create_model
from tests.made import full_disk

TINY = RunConfig(dataset="mnist", scaling="unit", options={"hidden": (64, 64, 64)})


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs", BUNDLED_RUNS)


def test_the_tiny_network_goes_out_as_the_tutorial_loads_it(store, tmp_path):
    export_state_dict(store.get("tiny-mlp-4"), tmp_path / "tiny.pt")

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = torch.nn.Linear(784, 64)
            self.fc2 = torch.nn.Linear(64, 64)
            self.fc3 = torch.nn.Linear(64, 64)
            self.fc4 = torch.nn.Linear(64, 10)

    net = Net()
    net.load_state_dict(torch.load(tmp_path / "tiny.pt", weights_only=True))
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28), np.uint8)
    x = torch.tensor(images.reshape(3, 784) / 255, dtype=torch.float32)
    expected = net.fc4(net.fc3(net.fc2(net.fc1(x).relu()).relu()).relu()).softmax(1)
    probabilities = predict_proba(store.get("tiny-mlp-4").path, images)
    np.testing.assert_allclose(probabilities, expected.detach(), atol=1e-5)


def test_and_comes_back_to_be_drawn_for(store, tmp_path):
    export_state_dict(store.get("tiny-mlp-4"), tmp_path / "tiny.pt")
    record = import_state_dict(tmp_path / "tiny.pt", TINY, store)
    assert (record.state, record.can_predict, record.can_resume) == (RunState(FINISHED), True, False)
    assert record.tags == {"imported": "tiny.pt"}
    assert "tiny.pt" in record.name
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 13:16] = 255
    probabilities = predict_proba(record.path, image)
    assert probabilities.argmax() == 1
    np.testing.assert_array_equal(probabilities, predict_proba(store.get("tiny-mlp-4").path, image))


def test_numpy_s_weights_load_into_torch_s_network(store, tmp_path):
    torch.manual_seed(1)
    torch.save(create_model("mlp", {"hidden": (8,)}).state_dict(), tmp_path / "mlp.pt")
    config = RunConfig(arch="numpy-mlp", options={"hidden": (8,)}, optimizer="sgd", dataset="digits")
    record = import_state_dict(tmp_path / "mlp.pt", config, store)
    export_state_dict(record, tmp_path / "numpy.pt")
    first, second = (torch.load(tmp_path / name, weights_only=True) for name in ("mlp.pt", "numpy.pt"))
    torch.testing.assert_close(first, second)


def test_named_parameters_come_in_as_a_state_dict_does(store, tmp_path):
    network = create_model("softmax")
    torch.save(dict(network.named_parameters()), tmp_path / "parameters.pt")
    record = import_state_dict(tmp_path / "parameters.pt", TINY.replace(arch="softmax", options={}), store)
    for name, array in load_arrays(record.weights_file)[0].items():
        np.testing.assert_array_equal(array, network.state_dict()[name])


class TellsThatItWasRun:
    """Makes a file when it is unpickled."""

    def __init__(self, told):
        self.told = told

    def __reduce__(self):
        return os.mkdir, (self.told,)


def test_code_in_a_file_is_not_run(store, tmp_path):
    torch.save({"dense.weight": TellsThatItWasRun(tmp_path / "told")}, tmp_path / "hostile.pt")
    with pytest.raises(CheckpointError, match="is not a PyTorch file of weights"):
        import_state_dict(tmp_path / "hostile.pt", TINY, store)
    assert not (tmp_path / "told").exists()


def test_double_precision_comes_in_as_single(store, tmp_path):
    torch.save(create_model("softmax").double().state_dict(), tmp_path / "double.pt")
    record = import_state_dict(tmp_path / "double.pt", RunConfig(arch="softmax", dataset="digits"), store)
    assert {array.dtype for array in load_arrays(record.weights_file)[0].values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"cannot be read: No such file"),
        (b"", "is not a PyTorch file of weights"),
        (b"PK\x03\x04 and then nothing", "is not a PyTorch file of weights"),
        (pickle.dumps({"a": print}), "is not a PyTorch file of weights"),
    ],
)
def test_a_file_that_holds_no_weights(store, tmp_path, content, message):
    if content is not None:
        (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        import_state_dict(tmp_path / "x.pt", TINY, store)


@pytest.mark.parametrize("values", [[1, 2], {"model": {"fc1.weight": 1}}])
def test_a_file_that_holds_something_else(store, tmp_path, values):
    torch.save(values, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match="holds no state_dict"):
        import_state_dict(tmp_path / "x.pt", TINY, store)


def test_weights_of_another_network_leave_no_run(store, tmp_path):
    torch.save(create_model("softmax").state_dict(), tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match="do not fit"):
        import_state_dict(tmp_path / "x.pt", TINY, store)
    assert all(record.bundled for record in store.all())


def test_a_run_without_weights_cannot_be_exported(store, tmp_path):
    record = store.create(TINY)
    with pytest.raises(CheckpointError, match="missing"):
        export_state_dict(record, tmp_path / "x.pt")
    assert not (tmp_path / "x.pt").exists()


def test_a_bad_name_is_refused(store, tmp_path):
    torch.save(create_model("softmax").state_dict(), tmp_path / "x.pt")
    with pytest.raises(RunError, match="80 characters"):
        import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store, "n" * 81)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda weight: weight.to("meta"), "without values of its own, such as a meta tensor"),
        (lambda weight: weight * float("nan"), "are not all finite numbers"),
        (lambda weight: weight + 1j, "holds complex numbers"),
        (lambda _: torch.zeros(1).expand(10**12), "has 1,000,000,000,000 numbers; at most"),
    ],
)
def test_a_tensor_of_another_kind_leaves_no_run(store, tmp_path, change, message):
    weights = create_model("softmax").state_dict()
    first = next(iter(weights))
    torch.save({**weights, first: change(weights[first])}, tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match=message):
        import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)
    assert all(record.bundled for record in store.all())


def test_a_tensor_of_just_as_many_numbers_as_are_read_comes_in(store, tmp_path, monkeypatch):
    weights = create_model("softmax").state_dict()
    torch.save(weights, tmp_path / "x.pt")
    most = max(tensor.numel() for tensor in weights.values())
    monkeypatch.setattr(state_dict, "_MOST_NUMBERS", most)
    assert import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)
    monkeypatch.setattr(state_dict, "_MOST_NUMBERS", most - 1)
    with pytest.raises(CheckpointError, match="at most 7,839 are read"):
        import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)


def test_a_sparse_tensor_comes_in_as_a_dense_one(store, tmp_path):
    weights = create_model("softmax").state_dict()
    first = next(iter(weights))
    torch.save({**weights, first: weights[first].to_sparse()}, tmp_path / "x.pt")
    record = import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)
    np.testing.assert_array_equal(load_arrays(record.weights_file)[0][first], weights[first])


def test_an_import_that_cannot_be_written_leaves_no_run(store, tmp_path, monkeypatch):
    torch.save(create_model("softmax").state_dict(), tmp_path / "x.pt")
    monkeypatch.setattr("core.export.state_dict.save_arrays", full_disk)
    with pytest.raises(OSError, match="No space left"):
        import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)
    assert all(record.bundled for record in store.all())


def test_a_pipe_is_not_waited_for(store, tmp_path):
    os.mkfifo(tmp_path / "x.pt")
    with pytest.raises(CheckpointError, match="it is no regular file"):
        import_state_dict(tmp_path / "x.pt", RunConfig(arch="softmax"), store)


def test_a_file_whose_name_is_no_text_comes_in(store, tmp_path):
    file = tmp_path / os.fsdecode(b"\xff.pt")
    torch.save(create_model("softmax").state_dict(), file)
    assert import_state_dict(file, RunConfig(arch="softmax"), store).tags == {"imported": "?.pt"}
