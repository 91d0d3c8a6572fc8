"""What ends together with the app."""

import atexit

import pytest

from pages.components.shell import services as shell
from pages.components.sweep import services as sweep


@pytest.mark.usefixtures("host")
def test_what_trains_is_closed_when_the_app_ends_and_sweeps_before_the_queue(monkeypatch):
    at_exit = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    queue, sweeps = shell.whole_queue(), sweep._all_sweeps()
    # The last one registered runs first.
    assert at_exit == [queue.close, sweeps.close]
