"""Processes held to an amount of memory and of processor time; the app within the smallest cloud's."""

import os
import subprocess
import sys
import time

import pytest
import torch

from benchmarks.app.processes import processor_seconds
from benchmarks.load.control_group import control_group, describe
from benchmarks.load.peak import use_app

# PyTorch's libraries for NVIDIA's GPUs alone take the difference.
_APP_MIB = 690 if torch.version.cuda is None else 1000
_WRITES = "import sys; held = bytearray(2**20 * int(sys.argv[1])); held[::4096] = b'1' * len(held[::4096])"


@pytest.fixture
def can_limit():
    """Skips the test where this process may make no control group."""
    try:
        with control_group(100, 1.0):
            pass
    except OSError as error:
        pytest.skip(f"No control group can be made here: {error}")


def test_version_1_has_a_folder_for_memory_and_one_for_processor_time(tmp_path):
    (tmp_path / "memory").mkdir()
    group = describe(690, 0.5, tmp_path)
    name = f"mnist-lab-{os.getpid()}"
    assert group.folders == (tmp_path / "memory" / name, tmp_path / "cpu" / name)
    assert [(str(file.relative_to(tmp_path)), text) for file, text in group.limits] == [
        (f"memory/{name}/memory.limit_in_bytes", "723517440"),
        (f"cpu/{name}/cpu.cfs_period_us", "100000"),
        (f"cpu/{name}/cpu.cfs_quota_us", "50000"),
    ]
    assert all(folder.as_posix() in group.command()[2] for folder in group.folders)


def test_version_2_has_one_folder(tmp_path):
    group = describe(690, 1.5, tmp_path)
    (folder,) = group.folders
    assert folder.parent == tmp_path
    assert [(file.name, text) for file, text in group.limits] == [
        ("memory.max", "723517440"),
        ("memory.swap.max", "0"),
        ("cpu.max", "150000 100000"),
    ]
    folder.mkdir()
    group.events.write_text("low 0\noom 5\noom_kill 3\n")
    group.peak.write_text("723517440\n")
    assert (group.killed(), group.peak_mib()) == (3, 690)


@pytest.mark.usefixtures("can_limit")
def test_a_process_that_needs_more_memory_than_there_is_is_killed_and_counted():
    with control_group(100, 1.0) as group:
        run = [*group.command(), sys.executable, "-c", _WRITES]
        assert subprocess.run([*run, "20"]).returncode == 0
        assert group.killed() == 0
        assert subprocess.run([*run, "200"]).returncode == -9
        assert group.killed() == 1
        assert 90 <= group.peak_mib() <= 100
    assert not any(folder.exists() for folder in group.folders)


@pytest.mark.usefixtures("can_limit")
def test_a_process_gets_its_share_of_processor_time_at_most():
    with control_group(100, 0.1) as group:
        start = time.monotonic()
        with subprocess.Popen([*group.command(), sys.executable, "-c", "while True: pass"]) as process:
            time.sleep(2)
            used, passed = processor_seconds(process.pid), time.monotonic() - start
            process.kill()
    # The kernel counts in periods of 0.1 s, and a process may have used up one more.
    assert used <= 0.1 * (passed + 0.2) + 0.05


@pytest.mark.slow
@pytest.mark.usefixtures("can_limit", "mnist_root")
def test_a_run_is_trained_and_strokes_are_read_in_the_smallest_cloud_s_memory_on_half_a_processor():
    with control_group(_APP_MIB, 0.5) as group:
        use = use_app(20, group.command())
        assert group.killed() == 0
    assert use.status == "finished"
    assert use.times.errors == []
    assert len(use.times.seconds["stroke to prediction"]) >= 3
