import errno
import os
import time
from pathlib import Path

import pytest

from core.storage.atomic import overwrite, remove_leftovers, write_atomically, write_with
from core.storage.reading import read_json


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "a.json"
    write_atomically(path, '{"a": "ä"}')
    write_atomically(path, '{"b": 1}')
    assert read_json(path) == {"b": 1}
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]


def test_the_old_file_survives_a_failed_write(tmp_path):
    path = tmp_path / "a.txt"
    write_atomically(path, "old")

    def fill(temporary: Path) -> None:
        temporary.write_text("half of the ne")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        write_with(path, fill)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_says_why_also_where_its_file_is_gone(tmp_path):
    def fill(temporary: Path) -> None:
        temporary.unlink()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        write_with(tmp_path / "a.txt", fill)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_rename_leaves_nothing_behind(tmp_path):
    (tmp_path / "a" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "a", "text")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_others_may_read_what_was_written(tmp_path):
    write_atomically(tmp_path / "a", "text")
    assert (tmp_path / "a").stat().st_mode & 0o444 == 0o444


def test_a_file_can_be_written_in_its_place(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a long text")
    inode = path.stat().st_ino
    overwrite(path, "short")
    assert path.read_text() == "short"
    assert path.stat().st_ino == inode


@pytest.mark.parametrize(("content", "said"), [(b"", "Expecting value"), (b"{", "Expecting"), (b"\xff", "utf-8")])
def test_no_json_is_a_value_error(tmp_path, content, said):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=said):
        read_json(tmp_path / "a")


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "gone" / "a", "text")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_has_left_is_removed_after_an_hour(tmp_path):
    left, fresh, lock = [tmp_path / "run" / name for name in (".a.json.x1.tmp", ".b.json.x2.tmp", ".queue.lock")]
    left.parent.mkdir()
    for file in (left, fresh, lock):
        file.touch()
    for file in (left, lock):
        os.utime(file, (time.time() - 3700,) * 2)
    remove_leftovers(tmp_path)
    assert sorted(left.parent.iterdir()) == sorted([fresh, lock])


def test_a_write_that_is_killed_leaves_a_file_that_is_known_as_its_own(tmp_path):
    seen = []
    write_with(tmp_path / "a.json", lambda temporary: seen.append(temporary) or temporary.write_text("x"))
    os.utime(tmp_path / "a.json", (0, 0))
    seen[0].touch()
    os.utime(seen[0], (0, 0))
    remove_leftovers(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
