"""Which children are kept once their call has ended, with connections that a test plays."""

from multiprocessing import Pipe

import pytest

from core.execution.children import BACKGROUND, QUICK, Child, IdleChildren


@pytest.fixture
def make_child():
    """Makes children that have no call, each of them with the other end of its connection."""
    ends = []

    def make(name):
        ends.extend(pair := Pipe())
        return Child(name, pair[0])

    yield make
    for end in ends:
        end.close()


@pytest.mark.parametrize("lane", [QUICK, BACKGROUND], ids=["quick", "background"])
def test_a_child_whose_call_ends_once_the_app_closes_is_ended_too(make_child, lane):
    idle = IdleChildren()
    early, late = make_child("early"), make_child("late")
    idle.keep(lane, early)
    assert not early.connection.closed
    idle.close()
    assert early.connection.closed
    idle.keep(lane, late)
    assert late.connection.closed
    assert idle.take(lane) is None
