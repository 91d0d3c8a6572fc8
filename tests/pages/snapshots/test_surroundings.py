"""An app that is set up otherwise, as `test_pages.py` compares pages."""

import shutil

import pytest

from core import settings
from core.settings import DASK_VARIABLE
from pages.components.shell import services, visitor


@pytest.mark.parametrize("page", ["home", "draw"])
def test_a_visitor_of_another_machine(visit, check, monkeypatch, page):
    monkeypatch.setattr(visitor, "_connection", lambda: ("192.168.0.7", "lab.example"))
    check(visit(page))


def test_settings_that_cannot_be_read(visit, check, monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "perhaps")
    check(visit("home"))


@pytest.mark.parametrize("page", ["home", "train", "draw"])
def test_a_network_that_comes_with_the_app(visit, check, steady, page):
    shutil.copytree(steady["Mine"], services.BUNDLED_RUNS / "Mine")
    check(visit(page))


def test_a_cluster(visit, check, monkeypatch):
    monkeypatch.setenv(DASK_VARIABLE, "tcp://cluster:8786")
    check(visit("sweep"), "expander")


def test_a_data_folder_that_may_be_changed(visit, check, monkeypatch):
    app = visit("train", dataset="mnist")
    monkeypatch.delenv(settings.DATA_VARIABLE)
    check(app.run(), "ways_to_data")
