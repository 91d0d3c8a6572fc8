"""The Start button of a form, and what is shown while the data set is missing."""

from streamlit.testing.v1 import AppTest

from tests.made import wait_until
from tests.pages.data.conftest import FAIL, HANG, write_files
from tests.pages.drawing import find, texts


def page():
    import streamlit as st

    from pages.components.data.start import Start

    def use_digits():
        st.session_state["dataset"] = "digits"

    starts = st.session_state.setdefault("starts", [])
    start = Start("t_", use_digits)
    dataset = st.session_state.get("dataset", "mnist")
    if start.draw(dataset or None):
        starts.append(dataset)
    if dataset:
        start.show_missing(dataset)


def visit(dataset="mnist"):
    app = AppTest.from_function(page, default_timeout=20)
    app.session_state["dataset"] = dataset
    return app.run()


def starts(app):
    return app.session_state["starts"]


def click(app, label):
    app = find(app.button, label).click().run()
    assert not app.exception
    return app


def test_with_the_data_here_each_click_starts_once(root):
    write_files(root)
    app = visit()
    assert starts(app) == []
    assert [button.label for button in app.button] == ["Start"]
    assert starts(click(app, "Start").run()) == ["mnist"]
    assert starts(click(app, "Start")) == ["mnist", "mnist"]


def test_a_mistake_in_the_form_disables_the_button():
    assert find(visit("").button, "Start").disabled


def test_one_click_downloads_and_then_starts(downloading, root):
    source = root.with_name("source")
    write_files(source)
    started = downloading(
        f"import shutil, sys; shutil.copytree({str(source)!r}, sys.argv[1], dirs_exist_ok=True); "
        "print('{\"finished\": true}')"
    )
    app = visit()
    assert "Downloads MNIST first (11.6 MB)." in texts(app.caption)
    click(app, "Start")
    wait_until(lambda: starts(app.run()) == ["mnist"])
    assert len(started) == 1
    assert starts(app.run()) == ["mnist"]


def test_a_download_that_was_cancelled_starts_nothing_later(downloading, root):
    downloading(HANG)
    app = click(visit(), "Download and start")
    assert "Starts as soon as MNIST is here." in texts(app.caption)
    click(app, "Cancel")
    write_files(root)
    assert starts(app.run()) == []


def test_where_no_server_answers_the_embedded_digits_come_first_and_start_at_once(downloading):
    downloading(FAIL)
    app = click(visit(), "Start")
    wait_until(lambda: app.run().error)
    assert [button.label for button in app.button] == [
        *("Start", "Start on the embedded digits", "Retry", "Use this folder")
    ]
    assert starts(click(app, "Start on the embedded digits")) == ["digits"]
    assert [button.label for button in app.button] == ["Start"]
