import re
from datetime import UTC, datetime, timedelta

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


def test_a_name_ends_in_eight_random_digits(tmp_path):
    names = set()
    for _ in range(3):
        with new_folder(tmp_path, NOW, "mlp") as folder:
            assert re.fullmatch(r"20260131-120005-mlp-[0-9a-f]{8}", folder.name)
            names.add(folder.name)
    assert len(names) == 3


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


def test_what_went_wrong_is_said_also_where_the_folder_is_gone(tmp_path):
    def fill(folder):
        folder.rmdir()
        raise OSError("full")

    with pytest.raises(OSError, match="full"), new_folder(tmp_path, NOW, "mlp") as folder:
        fill(folder)
    assert list(tmp_path.iterdir()) == []


def test_where_every_name_is_taken_nothing_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(module.secrets, "token_hex", lambda _: "aa")
    with new_folder(tmp_path, NOW, "mlp") as first:
        (first / "file").write_text("kept")
    with pytest.raises(FileExistsError), new_folder(tmp_path, NOW, "mlp"):
        pass
    assert (first / "file").read_text() == "kept"


def test_names_keep_the_order_of_creation_when_the_clock_is_set_back(tmp_path):
    names = []
    for now in (NOW, NOW - timedelta(days=400), NOW - timedelta(days=400), NOW - timedelta(seconds=1)):
        with new_folder(tmp_path, now, "mlp") as folder:
            names.append(folder.name)
    assert names == sorted(names)
    assert [name[:15] for name in names] == [f"20260131-12000{second}" for second in (5, 6, 7, 8)]
    # Once the clock is right again, so are the names.
    with new_folder(tmp_path, NOW + timedelta(hours=1), "mlp") as folder:
        assert folder.name.startswith("20260131-130005-")


@pytest.mark.parametrize("name", ["z-good", "20269999-999999-mlp-abcd", "99991231-235959-mlp-abcd", "sweeps", "2027"])
def test_another_name_does_not_count_as_a_time(tmp_path, name):
    (tmp_path / name).mkdir()
    with new_folder(tmp_path, NOW, "mlp") as folder:
        assert folder.name.startswith("20260131-120005-mlp-")
