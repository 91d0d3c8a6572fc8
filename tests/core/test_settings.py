import json
from pathlib import Path

import pytest

from core import settings


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(settings.DATA_VARIABLE, raising=False)


def test_without_settings_data_and_runs_lie_beside_the_app(monkeypatch):
    assert settings.data_root() == settings.PROJECT / "data"
    monkeypatch.delenv(settings.RUNS_VARIABLE)
    assert settings.runs_root() == settings.PROJECT / "runs"
    assert (settings.PROJECT / "app.py").is_file()


def test_the_environment_names_the_folders(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "d"))
    monkeypatch.setenv(settings.RUNS_VARIABLE, str(tmp_path / "r"))
    assert settings.data_root() == tmp_path / "d"
    assert settings.runs_root() == tmp_path / "r"
    assert settings.data_root_is_fixed()


def test_an_empty_variable_decides_nothing(monkeypatch):
    monkeypatch.setenv(settings.DATA_VARIABLE, "")
    monkeypatch.setenv(settings.RUNS_VARIABLE, "")
    assert not settings.data_root_is_fixed()
    assert settings.data_root() == settings.PROJECT / "data"
    assert settings.runs_root() == settings.PROJECT / "runs"


def test_a_chosen_folder_is_remembered_until_the_environment_decides(tmp_path, monkeypatch, runs_folder):
    settings.choose_data_root(tmp_path / "mine")
    assert settings.data_root() == tmp_path / "mine"
    assert not settings.data_root_is_fixed()
    assert json.loads((runs_folder / "settings.json").read_text()) == {"data_root": str(tmp_path / "mine")}
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "theirs"))
    assert settings.data_root() == tmp_path / "theirs"


def test_other_settings_outlive_the_choice(tmp_path, runs_folder):
    runs_folder.mkdir()
    (runs_folder / "settings.json").write_text('{"colour": "red"}')
    settings.choose_data_root(tmp_path / "mine")
    assert json.loads((runs_folder / "settings.json").read_text()) == {
        "colour": "red",
        "data_root": str(tmp_path / "mine"),
    }


def test_the_last_choice_counts(tmp_path):
    settings.choose_data_root(tmp_path / "one")
    settings.choose_data_root(tmp_path / "two")
    assert settings.data_root() == tmp_path / "two"


def test_the_folder_that_the_choice_is_kept_in_is_made_with_those_above_it(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.RUNS_VARIABLE, str(tmp_path / "above" / "runs"))
    settings.choose_data_root(tmp_path / "mine")
    assert settings.data_root() == tmp_path / "mine"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"data_root": 5}', '{"data_root": ["x"]}', '{"data_root": ""}']
)
def test_a_damaged_settings_file_counts_as_none(text, runs_folder):
    runs_folder.mkdir()
    (runs_folder / "settings.json").write_text(text)
    assert settings.data_root() == settings.PROJECT / "data"


def test_home_is_expanded(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(settings.DATA_VARIABLE, "~/data")
    assert settings.data_root() == tmp_path / "data"


def test_the_app_is_closed_to_other_machines_until_the_operator_opens_it(monkeypatch):
    monkeypatch.delenv(settings.OPEN_VARIABLE, raising=False)
    assert not settings.is_open()
    for value in ("", "0", "no"):
        monkeypatch.setenv(settings.OPEN_VARIABLE, value)
        assert not settings.is_open()
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    assert settings.is_open()


@pytest.mark.parametrize(("folder", "is_open"), [("/mount/src/mnist-lab", True), ("/mount/srcs/mnist-lab", False)])
def test_on_community_cloud_it_is_open(monkeypatch, folder, is_open):
    monkeypatch.delenv(settings.OPEN_VARIABLE, raising=False)
    monkeypatch.setattr(settings, "PROJECT", Path(folder))
    assert settings.is_open() is is_open


def test_the_address_of_the_cluster_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv(settings.DASK_VARIABLE, raising=False)
    assert settings.dask_address() == ""
    monkeypatch.setenv(settings.DASK_VARIABLE, " tcp://here:8786 ")
    assert settings.dask_address() == "tcp://here:8786"
