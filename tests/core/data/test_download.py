import errno
import hashlib
import json
import os
import socket
import threading
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from core.data import download, fetch, files
from core.data.fetch import FetchError
from core.errors import ConfigError, DataCorrupt, DownloadFailed
from core.execution.threads import run_in_thread
from tests.core.data.fake_mirror import ARCHIVES, CONTENTS, expect, expectations, running_mirror
from tests.made import SYSTEM_ERRORS, raising

BIG = "train-images-idx3-ubyte"
BIG_ARCHIVE = f"{BIG}.gz"
SIZE = len(ARCHIVES[BIG_ARCHIVE])


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def mirror(monkeypatch):
    with running_mirror() as server:
        expect(expectations(server.url), monkeypatch.setattr)
        yield server


@pytest.fixture
def use_mirrors(monkeypatch):
    return lambda *urls: expect(expectations(*urls), monkeypatch.setattr)


def raw(root):
    return root / "MNIST" / "raw"


def run(root):
    return list(download.download("mnist", root))


def assert_complete(root):
    found = {path.name: path.read_bytes() for path in raw(root).iterdir() if path.name != ".download.lock"}
    assert found == CONTENTS


def write_part(root, content):
    raw(root).mkdir(parents=True)
    (raw(root) / f"{BIG_ARCHIVE}.part").write_bytes(content)


@pytest.mark.usefixtures("mirror")
def test_all_files_arrive_with_progress(tmp_path):
    events = run(tmp_path)
    assert_complete(tmp_path)
    done = [event.bytes_done for event in events]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == events[-1].bytes_total == sum(len(archive) for archive in ARCHIVES.values())
    assert str(events[0].step) == "Looking for a mirror"
    assert {str(event.step) for event in events[1:]} == {f"Getting {file}" for file in CONTENTS}


def test_complete_files_are_not_fetched_again(mirror, tmp_path):
    run(tmp_path)
    (raw(tmp_path) / BIG).unlink()
    mirror.asked.clear()
    assert run(tmp_path)[-1].bytes_total == SIZE
    assert mirror.asked == [(BIG_ARCHIVE, None)]


@pytest.mark.usefixtures("mirror")
def test_checksums_are_found_also_where_md5_may_guard_no_secrets(tmp_path, monkeypatch):
    def md5(*content, usedforsecurity=True):
        if usedforsecurity:
            raise ValueError("disabled for FIPS")
        return real(*content, usedforsecurity=False)

    real = hashlib.md5
    monkeypatch.setattr(hashlib, "md5", md5)
    run(tmp_path)
    assert_complete(tmp_path)


@pytest.mark.usefixtures("mirror")
def test_a_complete_data_set_leaves_the_folder_alone(tmp_path):
    run(tmp_path)
    before = raw(tmp_path).stat().st_mtime_ns
    assert run(tmp_path) == []
    assert raw(tmp_path).stat().st_mtime_ns == before


def test_a_damaged_file_is_replaced(mirror, tmp_path):
    run(tmp_path)
    (raw(tmp_path) / BIG).write_bytes(CONTENTS[BIG][:1000])
    mirror.asked.clear()
    run(tmp_path)
    assert_complete(tmp_path)
    assert mirror.asked == [(BIG_ARCHIVE, None)]


def test_a_cut_connection_is_continued_with_the_missing_bytes_only(mirror, tmp_path):
    mirror.broken_after[BIG_ARCHIVE] = 123_456
    run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == [None, "bytes=123456-"]
    assert_complete(tmp_path)


def test_a_failed_download_is_continued_by_the_next(mirror, tmp_path):
    mirror.broken_after[BIG_ARCHIVE] = 100_000
    with closing(download.download("mnist", tmp_path)) as events:
        for event in events:
            if event.bytes_done == 100_000:
                mirror.status = 503
                break
        with pytest.raises(
            DownloadFailed, match=r"^MNIST could not be downloaded from 127\.0\.0\.1 \(HTTP status 503\)"
        ):
            list(events)
    mirror.status = None
    mirror.asked.clear()
    run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == ["bytes=100000-"]
    assert_complete(tmp_path)


def test_a_server_that_ignores_ranges_sends_everything(mirror, tmp_path):
    mirror.ignores_range = True
    write_part(tmp_path, ARCHIVES[BIG_ARCHIVE][:100_000])
    events = run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == ["bytes=100000-"]
    assert 0 < events[1].bytes_done < 100_000
    assert_complete(tmp_path)


