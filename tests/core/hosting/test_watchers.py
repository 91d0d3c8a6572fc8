"""How often a run is drawn anew, by how many watch it and what drawing takes."""

import pytest

from core.hosting import watchers
from core.hosting.watchers import Watchers, is_far_from, seconds_between
from tests.made import set_clock


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which can be changed."""
    now = [1000.0]
    set_clock(monkeypatch, watchers, monotonic=lambda: now[0])
    return now


def test_few_watchers_see_a_run_drawn_as_often_as_one_does():
    assert seconds_between(0, 0.0) == seconds_between(1, 0.01) == seconds_between(5, 0.01) == 0.4


def test_all_redraws_together_take_no_more_than_a_quarter_of_a_processor():
    for count in (10, 30, 60):
        redraws_a_second = count / seconds_between(count, 0.01)
        assert redraws_a_second * 0.01 * 1.6 == pytest.approx(0.25)


def test_a_run_is_drawn_anew_however_many_watch():
    assert seconds_between(1000, 1.0) == 5.0


def test_a_small_difference_is_not_worth_a_new_run_of_the_page():
    assert not is_far_from(1.4, 1.0)
    assert not is_far_from(0.7, 1.0)
    assert is_far_from(1.6, 1.0)
    assert is_far_from(0.6, 1.0)


@pytest.mark.usefixtures("clock")
def test_watchers_are_counted_once_each_and_what_they_see_first_costs_nothing():
    found = Watchers()
    for number in range(30):
        found.note(str(number), 9.0)
    assert found.seconds() == 0.4
    for number in range(30):
        found.note(str(number), 0.01)
    assert found.seconds() == seconds_between(30, 0.01)


def test_who_has_gone_is_forgotten(clock):
    found = Watchers()
    for number in range(30):
        found.note(str(number), 0.01)
        found.note(str(number), 0.01)
    clock[0] += 9.0
    found.note("0", 0.01)
    assert found.seconds() == seconds_between(30, 0.01)
    clock[0] += 2.0
    assert found.seconds() == 0.4


@pytest.mark.usefixtures("clock")
def test_one_slow_redraw_among_many_changes_nothing():
    found = Watchers()
    for number in range(30):
        found.note(str(number), 9.0)
        found.note(str(number), 9.0 if number == 7 else 0.01)
    assert found.seconds() == seconds_between(30, 0.01)
