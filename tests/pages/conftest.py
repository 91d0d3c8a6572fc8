"""Fixtures that the page tests share."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings


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
