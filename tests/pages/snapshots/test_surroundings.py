"""An app that is set up otherwise, as `test_pages.py` compares pages."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.runs.record import RUNNING, RunState, write_state
from core.settings import DASK_VARIABLE
from core.storage.locks import hold_as_worker
from pages.components.shell import services, visitor

# What app.py draws around a page.
FRAME = ("presenter", "title_home", "in_training")


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("presenting", [False, True])
def test_what_surrounds_a_page(check, mine, presenting):
    write_state(mine.path, RunState(RUNNING, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60)
        app.session_state["is_presenting"] = presenting
        check(app.run(), *FRAME)


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
