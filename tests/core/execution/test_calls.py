"""Calls in children of a real compute process: who waits for whom, how calls end early, and what errors say."""

import errno
import os
import re
import signal
import threading
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest

from core.data import datasets as data
from core.errors import CheckpointError, ComputeError, DataMissing, UnexpectedError
from core.evaluation.measure import evaluate_run
from core.execution import call as call_module
from core.execution import children as children_module
from core.execution.children import BACKGROUND, QUICK
from core.execution.serving import call_function
from core.inference import networks as inference
from core.storage.reading import read_json
from tests.core.execution import asked
from tests.made import make_config, make_images, wait_until
from tests.processes import children, is_alive, process_id

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")

IMAGES = make_images(20, 3).images


@pytest.fixture
def long_call(compute, tmp_path):
    """Starts calls that last until `let_go`."""
    calls = []

    class LongCall:
        file = tmp_path / "go"

        def start(self, **options):
            calls.append(compute.start_call(asked.wait_for_file, self.file, **options))
            return calls[-1]

        def let_go(self):
            self.file.touch()

    started = LongCall()
    yield started
    started.let_go()
    wait_until(lambda: all(call.is_done() for call in calls))


def serving(jobs):
    """The children that the compute process has; none of them trains."""
    return set(children(process_id(jobs)))


def test_a_prediction_is_the_one_of_this_process(compute, trained):
    answer = compute.call(inference.predict_proba, trained.path, IMAGES)
    np.testing.assert_array_equal(answer, inference.predict_proba(trained.path, IMAGES))


def test_one_child_answers_call_after_call(compute):
    assert compute.call(asked.process_id) == compute.call(asked.process_id)


def test_a_call_does_not_wait_behind_another_ones_long_call(compute, long_call):
    long = long_call.start()
    other = compute.call(asked.process_id)
    assert not long.is_done()
    long_call.let_go()
    assert long.result(60) != other


def test_calls_from_several_threads_do_not_mix(compute, trained):
    expected = inference.predict_proba(trained.path, IMAGES)
    answers = {}

    def ask(number):
        answers[number] = compute.call(inference.predict_proba, trained.path, IMAGES[number : number + 1])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(IMAGES))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(IMAGES)
    for number, answer in answers.items():
        np.testing.assert_allclose(answer, expected[number : number + 1], rtol=1e-5)


def test_what_goes_on_in_the_background_gives_way(compute):
    assert compute.call(asked.niceness) == os.nice(0)
    assert compute.call(asked.niceness, lane=BACKGROUND) == os.nice(0) + 10
    assert compute.call_in_new_child(asked.niceness) == os.nice(0) + 10
    assert compute.call(asked.process_id) != compute.call(asked.process_id, lane=BACKGROUND)


def test_what_is_asked_is_computed_by_one_thread(compute):
    assert compute.call(asked.threads) == 1


def test_the_compute_process_ends_without_waiting_for_a_child(compute):
    assert compute.call(asked.ends_with_its_parent)


def test_a_new_child_soon_has_what_explanations_need(compute):
    wait_until(lambda: compute.call_in_new_child(asked.has_loaded, "core.explain.attribution"))


def test_a_child_collects_no_garbage_among_what_it_shares(compute):
    tracked, left_alone = compute.call_in_new_child(asked.tracked_objects)
    assert left_alone > 10 * tracked


def test_a_call_beyond_its_time_limit_is_broken_off_and_its_child_killed(jobs, compute, long_call, tmp_path):
    long = long_call.start(timeout=0.3)
    with pytest.raises(ComputeError, match=r"broken off after its time limit of 0\.3 s"):
        long.result(60)
    with pytest.raises(ComputeError, match="time limit"):
        compute.call_in_new_child(asked.wait_for_file, tmp_path / "never", timeout=0.3)
    # What is left has no call.
    wait_until(lambda: len(serving(jobs)) <= QUICK.kept + BACKGROUND.kept)
    assert compute.call(asked.process_id) in serving(jobs)


