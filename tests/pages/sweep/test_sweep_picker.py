"""The choice of a sweep: what is offered, in which order and by which words, and which sweep is taken."""

import json
import shutil

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.storage.locks import hold_in_queue
from core.sweep.records import SweepStore
from tests.pages.drawing import find
from tests.sweeps import make_space


def script():
    import streamlit as st

    from pages.components.sweep.picker import pick_sweep

    sweep = pick_sweep()
    st.text(sweep.id if sweep else "none")


@pytest.fixture
def add(store):
    """Adds a sweep with this id, by which the store sorts."""
    sweeps = SweepStore(store)
    st.cache_resource.clear()

    def make(sweep_id, name, created="2024-02-29T23:30:00+00:00"):
        made = sweeps.create(make_space(lr=(0.1, 0.2)), name).path
        values = json.loads((made / "sweep.json").read_text()) | {"created": created}
        (made / "sweep.json").write_text(json.dumps(values))
        shutil.move(made, made.with_name(sweep_id))
        return sweeps.get(sweep_id)

    yield make
    st.cache_resource.clear()


def visit(**parameters):
    app = AppTest.from_function(script, default_timeout=30)
    app.context["timezone"] = "Asia/Tokyo"
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_every_sweep_is_offered_by_name_and_the_reader_s_own_time_the_newest_first(add):
    add("b", "Second", "2024-03-01T00:00:05+00:00")
    add("a", "First")
    app = visit()
    assert find(app.selectbox, "Sweeps so far").options == ["Second · 01 Mar 09:00:05", "First · 01 Mar 08:30:00"]
    assert app.text[0].value == app.query_params["sweep"] == "b"


def test_a_single_sweep_needs_no_choice(add):
    add("a", "First")
    app = visit()
    assert not app.selectbox
    assert app.text[0].value == "a"


def test_a_running_sweep_is_what_one_sees_first(add):
    running = add("a", "First")
    add("b", "Second")
    lock = hold_in_queue(running.path)
    assert visit().text[0].value == "a"
    lock.release()
    assert visit().text[0].value == "b"


def test_what_was_looked_at_last_is_shown_again(add):
    add("a", "First")
    add("b", "Second")
    app = visit(sweep="a")
    # As after a visit to another page, by a link without the sweep in it.
    del app.query_params["sweep"]
    assert app.run().text[0].value == "a"
