import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import ConfigError, RunError
from core.runs import control_file as control
from core.runs.control_file import FileControl, read_command, send
from core.settings import PROJECT
from core.training.control import Command, NoControl
from tests.made import set_clock


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)


def test_without_a_file_training_runs(tmp_path):
    assert read_command(tmp_path) == Command("run", None)
    assert FileControl(tmp_path).poll() == Command()
    assert NoControl().poll() == Command()


@pytest.mark.parametrize("action", ["pause", "stop", "run"])
@pytest.mark.usefixtures("impatient")
def test_a_command_arrives(tmp_path, action):
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


@pytest.mark.parametrize("action", ["pause", "run"])
def test_nothing_takes_a_stop_back_but_a_new_start(tmp_path, action):
    send(tmp_path, "stop")
    send(tmp_path, action, lr=0.5)
    assert read_command(tmp_path) == Command("stop", 0.5)
    control.reset(tmp_path)
    send(tmp_path, action)
    assert read_command(tmp_path) == Command(action)


SENDER = """
import sys
from pathlib import Path
from core.runs.control_file import read_command, send
folder, name, values = Path(sys.argv[1]), sys.argv[2], sys.argv[3].split()
for value in values:
    command = float(value) if name == "lr" else value
    send(folder, **{name: command})
    if getattr(read_command(folder), name) != command:
        sys.exit(f"{name}={value} is lost")
"""


def test_commands_that_processes_send_at_once_are_all_kept(tmp_path):
    rates = " ".join(str(number / 100) for number in range(1, 101))
    commands = [["lr", rates], ["action", "pause run " * 50]]
    senders = [
        subprocess.Popen([sys.executable, "-c", SENDER, str(tmp_path), *command], cwd=PROJECT, stderr=subprocess.PIPE)
        for command in commands
    ]
    assert [sender.communicate()[1] for sender in senders] == [b"", b""]
    assert read_command(tmp_path) == Command("run", 1.0)


def test_commands_that_threads_send_at_once_are_all_kept(tmp_path):
    def change_lr(number):
        send(tmp_path, lr=number)
        return read_command(tmp_path).lr == number

    def change_action(number):
        action = "pause" if number % 2 else "run"
        send(tmp_path, action)
        return read_command(tmp_path).action == action

    def repeat(change):
        return [change(number) for number in range(1, 101)]

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(repeat, [change_lr, change_action])) == [[True] * 100] * 2


@pytest.mark.usefixtures("impatient")
def test_a_command_is_seen_though_its_file_has_the_time_and_the_inode_of_an_earlier_one(tmp_path):
    listener = FileControl(tmp_path)
    send(tmp_path, lr=0.5)
    status = (tmp_path / "control.json").stat()
    assert listener.poll().lr == 0.5
    (tmp_path / "control.json").write_text('{"action": "stop", "lr": 0.5}')
    os.utime(tmp_path / "control.json", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert listener.poll().action == "stop"


def test_a_run_that_was_deleted_is_not_made_again(tmp_path):
    with pytest.raises(RunError, match="/run is gone"):
        send(tmp_path / "run", "stop")
    assert not (tmp_path / "run").exists()


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
    set_clock(monkeypatch, control, monotonic=lambda: now)
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