def test_a_call_that_has_no_limit_goes_on(compute, long_call):
    long = long_call.start(timeout=None)
    assert compute.call(asked.process_id)
    long_call.let_go()
    assert long.result(60)


def test_a_cancelled_call_is_broken_off_and_its_child_killed(jobs, compute, long_call, monkeypatch):
    monkeypatch.setattr(call_module, "_GRACE_SECONDS", 0.0)
    child = compute.call(asked.process_id)
    long = long_call.start()
    wait_until(lambda: long_call.file.with_suffix(f".{child}").exists())
    long.cancel()
    with pytest.raises(CancelledError):
        long.result(60)
    wait_until(lambda: child not in serving(jobs))


def test_a_call_that_is_cancelled_before_it_begins_costs_no_child(compute, long_call, monkeypatch):
    monkeypatch.setattr(call_module, "_GRACE_SECONDS", 0.0)
    monkeypatch.setitem(compute._free, QUICK, threading.Semaphore(1))
    first = long_call.start()
    second = compute.start_call(asked.end_process)
    second.cancel()
    with pytest.raises(CancelledError):
        second.result(60)
    long_call.let_go()
    assert first.result(60) == compute.call(asked.process_id)


def test_a_cancelled_call_that_ends_soon_keeps_its_child(compute, long_call, monkeypatch):
    monkeypatch.setattr(call_module, "_GRACE_SECONDS", 60.0)
    long = long_call.start()
    long.cancel()
    long_call.let_go()
    child = long.result(60)
    assert compute.call(asked.process_id) == child
    # It is too late to cancel it.
    long.cancel()
    assert long.result() == child


def test_calls_beyond_the_most_wait_for_a_free_child(compute, long_call, monkeypatch):
    monkeypatch.setitem(compute._free, QUICK, threading.Semaphore(1))
    first = long_call.start()
    second = compute.start_call(asked.process_id)
    with pytest.raises(ComputeError, match="time limit"):
        compute.call(asked.process_id, timeout=0.2)
    assert not second.is_done()
    # The other lane has children of its own.
    compute.call(asked.process_id, lane=BACKGROUND)
    long_call.let_go()
    assert second.result(60) == first.result(60)


def test_of_the_children_without_a_call_few_are_kept_and_one_for_good(jobs, compute, long_call, monkeypatch):
    calls = [long_call.start() for _ in range(QUICK.kept + 2)]
    calls += [long_call.start(lane=BACKGROUND) for _ in range(BACKGROUND.kept + 1)]
    long_call.let_go()
    assert len({call.result(60) for call in calls}) == len(calls)
    wait_until(lambda: len(serving(jobs)) == QUICK.kept + BACKGROUND.kept)
    last = compute.call(asked.process_id)
    assert last in serving(jobs)
    monkeypatch.setattr(children_module, "_IDLE_SECONDS", 0.0)
    compute._idle._end_unused()
    wait_until(lambda: serving(jobs) == {last})


def test_children_are_ended_a_while_after_their_last_call(compute, long_call, monkeypatch):
    compute._idle._end_unused()
    monkeypatch.setattr(children_module, "_IDLE_SECONDS", 0.1)
    if timer := compute._idle._timer:
        # One that was started with the real time.
        timer.cancel()
        compute._idle._timer = None
    calls = [long_call.start(), long_call.start(lane=BACKGROUND)]
    long_call.let_go()
    quick, background = [call.result(60) for call in calls]
    wait_until(lambda: not is_alive(background))
    assert is_alive(quick)


def test_a_long_call_tells_how_much_is_done_before_it_returns(compute, tmp_path):
    call = compute.start_long_call(asked.square_in_steps, 7, tmp_path / "go")
    wait_until(lambda: call.share == 0.5)
    assert not call.is_done()
    (tmp_path / "go").touch()
    assert call.result(60) == 49
    assert call.share == 1.0
    # The child goes on, and a caller that does not look at the progress gets the same.
    assert compute.call(asked.square_in_steps, 6, tmp_path / "go", lane=BACKGROUND) == 36


