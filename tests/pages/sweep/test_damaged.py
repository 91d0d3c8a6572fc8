"""Sweeps that cannot be read, on the Sweep page: named, and deleted on request."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from tests.pages.drawing import find, texts
from tests.sweeps import make_space, make_trials


def page():
    from pages.components.sweep.damaged import show_damaged

    show_damaged()


def dialog():
    import streamlit as st

    from pages.components.sweep.damaged import _delete_dialog

    _delete_dialog(st.query_params["sweep"])


@pytest.fixture
def bad(sweeps):
    """A sweep of two runs whose file is damaged."""
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.7, 0.8])
    (sweep.path / "sweep.json").write_text("{}")
    return sweep


@pytest.fixture
def open_page(host):  # noqa: ARG001 - the app comes without networks of its own
    def run(function, **parameters):
        app = AppTest.from_function(function, default_timeout=30)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return run


def test_where_all_can_be_read_nothing_is_drawn(open_page, sweeps):
    make_trials(sweeps, make_space(lr=(0.1,)), [0.7])
    app = open_page(page)
    assert not app.expander
    assert not app.button


def test_they_are_one_line_and_each_says_why_on_request(open_page, sweeps, bad):
    other = sweeps.create(make_space(lr=(0.1,)))
    (other.path / "sweep.json").write_text("[" * 200)
    app = open_page(page)
    assert [box.label for box in app.expander] == ["2 sweeps cannot be read"]
    assert f"{bad.id}/sweep.json: " in texts(app.caption)
    assert f"{other.id}/sweep.json: It is not JSON" in texts(app.caption)
    app.button(key=f"delete_damaged_{bad.id}").click().run()
    assert f"The folder {bad.id} and all that is in it will be gone for good. The runs of this sweep stay" in texts(
        app.markdown
    )
    assert bad.path.exists()


def test_one_is_deleted_once_that_is_confirmed_and_its_runs_stay(open_page, sweeps, store, bad):
    good = make_trials(sweeps, make_space(lr=(0.1,)), [0.7])
    app = open_page(dialog, sweep=bad.id)
    find(app.button, "Keep it").click().run()
    assert bad.path.exists()
    find(app.button, "Delete").click().run()
    assert not app.exception
    assert not bad.path.exists()
    assert sweeps.all() == [good]
    assert len(store.all()) == 3


def test_a_folder_without_a_sweep_and_of_a_name_that_is_no_text_is_among_them(open_page, sweeps, store, bad):
    strange = store.root / "sweeps" / os.fsdecode(b"\xff\xfe")
    strange.mkdir()
    os.utime(strange, (0, 0))
    (bad.path / "sweep.json").unlink()
    os.utime(bad.path, (0, 0))
    app = open_page(page)
    assert [box.label for box in app.expander] == ["2 sweeps cannot be read"]
    assert "??/sweep.json cannot be read: No such file or directory." in texts(app.caption)
    app.button(key="delete_damaged_??").click().run()
    assert not app.exception
    assert sweeps.damaged().keys() == {bad.id, strange.name}


def test_the_operator_alone_sees_them(open_page, bad, monkeypatch):
    assert bad.path.exists()
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    assert not open_page(page).expander
