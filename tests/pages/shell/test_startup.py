"""What the server does before its first visit."""

import asyncio
import runpy
import subprocess
import sys

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core.settings import PROJECT
from pages.components.shell import sitemap, startup
from tests.made import set_clock


@pytest.fixture
def started(monkeypatch):
    """How often the compute process was started."""
    calls = []

    monkeypatch.setattr(startup, "warm_up", lambda: calls.append("compute"))
    monkeypatch.setattr(startup, "has_visitor", lambda: False)
    return calls


def test_it_imports_what_every_page_imports_and_starts_the_compute_process(started, monkeypatch):
    found = []
    monkeypatch.setattr(startup.importlib, "import_module", found.append)
    startup.prepare()
    assert started == ["compute"]
    assert {"pages.components.train.config_form", "pages.components.shell.services", "scipy.stats"} <= {*found}
    assert {*startup.imported(PROJECT / "pages" / "draw.py")} <= {*found}


@pytest.mark.usefixtures("started")
def test_all_that_it_imports_exists():
    startup.prepare()
    assert "pages.components.evaluate.views" in sys.modules


def test_outside_of_a_visit_app_py_makes_the_application_without_a_word_of_warning():
    program = "from app import app; print(type(app).__name__)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("App\n", "")


def test_it_leaves_the_processor_for_a_while_to_visitors_who_are_there_already(started, monkeypatch):
    monkeypatch.setattr(startup, "has_visitor", lambda: True)
    monkeypatch.setattr(startup.importlib, "import_module", lambda _: None)
    set_clock(monkeypatch, startup, sleep=started.append)
    startup.prepare()
    assert started == [startup._BUSY_SECONDS, "compute"]


@pytest.mark.usefixtures("visit_at_once")
def test_nobody_has_visited_until_a_page_is_opened(monkeypatch):
    assert not runpy.run_path(sitemap.__file__)["has_visitor"]()
    monkeypatch.setattr(sitemap, "_has_visitor", False)
    AppTest.from_file(PROJECT / "app.py", default_timeout=60).run()
    assert sitemap.has_visitor()


def test_it_waits_until_a_visitor_who_came_at_once_has_been_answered(monkeypatch):
    done = []
    monkeypatch.setattr(startup, "prepare", lambda: done.append("prepared"))

    async def serve(quiet, seconds):
        monkeypatch.setattr(startup, "_QUIET_SECONDS", quiet)
        async with startup.preparing(None):
            end = asyncio.get_running_loop().time() + seconds
            while not done and asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0.01)

    asyncio.run(serve(60.0, 0.0))
    assert done == []
    asyncio.run(serve(0.0, 10.0))
    assert done == ["prepared"]


def test_every_visit_runs_app_py_however_early_it_comes(monkeypatch):
    monkeypatch.setattr(startup, "prepare", lambda: None)
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)

    async def visit():
        async with startup.preparing(None):
            PagesManager(str(PROJECT / "app.py"))

    asyncio.run(visit())
    assert PagesManager.uses_pages_directory is False
