"""What the tests of the Anatomy page share."""

import pickle

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.execution.compute_client import ComputeClient
from core.learners.factory import create_learner
from core.runs.record import FINISHED, RunState, write_state
from core.storage.arrays import save_arrays
from pages.components.shell import services as resources
from tests.made import make_config


@pytest.fixture
def calls(monkeypatch):
    """The compute process is replaced by calls that pickle as it does; holds the names of the functions called."""
    names = []

    def call(_, function, *arguments):
        assert function.__module__.startswith("core.")
        names.append(function.__name__)
        return pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(arguments)))))

    monkeypatch.setattr(ComputeClient, "call", call)
    monkeypatch.setattr(ComputeClient, "start", lambda _: None)
    return names


@pytest.fixture
def add_run(store):
    """Puts a finished run with the fresh weights of its network into the store."""

    def add(name="Small", **changes):
        config = make_config(**changes)
        record = store.create(config, name)
        save_arrays(record.weights_file, create_learner(config).state_dict())
        write_state(record.path, RunState(FINISHED))
        return store.get(record.id)

    return add


@pytest.fixture
def visit(calls, tmp_path, monkeypatch):  # noqa: ARG001 - the compute process shall be replaced first
    """Opens a tab of the page with given parameters in its address; only the embedded digits are there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "none")
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_page(tab="Layers", **parameters) -> AppTest:
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30)
        app.run()
        app.switch_page("pages/anatomy.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        app.session_state["anatomy_tab"] = tab
        return app.run()

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()