@pytest.mark.parametrize("extra", [b"", b"more"])
def test_a_part_that_holds_everything(mirror, tmp_path, extra):
    write_part(tmp_path, ARCHIVES[BIG_ARCHIVE] + extra)
    run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == ([f"bytes={SIZE + 4}-", None] if extra else [])
    assert_complete(tmp_path)


def test_a_wrong_part_is_thrown_away(mirror, tmp_path):
    write_part(tmp_path, b"x" * 1000)
    run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == ["bytes=1000-", None]
    assert_complete(tmp_path)


def test_a_wrong_checksum_is_refused(mirror, tmp_path):
    mirror.content[BIG_ARCHIVE] = ARCHIVES[BIG_ARCHIVE][:-1] + b"?"
    with pytest.raises(DownloadFailed, match="wrong checksum"):
        run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == [None]
    assert [path for path in raw(tmp_path).iterdir() if path.name != ".download.lock"] == []


@pytest.mark.usefixtures("mirror")
def test_an_archive_with_other_contents_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(files.FILES["MNIST"], BIG, files.DataFile("0" * 32, SIZE))
    with pytest.raises(DataCorrupt, match=BIG):
        run(tmp_path)


def test_an_endlessly_broken_connection_is_given_up(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_ATTEMPTS", 3)
    mirror.content[BIG_ARCHIVE] = ARCHIVES[BIG_ARCHIVE] + bytes(100)

    class AlwaysCut(dict):
        def pop(self, _, default):
            return min(1000, default)

    mirror.broken_after = AlwaysCut()
    with pytest.raises(DownloadFailed, match=r"broke off after 3,000 of"):
        run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == [None, "bytes=1000-", "bytes=2000-"]


def test_the_next_mirror_is_tried_and_then_preferred(tmp_path, use_mirrors):
    with running_mirror() as dead, running_mirror() as alive:
        dead.status = 404
        use_mirrors(dead.url, alive.url)
        run(tmp_path)
    assert_complete(tmp_path)
    assert [name for name, _ in dead.asked] == [BIG_ARCHIVE]
    assert len(alive.asked) == 4


def test_refused_connections_name_every_mirror(tmp_path, use_mirrors):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening, so connections are refused
        port = taken.getsockname()[1]
        use_mirrors(f"http://127.0.0.1:{port}/", f"http://localhost:{port}/")
        with pytest.raises(DownloadFailed) as caught:
            run(tmp_path)
    reason = os.strerror(errno.ECONNREFUSED)
    assert str(caught.value) == (f"MNIST could not be downloaded from 127.0.0.1 ({reason}) or localhost ({reason}).")


def test_a_silent_mirror_is_given_up(tmp_path, use_mirrors, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use_mirrors(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(DownloadFailed, match=r"no answer for 0\.3 seconds"):
            run(tmp_path)


def test_a_name_that_is_looked_up_for_ever_is_given_up(tmp_path, use_mirrors, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT_SECONDS", 0.3)
    looked_up = threading.Event()
    monkeypatch.setattr(fetch, "urlopen", lambda *_, **__: looked_up.wait(60))
    use_mirrors("http://mirror.invalid/")
    with pytest.raises(DownloadFailed, match=r"mirror\.invalid \(no answer for 0\.3 seconds\)"):
        run(tmp_path)
    looked_up.set()


def test_an_unknown_host_is_named(tmp_path, use_mirrors, monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    use_mirrors("http://mirror.invalid/")
    with pytest.raises(DownloadFailed, match=r"mirror\.invalid \(name not found\)"):
        run(tmp_path)


def test_a_stalled_file_is_given_up(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT_SECONDS", 0.3)
    mirror.stalled_after[BIG_ARCHIVE] = 0
    with pytest.raises(DownloadFailed, match="no answer"):
        run(tmp_path)


@pytest.mark.usefixtures("mirror")
def test_what_is_removed_while_it_arrives_is_not_taken_for_the_file(tmp_path, monkeypatch):
    def fetch_and_lose(url, part):
        yield from fetch.fetch(url, part)
        part.unlink()

    monkeypatch.setattr(download, "fetch", fetch_and_lose)
    with pytest.raises(DownloadFailed, match="wrong checksum"):
        run(tmp_path)


@pytest.mark.usefixtures("mirror")
def test_a_download_that_another_thread_closes_keeps_nobody_waiting(tmp_path):
    events = download.download("mnist", tmp_path)
    run_in_thread(next, events).result()
    events.close()
    assert str(next(download.download("mnist", tmp_path)).step) == "Looking for a mirror"


def test_closing_the_generator_cancels_and_keeps_what_arrived(mirror, tmp_path):
    with closing(download.download("mnist", tmp_path)) as events:
        held = next(event.bytes_done for event in events if event.bytes_done > 50_000)
    assert (raw(tmp_path) / f"{BIG_ARCHIVE}.part").stat().st_size == held
    assert not (raw(tmp_path) / BIG).exists()
    mirror.asked.clear()
    run(tmp_path)
    assert mirror.ranges(BIG_ARCHIVE) == [f"bytes={held}-"]
    assert_complete(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.usefixtures("mirror")
def test_a_full_disk_is_named_and_freed(tmp_path):
    raw(tmp_path).mkdir(parents=True)
    part = raw(tmp_path) / f"{BIG_ARCHIVE}.part"
    part.symlink_to("/dev/full")
    with pytest.raises(DownloadFailed, match=f"no space is left in {raw(tmp_path)}; about 55 MB are needed"):
        run(tmp_path)
    assert not part.is_symlink()


@pytest.mark.usefixtures("mirror")
def test_a_full_disk_while_unpacking_leaves_no_half_file(tmp_path, monkeypatch):
    def fill(source, file):
        file.write(source.read(100))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(download.shutil, "copyfileobj", fill)
    with pytest.raises(DownloadFailed, match="no space is left"):
        run(tmp_path)
    assert [path for path in raw(tmp_path).iterdir() if path.name != ".download.lock"] == []


@pytest.mark.usefixtures("mirror")
def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadFailed, match=f"MNIST could not be saved in {tmp_path}/file/MNIST/raw: Not a directory"):
        run(tmp_path / "file")


@pytest.mark.parametrize(("error", "words"), SYSTEM_ERRORS)
@pytest.mark.usefixtures("mirror")
def test_what_cannot_be_saved_is_said_in_the_system_s_words(tmp_path, monkeypatch, error, words):
    monkeypatch.setattr(download.shutil, "copyfileobj", raising(error))
    with pytest.raises(DownloadFailed) as caught:
        run(tmp_path)
    assert str(caught.value) == f"MNIST could not be saved in {raw(tmp_path)}: {words}."


def test_the_embedded_digits_and_unknown_names(tmp_path):
    assert list(download.download("digits", tmp_path)) == []
    with pytest.raises(ConfigError, match="known: mnist"):
        list(download.download("emnist", tmp_path))


def test_a_server_that_has_nothing_at_all_is_no_success(mirror, tmp_path):
    mirror.status = 416
    with pytest.raises(DownloadFailed, match="HTTP status 416"):
        run(tmp_path)


@pytest.mark.parametrize("held", [b"", b"some"])
def test_servers_are_told_who_asks(mirror, tmp_path, held):
    write_part(tmp_path, held)
    run(tmp_path)
    assert set(mirror.agents) == {"mnist-lab"}


def test_a_proxy_setting_that_makes_no_sense_is_reported(tmp_path, monkeypatch):
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", "http:/x")
    monkeypatch.setattr(urllib.request, "_opener", None)  # settings are read when the first address is opened
    with pytest.raises(FetchError, match="proxy URL"):
        list(fetch.fetch("http://mirror.invalid/file", tmp_path / "part"))


@pytest.mark.usefixtures("mirror")
def test_the_command_line_prints_json_lines(tmp_path, capsys):
    assert download.main(["mnist", str(tmp_path)]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    step = {"id": "Looking for a mirror", "values": {}}
    assert events[0] == {"step": step, "bytes_done": 0, "bytes_total": _total()}
    assert events[-1] == {"finished": True}
    assert download.main(["emnist", str(tmp_path)]) == 1
    assert json.loads(capsys.readouterr().out)["failed"]["values"]["name"] == "emnist"


def _total():
    return sum(len(archive) for archive in ARCHIVES.values())
