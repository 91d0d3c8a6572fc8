import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.data import download_jobs
from core.data.download_jobs import DownloadJob, DownloadManager, DownloadProgress
from core.settings import PROJECT
from tests.core.data.fake_mirror import ARCHIVES, CONTENTS, expect, expectations, running_mirror
from tests.made import wait_until

FAKE = Path(__file__).with_name("fake_mirror.py")
TOTAL = sum(len(archive) for archive in ARCHIVES.values())
BIG_ARCHIVE = "train-images-idx3-ubyte.gz"
# More than any of these downloads takes.
SECONDS = 60.0


@pytest.fixture
def mirror(monkeypatch, tmp_path):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    # What the process tells comes at once by itself.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    with running_mirror() as server:
        values = expectations(server.url)
        expect(values, monkeypatch.setattr)
        (tmp_path / "expect.json").write_text(json.dumps(values), encoding="utf-8")
        monkeypatch.setattr(download_jobs, "command_for", lambda name, root: fake_command(tmp_path, name, root))
        yield server


def fake_command(folder, name, root):
    return [sys.executable, str(FAKE), str(folder / "expect.json"), name, str(root), "--stop-with-stdin"]


def run_python(monkeypatch, code):
    monkeypatch.setattr(download_jobs, "command_for", lambda *_: [sys.executable, "-c", code])
    return DownloadJob("mnist", Path("nowhere"))


def assert_complete(root):
    assert {name: (root / "MNIST" / "raw" / name).read_bytes() for name in CONTENTS} == CONTENTS


def test_a_job_downloads_and_counts(mirror, tmp_path):
    job = DownloadJob("mnist", tmp_path)
    assert job.wait(SECONDS) == DownloadProgress("done", TOTAL, TOTAL)
    assert job.progress.share == 1.0
    assert_complete(tmp_path)
    assert len(mirror.asked) == 4


def test_a_job_passes_on_the_reason_of_a_failure(mirror, tmp_path):
    mirror.status = 500
    progress = DownloadJob("mnist", tmp_path).wait(SECONDS)
    assert progress.state == "failed"
    assert str(progress.reason) == "MNIST could not be downloaded from 127.0.0.1 (HTTP status 500)."


def test_an_interruption_of_the_server_in_its_terminal_does_not_reach_the_download(monkeypatch):
    job = run_python(monkeypatch, "import sys; sys.stdin.read()")
    assert os.getsid(job._process.pid) != os.getsid(0)
    job.cancel()
    job.wait(SECONDS)


def test_cancel_takes_effect_at_once_and_the_next_job_continues(mirror, tmp_path):
    mirror.stalled_after[BIG_ARCHIVE] = 100_000
    job = DownloadJob("mnist", tmp_path)
    wait_until(lambda: job.progress.bytes_done == 100_000)
    job.cancel()
    assert job.progress.state == "cancelled"
    assert job.wait(SECONDS).state == "cancelled"
    assert not job._reader.is_alive()
    mirror.stalled_after.clear()
    mirror.asked.clear()
    assert DownloadJob("mnist", tmp_path).wait(SECONDS).state == "done"
    assert mirror.ranges(BIG_ARCHIVE) == ["bytes=100000-"]
    assert_complete(tmp_path)


def test_two_processes_share_the_work(mirror, tmp_path):
    mirror.seconds_a_chunk = 1.0
    jobs = [DownloadJob("mnist", tmp_path) for _ in range(2)]
    wait_until(lambda: any(str(job.progress.step).startswith("Waiting for another download") for job in jobs))
    mirror.seconds_a_chunk = 0.0
    assert [job.wait(SECONDS).state for job in jobs] == ["done", "done"]
    assert sorted(name for name, _ in mirror.asked) == sorted(ARCHIVES)
    assert_complete(tmp_path)


def test_a_second_caller_joins_the_running_download(mirror, tmp_path):
    mirror.stalled_after[BIG_ARCHIVE] = 0
    manager = DownloadManager()
    assert manager.find("mnist", tmp_path) is None
    first = manager.start("mnist", tmp_path)
    assert manager.start("mnist", tmp_path) is first
    assert manager.find("mnist", tmp_path) is first
    assert manager.find("fashion-mnist", tmp_path) is None
    first.cancel()
    mirror.stalled_after.clear()
    second = manager.start("mnist", tmp_path)
    assert second is not first
    assert second.wait(SECONDS).state == "done"


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_the_download_ends_when_the_server_is_killed(mirror, tmp_path):
    mirror.stalled_after[BIG_ARCHIVE] = 0
    command = fake_command(tmp_path, "mnist", tmp_path)
    code = (
        "import threading; from pathlib import Path; from core.data import download_jobs\n"
        f"download_jobs.command_for = lambda *_: {command!r}\n"
        f"job = download_jobs.DownloadJob('mnist', Path({str(tmp_path)!r}))\n"
        "print(job._process.pid, flush=True); threading.Event().wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        child = int(server.stdout.readline())
        try:
            wait_until(lambda: mirror.asked)
        finally:
            server.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_alive(child))


def is_alive(pid):
    try:
        # An orphan that nobody has reaped yet is dead too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_that_dies_is_a_failure(monkeypatch):
    progress = run_python(monkeypatch, "import sys; print('noise'); sys.exit(3)").wait(SECONDS)
    assert progress.state == "failed"
    assert str(progress.reason) == "The download ended unexpectedly (exit status 3)."


def test_cancelling_an_ended_job_changes_nothing(monkeypatch):
    job = run_python(monkeypatch, "print('{\"finished\": true}')")
    assert job.wait(SECONDS).state == "done"
    job.cancel()
    assert job.progress.state == "done"


def test_the_real_command_runs(tmp_path):
    job = DownloadJob("emnist", tmp_path)
    assert str(job.wait(SECONDS).reason).startswith("Unknown data set 'emnist'")


def test_share_of_an_unknown_total():
    assert DownloadProgress("running").share == 0.0
    assert DownloadProgress("running", 30, 20).share == 1.0
