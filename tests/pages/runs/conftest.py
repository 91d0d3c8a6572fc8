"""What these tests share: parts that choose, show and steer runs, each drawn by a script without the page around it."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.runs.store import RunStore
from pages.components.shell import services


@pytest.fixture(autouse=True)
def bundled(monkeypatch, tmp_path):
    """The store of the runs that come with the app, empty at first."""
    monkeypatch.setattr(services, "BUNDLED_RUNS", tmp_path / "bundled")
    st.cache_resource.clear()
    yield RunStore(tmp_path / "bundled")
    st.cache_resource.clear()


@pytest.fixture
def visit():
    """Runs a script with parameters in its address."""

    def run(script, **parameters):
        app = AppTest.from_function(script, default_timeout=30)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return run
