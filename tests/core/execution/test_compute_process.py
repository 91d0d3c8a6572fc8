"""The compute process and its children as real processes. One compute process serves most of these tests."""

import errno
import json
import logging
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest

from core.data import download
from core.errors import ComputeError, ConfigError, RunBusy
from core.execution import compute_process
from core.execution.compute_client import ComputeClient
from core.execution.compute_process import ComputeProcess
from core.execution.job_queue import JobQueue
from core.execution.process_link import START_FAILED
from core.execution.train_run import train_run
from core.inference import networks as inference
from core.runs.record import FAILED, FINISHED, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED
from core.settings import PROJECT
from core.storage.arrays import load_arrays
from core.training.checkpoint import load_checkpoint
from core.training.events import LrChanged, RunPaused, RunStarted
from tests.made import make_config, make_images, wait_until
from tests.processes import children, is_alive, process_id

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")

SHORT = make_config()
# Far more than these tests wait for: each is stopped, killed or cut off.
ENDLESS = make_config(arch="mlp", options={"hidden": (16,)}, batch_size=8, epochs=1000)
IMAGES = make_images(20, 3).images

SERVER = """
import sys, threading
from pathlib import Path
import numpy as np
from core.evaluation.measure import evaluate_run
from core.inference import networks as inference
from core.execution.job_queue import JobQueue
from core.runs.store import RunStore

jobs = JobQueue(RunStore(Path(sys.argv[1])))
run = jobs.resume(sys.argv[2], Path(sys.argv[1]))
jobs.compute.call(inference.predict_proba, Path(sys.argv[3]), np.zeros((1, 28, 28), np.uint8))
print("serving", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def store(shared):
    return shared[1]


@pytest.fixture
def submit(jobs, store):
    return lambda config=ENDLESS: jobs.submit(config, store.root)


def wait_for(store, record, *statuses):
    wait_until(lambda: store.get(record.id).state.status in statuses)
    return store.get(record.id)


def wait_for_steps(record, count=1):
    wait_until(lambda: record.history().step >= count)


def worker_of(jobs, before=()):
    """The one child that the compute process has beside those before."""
    (pid,) = set(children(process_id(jobs))) - set(before)
    return pid


def assert_same_result(one, other):
    """Equal bits in weights, optimizer and generator, and equal histories but for the times."""
    for file in ("weights", "checkpoint"):
        arrays, others = (load_arrays(getattr(record, f"{file}_file"))[0] for record in (one, other))
        assert arrays.keys() == others.keys()
        assert all(np.array_equal(arrays[name], others[name]) for name in arrays)
    assert one.history().step_losses == other.history().step_losses
    epochs, others = ([replace(epoch, seconds=0) for epoch in run.history().epochs] for run in (one, other))
    assert epochs == others


def test_a_run_in_a_process_ends_as_it_would_in_this_one(store, submit, trained):
    done = wait_for(store, submit(SHORT), FINISHED, FAILED)
    assert done.state.status == FINISHED
    assert done.result == replace(trained.result, seconds=done.result.seconds)
    assert_same_result(done, trained)


def test_runs_wait_for_each_other(store, jobs, submit):
    first, second, third = submit(), submit(SHORT), submit(SHORT)
    assert [jobs.position(record.id) for record in (first, second, third)] == [None, 1, 2]
    assert store.get(third.id).state.status == QUEUED
    wait_for_steps(first)
    jobs.stop(second.id)
    jobs.stop(first.id)
    assert wait_for(store, third, FINISHED, FAILED).state.status == FINISHED
    assert store.get(second.id).state.status == STOPPED
    assert store.get(second.id).history().step == 0


def test_a_run_is_steered_while_it_trains(store, jobs, submit):
    record = submit()
    wait_for(store, record, RUNNING)
    jobs.pause(record.id)
    wait_for(store, record, PAUSED)
    steps = record.history().step
    assert load_checkpoint(record.checkpoint_file).progress.step == steps
    with pytest.raises(ConfigError):
        jobs.set_lr(record.id, 0)
    jobs.set_lr(record.id, 0.125)
    jobs.proceed(record.id)
    wait_for_steps(record, steps + 1)
    history = record.history()
    assert history.lr_changes == [LrChanged(steps, 0.125)]
    assert history.last.lr == 0.125
    jobs.stop(record.id)
    stopped = wait_for(store, record, STOPPED)
    wait_until(lambda: store.get(record.id).result is not None)
    assert stopped.history().step == load_checkpoint(record.checkpoint_file).progress.step


def test_a_wish_sent_while_the_process_starts_is_heard(store, jobs, submit):
    record = submit()
    jobs.stop(record.id)
    assert wait_for(store, record, STOPPED, FINISHED, FAILED).state.status == STOPPED
    paused = submit()
    jobs.pause(paused.id)
    wait_for(store, paused, PAUSED)
    events = paused.log.read()[0]
    assert [type(event) for event in events] == [RunStarted, RunPaused]


def test_a_killed_worker_is_a_failed_run_that_can_be_resumed(store, jobs, submit):
    before = children(process_id(jobs))
    record, waiting = submit(), submit(SHORT)
    wait_for_steps(record)
    os.kill(worker_of(jobs, before), signal.SIGKILL)
    state = wait_for(store, record, FAILED).state
    assert str(state.reason) == "The training process was killed; the machine may have run out of memory."
    assert wait_for(store, waiting, FINISHED, FAILED).state.status == FINISHED
    steps = record.history().step
    jobs.resume(record.id, store.root)
    wait_until(lambda: len([event for event in record.log.read()[0] if isinstance(event, RunStarted)]) == 2)
    wait_for_steps(record, steps + 1)


def test_a_worker_that_is_asked_to_end_can_be_resumed(store, jobs, submit):
    before = children(process_id(jobs))
    record = submit()
    wait_for_steps(record)
    os.kill(worker_of(jobs, before), signal.SIGTERM)
    state = wait_for(store, record, INTERRUPTED).state
    assert load_checkpoint(record.checkpoint_file).progress.step == state.step


def test_a_run_without_data_fails_with_the_reason(store, submit):
    record = submit(make_config(dataset="mnist"))
    state = wait_for(store, record, FAILED).state
    assert str(state.reason).startswith(f"MNIST is not in {store.root}: ")


def test_a_killed_compute_process_fails_its_runs_and_the_next_run_has_a_new_one(store, jobs, compute, submit, trained):
    compute.call(inference.predict_proba, trained.path, IMAGES)
    record = submit()
    wait_for_steps(record)
    old = process_id(jobs)
    orphans = children(old)
    assert len(orphans) == 2
    os.kill(old, signal.SIGKILL)
    wait_for(store, record, FAILED, INTERRUPTED)
    wait_until(lambda: not any(map(is_alive, orphans)), 20)
    assert store.get(record.id).can_resume
    assert wait_for(store, submit(SHORT), FINISHED, FAILED).state.status == FINISHED
    assert process_id(jobs) != old
    assert compute.call(inference.predict_proba, trained.path, IMAGES).shape == (20, 10)


def test_closing_ends_everything_and_the_run_resumes_to_the_same_bits(store, jobs, trained):
    options = {"hidden": (16,), "dropout": 0.3}
    config = make_config(arch="mlp", options=options, optimizer="adam", schedule="one-cycle", epochs=150)
    whole = store.create(config)
    train_run(whole, store.root)
    first = JobQueue(store)
    first.compute.call(inference.predict_proba, trained.path, IMAGES)
    record = first.submit(config, store.root)
    wait_for_steps(record)
    first.pause(record.id)
    wait_for(store, record, PAUSED)
    processes = [process_id(first), *children(process_id(first))]
    assert len(processes) == 3
    # Nothing comes between, so that the run is still in training.
    first.proceed(record.id)
    first.close()
    assert not any(map(is_alive, processes))
    with pytest.raises(ComputeError, match="The app is closing"):
        first.compute.call(inference.predict_proba, trained.path, IMAGES)
    first.close()
    cut = store.get(record.id)
    assert (cut.state.status, str(cut.state.reason)) == (INTERRUPTED, "The app ended while this run was active.")
    assert 0 < cut.history().step < whole.history().step
    jobs.resume(record.id, store.root)
    assert wait_for(store, record, FINISHED, FAILED).state.status == FINISHED
    assert_same_result(store.get(record.id), store.get(whole.id))


def test_a_child_that_cannot_be_started_is_reported_and_the_others_go_on(monkeypatch, capsys, caplog):
    class NoRoom:
        def __init__(self, **_):
            pass

        def start(self):
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    process = ComputeProcess()
    monkeypatch.setattr(process, "_context", SimpleNamespace(Process=NoRoom))
    process.do("mine", "train", [])
    assert json.loads(capsys.readouterr().out) == {"event": "exit", "name": "mine", "code": START_FAILED}
    assert "Cannot allocate memory" in caplog.text


def test_requests_may_come_in_pieces(monkeypatch):
    asked = []
    process = ComputeProcess()
    monkeypatch.setattr(process, "do", lambda **request: asked.append(request))
    read, write = os.pipe()
    with os.fdopen(read) as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        for piece in (b'{"name": "a", "tar', b'get": "train"}\n{"name": "b"}\n{"na', b'me": "c"}\n'):
            os.write(write, piece)
            assert process._read_requests()
        os.close(write)
        assert not process._read_requests()
    assert asked == [{"name": "a", "target": "train"}, {"name": "b"}, {"name": "c"}]


def test_what_a_child_prints_does_not_disturb_the_reports(store, jobs, compute, submit, tmp_path):
    assert compute.call(download.main, ["emnist", str(tmp_path)]) == 1
    assert wait_for(store, submit(SHORT), FINISHED, FAILED).state.status == FINISHED
    wait_until(lambda: not jobs._training)


def test_closing_what_never_started_is_no_error():
    ComputeClient().close()


@pytest.mark.parametrize("with_process", [False, True], ids=["server", "server and compute process"])
def test_a_killed_server_leaves_no_process_behind(store, jobs, trained, with_process):
    record = store.create(ENDLESS)
    command = [sys.executable, "-c", SERVER, str(store.root), record.id, str(trained.path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "serving\n"
            (process,) = children(server.pid)
            workers = children(process)
            assert len(workers) == 2
            wait_for_steps(record)
            with pytest.raises(RunBusy):
                jobs.resume(record.id, store.root)
        finally:
            server.kill()
        if with_process:
            os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, [process, *workers])), 20)
    cut = store.get(record.id)
    assert cut.state.status == INTERRUPTED
    assert load_checkpoint(cut.checkpoint_file).progress.step == cut.history().step > 0


@pytest.fixture
def asked(monkeypatch):
    """Where requests to a compute process in this process are written; the test closes it."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as stdin:
        monkeypatch.setattr(compute_process.sys, "stdin", stdin)
        yield writer


