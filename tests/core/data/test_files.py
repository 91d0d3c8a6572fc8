import json
import os

import pytest

from core import settings
from core.data import files
from core.data.files import count_bytes, find_faults
from core.data.folder import use_folder
from core.errors import ConfigError, DataCorrupt, DataError, DataMissing
from tests.core.data.fake_mirror import CONTENTS, expect, expectations

FILE = "t10k-labels-idx1-ubyte"


@pytest.fixture
def root(monkeypatch, tmp_path):
    """A data folder with MNIST's made files, which is not the chosen one."""
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setenv("MNIST_LAB_RUNS", str(tmp_path / "runs"))
    expect(expectations(), monkeypatch.setattr)
    folder = tmp_path / "mine"
    (folder / "MNIST" / "raw").mkdir(parents=True)
    for name, content in CONTENTS.items():
        (folder / "MNIST" / "raw" / name).write_bytes(content)
    return folder


def test_complete_files_have_no_faults(root):
    assert find_faults("mnist", root) == {}
    assert find_faults("digits", root) == {}


def test_faults_name_missing_and_damaged_files(root):
    (root / "MNIST/raw" / FILE).unlink()
    (root / "MNIST/raw/train-labels-idx1-ubyte").write_bytes(b"short")
    faults = find_faults("mnist", root)
    assert {name: type(fault) for name, fault in faults.items()} == {
        FILE: DataMissing,
        "train-labels-idx1-ubyte": DataCorrupt,
    }
    assert count_bytes("mnist", [FILE]) == files.FILES["MNIST"][FILE].archive_bytes


def test_a_good_file_is_read_once_until_it_changes(root, monkeypatch):
    reads = []
    original = files.read_checked
    monkeypatch.setattr(files, "read_checked", lambda *given: reads.append(given[2]) or original(*given))
    find_faults("mnist", root)
    assert len(reads) == 4
    find_faults("mnist", root)
    assert len(reads) == 4
    path = root / "MNIST/raw" / FILE
    path.write_bytes(bytes(len(CONTENTS[FILE])))
    os.utime(path, ns=(1, 1))
    assert list(find_faults("mnist", root)) == [FILE]
    assert reads[4:] == [FILE]


def test_unknown_data_set(tmp_path):
    with pytest.raises(ConfigError, match="known: mnist"):
        find_faults("emnist", tmp_path)


@pytest.mark.parametrize("below", ["", "MNIST", "MNIST/raw"])
def test_a_folder_with_the_files_is_remembered(root, below):
    assert use_folder("mnist", f"  {root / below} ") == root
    assert settings.data_root() == root
    assert json.loads((settings.runs_root() / "settings.json").read_text())["data_root"] == str(root)


@pytest.mark.usefixtures("root")
def test_a_folder_without_the_files_is_refused(tmp_path):
    before = settings.data_root()
    with pytest.raises(DataMissing, match="Looked for MNIST/raw with the four uncompressed MNIST files"):
        use_folder("mnist", str(tmp_path))
    with pytest.raises(DataMissing, match=f"There is no folder {tmp_path}/none"):
        use_folder("mnist", str(tmp_path / "none"))
    with pytest.raises(DataMissing, match="Type the path"):
        use_folder("mnist", "  ")
    with pytest.raises(DataError, match="cannot be used as the data folder"):
        use_folder("mnist", "~nobody-of-this-name/data")
    assert settings.data_root() == before


def test_a_folder_with_a_damaged_file_is_refused(root):
    (root / "MNIST/raw" / FILE).write_bytes(b"short")
    with pytest.raises(DataCorrupt, match=f"{FILE} is not the published file"):
        use_folder("mnist", str(root))
    assert settings.data_root() != root


def test_settings_that_cannot_be_written_are_reported(root, tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(DataError, match="cannot be used as the data folder"):
        use_folder("mnist", str(root))
