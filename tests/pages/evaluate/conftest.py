"""Made runs for the tests of the Evaluate page: no network is trained or loaded."""

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.data.datasets import load_split
from core.runs.record import FINISHED, STOPPED, RunState, write_state
from core.runs.result import write_result
from core.storage.arrays import save_arrays
from pages.components.shell import services as resources
from tests.made import make_config
from tests.pages.evaluate.seen import NINES_FOR_FOURS, give, make_result


@pytest.fixture
def digits(tmp_path):
    return load_split("digits", tmp_path, "test")


@pytest.fixture
def answers(digits):
    """Probabilities of a network that takes the first five 4s for 9s, each more surely, and one 0 for a 6."""
    probabilities = np.full((len(digits), 10), 0.01, np.float32)
    probabilities[np.arange(len(digits)), digits.labels] = 0.91
    for rank, i in enumerate(np.flatnonzero(digits.labels == 4)[:NINES_FOR_FOURS]):
        give(probabilities, i, true=4, predicted=9, confidence=0.60 + 0.05 * rank)
    give(probabilities, np.flatnonzero(digits.labels == 0)[0], true=0, predicted=6, confidence=0.55)
    return probabilities


@pytest.fixture
def make_run(store, digits, answers):
    """Makes a run with weights (of no use) and, if wanted, with what was measured."""

    def make(name="Made", measured=True):
        record = store.create(make_config(), name)
        save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "2"})
        write_state(record.path, RunState(FINISHED if measured else STOPPED))
        if measured:
            save_arrays(record.predictions_file, {"probabilities": answers})
            write_result(record.path, make_result(digits.labels, answers))
        return store.get(record.id)

    return make


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """Opens the Evaluate page; no bundled networks and no data but the embedded digits are there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "bundled")
    monkeypatch.setattr(resources, "warm_up", lambda: None)
    st.cache_resource.clear()

    def open_page(**parameters):
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30).run()
        app.switch_page("pages/evaluate.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    yield open_page
    st.cache_resource.clear()
