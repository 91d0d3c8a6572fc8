import dataclasses
import os
import socket
import sys
from threading import Event, current_thread
from types import SimpleNamespace

import pytest

from core import settings
from core.errors import ConfigError
from core.execution import executors
from core.execution.executors import ComputeExecutor, Workers, count_workers, open_executor
from core.execution.threads import run_in_thread
from core.sweep.runner import train_trial
from tests.made import wait_until


class Compute:
    """Stands for a compute client: answers with what it was asked."""

    def call_in_new_child(self, function, *args, timeout):
        return function, args, timeout


def connect(folder):
    with open_executor(Workers(on_cluster=True), Compute(), folder):
        raise AssertionError("it should not have connected")


@pytest.fixture
def operator_names(monkeypatch):
    return lambda address: monkeypatch.setenv(settings.DASK_VARIABLE, address)


@pytest.mark.parametrize("processes", [0, 33, 1.5, True, "2"])
def test_a_number_of_processes_that_is_not_allowed_is_named(processes):
    with pytest.raises(ConfigError, match=f"{processes!r}; it must be a whole number from 1 to 32"):
        Workers(processes)


def test_a_page_cannot_say_which_scheduler_computes():
    # A hostile scheduler has any process that connects to it run code.
    assert [field.type for field in dataclasses.fields(Workers)] == ["int", "bool"]
    with pytest.raises(TypeError):
        Workers(dask="tcp://attacker:8786")


def test_without_a_cluster_of_the_operator_there_is_nothing_to_connect_to(tmp_path, monkeypatch):
    monkeypatch.delenv(settings.DASK_VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=lambda *_, **__: pytest.fail("connected")))
    with pytest.raises(ConfigError, match="There is no Dask cluster: MNIST_LAB_DASK is not set"):
        connect(tmp_path)


def test_processes_of_this_machine_need_no_address(tmp_path, operator_names):
    operator_names("tcp://s")
    with open_executor(Workers(3), Compute(), tmp_path) as (executor, slots):
        assert isinstance(executor, ComputeExecutor)
        assert slots == 3


def test_each_trial_has_a_child_of_its_own_and_all_the_time_it_needs():
    assert ComputeExecutor(Compute()).submit(train_trial, 1, 2).result() == (train_trial, (1, 2), None)


def test_a_thread_does_not_keep_python_from_ending():
    assert run_in_thread(lambda: current_thread().daemon).result()


def test_what_a_thread_raises_comes_with_its_future():
    with pytest.raises(ZeroDivisionError):
        run_in_thread(lambda: 1 / 0).result()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "http://127.0.0.1:1", "a:b:c", "127.0.0.1:99999"])
def test_an_address_that_does_not_answer_is_named(tmp_path, monkeypatch, operator_names, address):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_ANSWER_SECONDS", 0.2)
    operator_names(address)
    with pytest.raises(ConfigError, match=f"No Dask scheduler answers at '{address}'"):
        connect(tmp_path)


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(tmp_path, monkeypatch, operator_names):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        operator_names(f"127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(ConfigError, match="No Dask scheduler"):
            connect(tmp_path)


class Client:
    """Stands for distributed's own; may come late."""

    def __init__(self, address, may_come, *, set_as_default, **_):
        assert set_as_default is False, "what else is computed in this process stays in it"
        assert may_come.wait(60)
        self.address = address
        self.closed = Event()

    def get_executor(self, pure):
        assert pure is False, "equal calls are not one call"
        return "an executor"

    def run_on_scheduler(self, function, folder):
        return function(folder)

    def run(self, function, folder):
        return {"tcp://a": function(folder), "tcp://b": function(folder)}

    def close(self):
        self.closed.set()


@pytest.fixture
def cluster(monkeypatch, operator_names):
    """An event to be set before a client comes, and those that have come."""
    may_come, made = Event(), []
    client = SimpleNamespace(Client=lambda address, **more: made.append(Client(address, may_come, **more)) or made[-1])
    monkeypatch.setitem(sys.modules, "distributed", client)
    operator_names("tcp://operator:8786")
    return may_come, made


def test_a_connection_is_closed_whatever_happens(tmp_path, cluster):
    may_come, made = cluster
    may_come.set()
    with open_executor(Workers(on_cluster=True), Compute(), tmp_path) as (executor, slots):
        assert (executor, slots) == ("an executor", 2)
        assert not made[0].closed.is_set()
    assert made[0].closed.is_set()
    with pytest.raises(ConfigError, match=f"cannot write to {tmp_path}/nowhere"):
        connect(tmp_path / "nowhere")
    assert made[1].closed.is_set()


def test_the_address_is_the_operators_and_that_of_the_command_line_comes_first(tmp_path, cluster):
    may_come, made = cluster
    may_come.set()
    for given in ("", "tcp://typed:1"):
        with open_executor(Workers(on_cluster=True), Compute(), tmp_path, given):
            pass
    assert [client.address for client in made] == ["tcp://operator:8786", "tcp://typed:1"]


def test_a_connection_that_comes_late_is_closed(tmp_path, monkeypatch, cluster):
    may_come, made = cluster
    # A second is added to it.
    monkeypatch.setattr(executors, "_ANSWER_SECONDS", -0.9)
    with pytest.raises(ConfigError, match="No Dask scheduler answers"):
        connect(tmp_path)
    may_come.set()
    wait_until(lambda: made)
    assert made[0].closed.wait(60)


def test_a_folder_must_be_one_to_write_to(monkeypatch, tmp_path):
    assert executors.sees_folder(str(tmp_path))
    monkeypatch.setattr(executors.os, "access", lambda _, mode: mode != os.W_OK)
    assert not executors.sees_folder(str(tmp_path))


def test_without_the_package_the_requirement_is_named(tmp_path, monkeypatch, operator_names):
    monkeypatch.setitem(sys.modules, "distributed", None)
    operator_names("127.0.0.1:1")
    with pytest.raises(ConfigError, match=r"requirements-dask\.txt"):
        connect(tmp_path)


class Cluster:
    """A client of a cluster whose workers answer so; a scheduler without this project raises."""

    def __init__(self, workers, scheduler_error=None):
        self._workers = workers
        self._scheduler_error = scheduler_error

    def run_on_scheduler(self, *_):
        if self._scheduler_error:
            raise self._scheduler_error

    def run(self, *_):
        return self._workers


def test_the_workers_of_a_cluster_are_counted(tmp_path):
    assert count_workers(Cluster({"tcp://a": True, "tcp://b": True}), "tcp://s", tmp_path) == 2


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (Cluster({}), "The Dask cluster at tcp://s has no workers."),
        (Cluster({"tcp://a": True, "tcp://b": False}), "The worker tcp://b cannot write to"),
        (
            Cluster({"tcp://a": True}, ModuleNotFoundError("No module named 'core'")),
            "No module named 'core'. Start its",
        ),
        (Cluster({"tcp://a": True}, TimeoutError()), "cannot run this project: TimeoutError. Start its"),
    ],
)
def test_a_cluster_that_cannot_work_is_refused_with_the_reason(tmp_path, cluster, words):
    with pytest.raises(ConfigError) as caught:
        count_workers(cluster, "tcp://s", tmp_path)
    assert words in str(caught.value)


def test_a_call_that_has_begun_cannot_be_taken_back():
    begun, end = Event(), Event()

    def call():
        begun.set()
        assert end.wait(60)
        return 5

    future = run_in_thread(call)
    assert begun.wait(60)
    assert not future.cancel()
    end.set()
    assert future.result(60) == 5