def test_what_can_wait_is_imported_while_nothing_is_asked_for(asked, monkeypatch):
    imported = []

    def note(name):
        imported.append(name)
        if len(imported) == 2:
            os.close(asked)

    monkeypatch.setattr(compute_process.importlib, "import_module", note)
    ComputeProcess().serve()
    assert imported == ["torch._dynamo", "core.explain.attribution"]


def test_what_is_asked_for_comes_before_what_can_wait(asked, monkeypatch):
    monkeypatch.setattr(compute_process.importlib, "import_module", lambda name: pytest.fail(f"{name} came first"))
    os.close(asked)
    ComputeProcess().serve()


def test_its_log_is_shown_from_its_first_moment(monkeypatch, capsys):
    def serve(_):
        compute_process._log.error("It is %s.", "so")

    for name in ("signal", "importlib"):
        monkeypatch.setattr(compute_process, name, MagicMock())
    monkeypatch.setattr(compute_process, "load_dataset", MagicMock())
    monkeypatch.setattr(ComputeProcess, "serve", serve)
    monkeypatch.setattr(compute_process.os, "_exit", lambda _: None)
    monkeypatch.setattr(logging.getLogger("core"), "handlers", [])
    compute_process.main()
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"event": "ready"}
    assert re.search(r"^[\d-]+ [\d:,]+ ERROR core\.execution\.compute_process: It is so\.$", shown.err, re.MULTILINE)
