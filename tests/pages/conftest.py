"""Fixtures that the page tests share."""

import json
import logging
import shutil
import sys
from dataclasses import replace
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core import settings
from core.execution import job_queue
from core.execution.compute_client import ComputeClient
from core.execution.train_run import train_run
from core.runs.record import FINISHED
from core.runs.store import RunStore
from core.uncertainty.record import read_calibration, write_calibration
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.shell import services as resources
from pages.components.shell import tab_storage, visitor
from tests.made import make_config
from tests.pages.calls import call_at_once
from tests.pages.drawing import TEMPERATURE, Host, as_object
from tests.pages.school import School
from tests.pages.shared_compute import SharedProcess
from tests.pages.tab import Tab


@pytest.fixture(scope="session", autouse=True)
def one_look_for_components():
    """AppTest looks through all installed packages for components at each run, which takes most of a test's time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def main_module():
    """Streamlit makes a page's script the main module, which every process that a later test spawns would run again."""
    module = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = module


@pytest.fixture(autouse=True)
def local_visitor(monkeypatch):
    """Visitors come from this machine, without cookies; those of AppTest have no connection that would say so."""
    monkeypatch.setattr(visitor, "_connection", lambda: (None, "localhost:8501"))
    monkeypatch.setattr(visitor, "_cookie", lambda _name: "")


class _Defects(logging.Handler):
    """Keeps what `core.logs.log_defect` logs."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        if record.msg.startswith("Defect"):
            self.records.append(record)


@pytest.fixture(autouse=True)
def defects():
    """The defects that pages have met, which they show instead of raising. A test that wants some clears the list."""
    handler = _Defects()
    loggers = [logging.getLogger(name) for name in ("core", "pages")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler.records
    for logger in loggers:
        logger.removeHandler(handler)
    formatter = logging.Formatter()
    assert not handler.records, "\n".join(map(formatter.format, handler.records))


@pytest.fixture
def visit_script(tmp_path, monkeypatch):
    """Opens a page's script with given parameters in its address; no data set but the embedded digits is there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    st.cache_resource.clear()

    def open_page(script: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60)
        app.run()
        app.switch_page(f"pages/{script}.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    yield open_page
    st.cache_resource.clear()


@pytest.fixture
def visit_at_once(tmp_path, monkeypatch):
    """Opens a page; what is computed is computed here and at once. Only the embedded digits are there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "bundled")
    monkeypatch.setattr(ComputeClient, "start", lambda client: client.is_ready.set())
    monkeypatch.setattr(ComputeClient, "call", lambda _, function, *args, **_options: function(*args))
    monkeypatch.setattr(ComputeClient, "start_long_call", call_at_once)
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_page(script: str, session: dict | None = None, **parameters: str) -> AppTest:
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60).run()
        app.switch_page(f"pages/{script}.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        for name, value in (session or {}).items():
            app.session_state[name] = value
        return app.run()

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def timers(monkeypatch):
    """After how many seconds a part of a page draws itself again, by its module's last name; None for never."""
    seconds = {}
    fragment = st.fragment

    def noting(function=None, *, run_every=None):
        if function is not None:
            seconds[function.__module__.rpartition(".")[2]] = run_every
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noting)
    return seconds


@pytest.fixture(scope="session")
def compute_process():
    process = SharedProcess()
    yield process
    process.client.close()


@pytest.fixture
def shared_compute(compute_process, monkeypatch):
    """Pages train and compute in a process that the tests of this session share."""
    monkeypatch.setattr(job_queue, "ComputeClient", compute_process.host_for)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The folder of a small run trained on the embedded digits, whose calibration changes its probabilities clearly."""
    store = RunStore(tmp_path_factory.mktemp("trained"))
    record = store.create(make_config(epochs=1), "Small")
    assert train_run(record, store.root).status == FINISHED
    calibration = read_calibration(record.path)
    # The temperature that was fitted is so close to 1 that raw and calibrated figures would look the same.
    write_calibration(record.path, replace(calibration, temperature=TEMPERATURE))
    return record.path


@pytest.fixture
def add_run(trained, runs_folder):
    """Puts a copy of the trained run into the store under another name."""

    def add(run_id, **changes):
        folder = runs_folder / run_id
        shutil.copytree(trained, folder)
        values = json.loads((folder / "config.json").read_text())
        values["name"] = changes.pop("name", run_id)
        values["config"].update(changes)
        (folder / "config.json").write_text(json.dumps(values))
        return folder

    return add


@pytest.fixture
def host(monkeypatch, tmp_path):
    """Takes the compute process's place; the app comes without networks of its own, and without data files."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    stand_in = Host()
    monkeypatch.setattr(ComputeClient, "start", lambda client: stand_in.start(client))
    monkeypatch.setattr(ComputeClient, "call", lambda client, *arguments: stand_in.call(client, *arguments))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "bundled")
    st.cache_resource.clear()
    yield stand_in
    st.cache_resource.clear()


@pytest.fixture
def school(monkeypatch):
    stand_in = School()
    monkeypatch.setattr(ComputeClient, "train", lambda client, *arguments: stand_in.train(client, *arguments))
    return stand_in


@pytest.fixture
def visit_drawing(host):
    """Opens the Draw page with strokes on its canvas and parameters in its address."""
    assert not host.asked

    def open_page(*strokes, **parameters):
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30)
        app.run()
        app.switch_page("pages/draw.py")
        app.session_state[DRAWING] = [as_object(stroke) for stroke in strokes]
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return open_page


@pytest.fixture
def tab(monkeypatch):
    """The browser's tab, which outlasts the sessions that a test opens."""
    made = Tab()
    monkeypatch.setattr(tab_storage, "_COMPONENT", made)
    return made
