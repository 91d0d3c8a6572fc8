"""Words that the pages share."""

import pytest

from pages.components.shell.wording import about, certainty, duration, percent, short_number


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0.4 s"), (59.6, "60 s"), (80, "1 min 20 s"), (3 * 3600 + 120, "3 h 2 min")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (59.4, "about 59 s"),
        (60, "about 1 min"),
        (89 * 60, "about 89 min"),
        (90 * 60, "about 1.5 h"),
        (7 * 3600, "about 7.0 h"),
    ],
)
def test_estimated_times(seconds, words):
    assert about(seconds) == words


def test_shares_are_written_in_per_cent():
    assert (percent(0.98765), percent(0.5, 0), percent(None)) == ("98.77%", "50%", "–")


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.012345, "0.0123"), (-12.345, "-12.3"), (999.4, "999"), (999.6, "1,000"), (10_876, "10,900"), (-1234, "-1,230")],
)
def test_numbers_in_short(value, words):
    assert short_number(value) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "<0.1%"), (0.0009, "<0.1%"), (0.001, "0.1%"), (0.5, "50.0%"), (0.999, "99.9%"), (0.9995, ">99.9%")],
)
def test_nothing_is_said_to_be_certain(share, words):
    assert certainty(share) == words