def test_a_long_call_is_cancelled_while_it_tells_its_progress(compute, tmp_path, monkeypatch):
    monkeypatch.setattr(call_module, "_GRACE_SECONDS", 0.0)
    call = compute.start_long_call(asked.square_in_steps, 7, tmp_path / "never")
    wait_until(lambda: call.share == 0.5)
    call.cancel()
    with pytest.raises(CancelledError):
        call.result(60)


def test_errors_come_back_as_they_are(compute, shared, tmp_path):
    record = shared[1].create(make_config())
    with pytest.raises(CheckpointError, match=r"weights\.safetensors is missing"):
        compute.call(inference.predict_proba, record.path, IMAGES)
    with pytest.raises(DataMissing, match=f"MNIST is not in {tmp_path}"):
        compute.call(data.load_split, "mnist", tmp_path, "test")


def test_system_errors_come_back_with_their_number(compute, tmp_path):
    with pytest.raises(OSError, match="Is a directory") as caught:
        compute.call(read_json, tmp_path)
    assert caught.value.errno == errno.EISDIR


def test_a_defect_is_logged_with_its_traceback_and_comes_back_as_a_number(compute, shared):
    child = compute.call(asked.process_id)
    with pytest.raises(UnexpectedError, match="Something went wrong here") as caught:
        compute.call(asked.fail, "1 / 0 is nothing")
    number = caught.value.message.values["number"]
    assert re.fullmatch("[0-9a-f]{6}", number)
    assert f"under number {number}." in str(caught.value)
    log = shared[2].read_text()
    assert f"ERROR core.execution.serving: Defect {number}\nTraceback" in log
    assert "ZeroDivisionError: 1 / 0 is nothing" in log
    # The child goes on.
    assert compute.call(asked.process_id) == child


def test_a_result_that_cannot_be_sent_is_a_defect(compute, shared):
    child = compute.call(asked.process_id)
    with pytest.raises(UnexpectedError) as caught:
        compute.call(asked.return_what_cannot_be_sent)
    assert f"Defect {caught.value.message.values['number']}\n" in shared[2].read_text()
    assert compute.call(asked.process_id) == child


def test_a_function_is_called_whether_it_tells_how_much_is_done_or_not(tmp_path):
    (tmp_path / "go").touch()
    told = []
    assert call_function(asked.__name__, "square_in_steps", (7, tmp_path / "go"), told.append) == (True, 49)
    assert told == [0.5, 1.0]
    assert call_function(asked.__name__, "process_id", (), told.append) == (True, os.getpid())
    assert told == [0.5, 1.0]


def test_every_defect_has_a_number_of_its_own(caplog):
    errors = [call_function(asked.__name__, "fail", ("a",))[1] for _ in range(2)]
    numbers = {error.message.values["number"] for error in errors}
    assert len(numbers) == 2
    assert all(f"Defect {number}" in caplog.text for number in numbers)


def test_a_child_that_broke_off_is_replaced_at_the_next_call(compute):
    child = compute.call(asked.process_id)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_alive(child))
    assert compute.call(asked.process_id) != child


def test_a_child_that_breaks_off_in_a_call_is_said_and_not_asked_again(compute):
    with pytest.raises(ComputeError, match="broke off; it may have run out of memory"):
        compute.call(asked.end_process)
    assert compute.call(asked.process_id)


def test_slow_work_has_a_child_of_its_own_that_ends_with_it(jobs, compute, trained, shared):
    store = shared[1]
    record = store.create(make_config())
    record.weights_file.write_bytes(trained.weights_file.read_bytes())
    before = serving(jobs)
    result = compute.call_in_new_child(evaluate_run, record.path, store.root)
    assert result.test_accuracy == trained.result.test_accuracy
    assert store.get(record.id).result == result
    wait_until(lambda: serving(jobs) <= before)
