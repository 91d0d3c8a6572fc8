"""The command `download`, from a made mirror on the loopback."""

import pytest

from core.cli import main
from core.settings import DATA_VARIABLE
from tests.core.data.fake_mirror import CONTENTS, expect, expectations, running_mirror


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def mirror(monkeypatch):
    with running_mirror() as server:
        expect(expectations(server.url), monkeypatch.setattr)
        yield server


def test_a_data_set_is_downloaded_into_the_data_folder_and_kept(capsys, data_folder, mirror):
    assert main(["download", "mnist"]) == 0
    assert capsys.readouterr().out == f"MNIST is in {data_folder}\n"
    for name, content in CONTENTS.items():
        assert (data_folder / "MNIST" / "raw" / name).read_bytes() == content
    mirror.asked.clear()
    assert main(["download", "mnist"]) == 0
    assert mirror.asked == []


def test_a_terminal_sees_how_far_it_is(capsys, data_folder, mirror, monkeypatch):
    assert data_folder
    assert mirror
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["download", "mnist"]) == 0
    err = capsys.readouterr().err
    assert "0.3 of 0.4 MB" in err
    # The line is empty in the end.
    assert err.endswith("\r\x1b[K")


@pytest.mark.usefixtures("data_folder")
def test_what_keeps_it_from_being_downloaded_is_said_in_one_line(capsys, mirror):
    mirror.status = 404
    assert main(["download", "mnist"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert main(["download", "digits"]) == 2
