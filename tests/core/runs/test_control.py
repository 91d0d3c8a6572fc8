import os

import pytest

from core.errors import ConfigError
from core.runs import control_file as control
from core.runs.control_file import FileControl, read_command, send
from core.training.control import Command, NoControl


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)


def test_without_a_file_training_runs(tmp_path):
    assert read_command(tmp_path) == Command("run", None)
    assert FileControl(tmp_path).poll() == Command()
    assert NoControl().poll() == Command()


@pytest.mark.parametrize("action", ["pause", "stop", "run"])
@pytest.mark.usefixtures("impatient")
def test_a_wish_arrives(tmp_path, action):
    listener = FileControl(tmp_path)
    listener.poll()
    send(tmp_path, action)
    assert listener.poll() == Command(action)


@pytest.mark.usefixtures("impatient")
def test_a_wish_of_the_same_moment_as_the_last_is_seen(tmp_path):
    listener = FileControl(tmp_path)
    for action in ("pause", "run", "stop"):
        send(tmp_path, action)
        os.utime(tmp_path / "control.json", (1e9, 1e9))
        assert listener.poll() == Command(action)


def test_what_is_left_out_stays(tmp_path):
    send(tmp_path, "pause")
    send(tmp_path, lr=0.5)
    assert read_command(tmp_path) == Command("pause", 0.5)
    send(tmp_path, "run")
    assert read_command(tmp_path) == Command("run", 0.5)


@pytest.mark.usefixtures("impatient")
def test_reset_forgets(tmp_path):
    send(tmp_path, "stop", lr=0.5)
    control.reset(tmp_path)
    control.reset(tmp_path)
    assert FileControl(tmp_path).poll() == Command()


@pytest.mark.parametrize("lr", [0, -1, float("nan"), float("inf"), 101, True, 10**400])
def test_a_learning_rate_is_checked_before_it_is_sent(tmp_path, lr):
    with pytest.raises(ConfigError, match="it must be a number above 0, at most 100"):
        send(tmp_path, lr=lr)
    assert not (tmp_path / "control.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"action": "dance"}',
        '{"action": ["stop"]}',
        '{"action": "interrupt"}',
        '{"action": "stop", "lr": 0}',
        '{"action": "stop", "lr": "fast"}',
        f'{{"action": "stop", "lr": {10**400}}}',
        "\udcff",
    ],
)
def test_a_damaged_file_lets_training_run(tmp_path, text):
    (tmp_path / "control.json").write_bytes(os.fsencode(text))
    assert read_command(tmp_path) == Command()


def test_the_file_is_looked_at_twenty_times_a_second(tmp_path, monkeypatch):
    now = 100.0
    monkeypatch.setattr(control.time, "monotonic", lambda: now)
    listener = FileControl(tmp_path)
    listener.poll()
    send(tmp_path, "stop")
    now += 0.04
    assert listener.poll().action == "run"
    now += 0.02
    assert listener.poll().action == "stop"


def test_an_interruption_needs_no_file(tmp_path):
    listener = FileControl(tmp_path)
    listener.interrupted = True
    assert listener.poll() == Command("interrupt")
