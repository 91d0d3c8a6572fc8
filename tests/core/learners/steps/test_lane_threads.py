"""Threads that share a step: each has its lane and computes alone, and errors come back."""

import threading
import time

import pytest
import torch

from core.learners.steps.lane_threads import LaneThreads


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_comes_when_every_lane_has_ended(failing):
    ended = []

    def fail():
        raise OSError("lost")

    def last():
        time.sleep(0.05)
        ended.append(True)

    tasks = [last, last]
    tasks[failing] = fail
    with pytest.raises(OSError, match="lost"):
        LaneThreads(2).run(tasks)
    assert ended == [True]


def test_each_lane_has_a_thread_which_computes_alone_and_ends_with_them():
    torch.set_num_threads(2)
    seen = {}

    def look(lane):
        seen.setdefault(lane, set()).add((threading.current_thread(), torch.get_num_threads()))

    before = set(threading.enumerate())
    lanes = LaneThreads(3)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("lane")]
    for _ in range(3):
        lanes.run([lambda lane=lane: look(lane) for lane in range(3)])
    assert torch.get_num_threads() == 2
    ((one, *_),), ((two, *_),), ((three, *_),) = seen.values()
    assert len({one, two, three, threading.current_thread()}) == 4
    assert {count for threads in seen.values() for _, count in threads} == {1}
    del lanes
    for thread in (one, two, three):
        thread.join(10)
        assert not thread.is_alive()


def test_a_single_lane_is_the_callers_thread():
    seen = []
    LaneThreads(1).run([lambda: seen.append(threading.current_thread())])
    assert seen == [threading.current_thread()]


@pytest.mark.parametrize(("count", "meanwhile"), [(1, 2), (2, 1)])
def test_beside_other_lanes_the_caller_computes_alone_for_a_while(count, meanwhile):
    torch.set_num_threads(2)
    with LaneThreads(count).main_alone():
        assert torch.get_num_threads() == meanwhile
    assert torch.get_num_threads() == 2
