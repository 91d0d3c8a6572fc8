import errno
import os
from pathlib import Path

import pytest

from core.storage.atomic import overwrite, read_json, write_atomically, write_with


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "new" / "a.json"
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
