"""One long computation of each visitor at a time."""

import gc
from concurrent.futures import Future

import pytest

from core.errors import LimitReached
from core.execution.call import Call, ShareDone, TimeLimit
from core.hosting.long_calls import LongCalls
from core.texts.message import message

MAP, TEST = message("Compute the map"), message("Start the stress test")


class MadeCall(Call):
    """A call that goes on until its future is given a result."""

    def __init__(self):
        self.future, self.is_cancelled = Future(), False
        super().__init__(self.future, TimeLimit(None), ShareDone())

    def cancel(self):
        self.is_cancelled = True


def test_a_second_one_of_the_same_visitor_is_refused_by_the_first_one_s_name():
    calls, first = LongCalls(), MadeCall()
    assert calls.start("ada", MAP, lambda: first) is first
    begun = []
    with pytest.raises(LimitReached, match="“Compute the map” is still in progress"):
        calls.start("ada", TEST, lambda: begun.append(True))
    assert not begun
    # Others have one of their own.
    calls.start("bo", TEST, MadeCall)
    first.future.set_result(1)
    calls.check("ada")
    calls.start("ada", TEST, MadeCall)


def test_where_one_is_cancelled_another_can_begin_at_once():
    calls, first, others = LongCalls(), MadeCall(), MadeCall()
    calls.start("ada", MAP, lambda: first)
    calls.start("bo", MAP, lambda: others)
    calls.cancel("ada")
    calls.cancel("nobody")
    assert (first.is_cancelled, others.is_cancelled) == (True, False)
    calls.start("ada", TEST, MadeCall)


def test_a_call_that_cannot_begin_takes_nobody_s_turn():
    calls = LongCalls()
    with pytest.raises(OSError, match="No process"):
        calls.start("ada", MAP, lambda: (_ for _ in ()).throw(OSError("No process")))
    calls.check("ada")


def test_no_result_is_kept():
    calls = LongCalls()
    calls.start("ada", MAP, MadeCall)
    gc.collect()
    calls.check("ada")
