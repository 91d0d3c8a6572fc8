from datetime import UTC, datetime

import pytest

from core.storage import new_folder as module
from core.storage.new_folder import new_folder

NOW = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def tokens(monkeypatch):
    """Random names that come as a test says."""

    def set_tokens(*values):
        given = iter(values)
        monkeypatch.setattr(module.secrets, "token_hex", lambda _: next(given))

    return set_tokens


def test_a_folder_is_named_by_its_time_and_label(tmp_path, tokens):
    tokens("abcd")
    with new_folder(tmp_path / "runs", NOW, "mlp") as folder:
        pass
    assert folder == tmp_path / "runs" / "20260131-120005-mlp-abcd"
    assert folder.is_dir()


def test_a_taken_name_is_passed_over_and_its_folder_left_alone(tmp_path, tokens):
    tokens("aa", "aa", "aa", "bb")
    with new_folder(tmp_path, NOW, "mlp") as first:
        (first / "file").write_text("kept")
    with new_folder(tmp_path, NOW, "mlp") as second:
        pass
    assert (first.name[-2:], second.name[-2:]) == ("aa", "bb")
    assert (first / "file").read_text() == "kept"


def test_a_folder_that_cannot_be_filled_is_removed_and_no_other(tmp_path, tokens):
    tokens("aa", "aa", "bb")
    with new_folder(tmp_path, NOW, "mlp") as first:
        pass
    with pytest.raises(OSError, match="full"), new_folder(tmp_path, NOW, "mlp"):
        raise OSError("full")
    assert list(tmp_path.iterdir()) == [first]


def test_where_every_name_is_taken_nothing_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(module.secrets, "token_hex", lambda _: "aa")
    with new_folder(tmp_path, NOW, "mlp") as first:
        (first / "file").write_text("kept")
    with pytest.raises(FileExistsError), new_folder(tmp_path, NOW, "mlp"):
        pass
    assert (first / "file").read_text() == "kept"
