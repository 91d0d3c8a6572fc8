import json

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.data import download_jobs
from core.data.download_jobs import DownloadProgress
from core.texts.message import NO_MESSAGE, message
from pages.components.data.data_gate import describe_progress
from pages.components.shell.texts import escape_markdown
from tests.made import wait_until
from tests.pages.data.conftest import FAIL, HANG, write_files


def page():
    import streamlit as st

    from pages.components.data.data_gate import require_dataset

    def use_digits():
        st.session_state["name"] = "digits"

    if require_dataset(st.session_state.get("name", "mnist"), use_digits):
        st.write("ready")


def page_without_digits():
    import streamlit as st

    from pages.components.data.data_gate import require_dataset

    if require_dataset("mnist"):
        st.write("ready")


def labels(app):
    return [button.label for button in app.button]


def click(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def wait_for(app, condition):
    wait_until(lambda: condition(app.run()))


def start(page_=page):
    app = AppTest.from_function(page_, default_timeout=20).run()
    assert not app.exception
    return app


def test_nothing_is_drawn_when_the_files_are_there(root):
    write_files(root)
    app = start()
    assert [element.value for element in app.markdown] == ["ready"]
    assert not app.button


def test_the_panel_says_what_is_missing_and_offers_three_ways():
    app = start()
    assert app.markdown[0].value == "**MNIST is not on this machine yet** (11.6 MB to download)."
    assert labels(app) == ["Download", "Use the embedded digits", "Use this folder"]
    assert not app.error


def test_the_panel_counts_only_what_is_missing(root):
    (write_files(root) / "t10k-images-idx3-ubyte").unlink()
    assert start().markdown[0].value == "**MNIST is only partly on this machine yet** (1.6 MB to download)."


def test_the_embedded_digits_end_the_panel():
    app = click(start(), "Use the embedded digits")
    assert [element.value for element in app.markdown] == ["ready"]


def test_without_a_callback_the_digits_are_not_offered():
    assert labels(start(page_without_digits)) == ["Download", "Use this folder"]


def test_a_failure_is_one_sentence_with_retry(downloading):
    started = downloading(FAIL)
    app = click(start(), "Download")
    wait_for(app, lambda app: "Retry" in labels(app))
    assert [error.value for error in app.error] == ["MNIST could not be downloaded from a.example."]
    # What needs no server comes first where none has answered.
    assert labels(app) == ["Use the embedded digits", "Retry", "Use this folder"]
    assert not app.exception
    click(app, "Retry")
    assert len(started) == 2
    wait_for(app, lambda app: "Retry" in labels(app))


def test_progress_is_shown_to_every_visitor_and_can_be_cancelled(downloading):
    started = downloading(HANG)
    app = click(start(), "Download")
    wait_for(app, lambda app: len(app.get("progress")) and app.get("progress")[0].proto.value == 50)
    assert app.get("progress")[0].proto.text == "5.8 of 11.6 MB · Getting t10k"
    other = start()
    assert labels(app) == labels(other) == ["Cancel"]
    assert len(started) == 1
    app = click(other, "Cancel")
    assert "Download" in labels(app)
    assert not app.error


def test_a_finished_download_opens_the_page(downloading, root):
    source = root.with_name("source")
    write_files(source)
    downloading(
        "import shutil, sys; "
        f"shutil.copytree({str(source)!r}, sys.argv[1], dirs_exist_ok=True); "
        "print('{\"finished\": true}')"
    )
    app = click(start(), "Download")
    wait_for(app, lambda app: [element.value for element in app.markdown] == ["ready"])


def test_a_damaged_file_is_named_and_can_be_fetched_again(downloading, root):
    (write_files(root) / "t10k-images-idx3-ubyte").write_bytes(b"short")
    started = downloading(HANG)
    app = start()
    assert [warning.value for warning in app.warning] == [
        "MNIST's file t10k-images-idx3-ubyte is damaged (5 bytes, wrong checksum)."
    ]
    assert labels(click(app, "Download again")) == ["Cancel"]
    assert started == [("mnist", root)]
    click(app, "Cancel")


def test_an_unreadable_file_is_reported(root):
    path = write_files(root) / "t10k-images-idx3-ubyte"
    path.unlink()
    path.mkdir()
    assert start().warning[0].value == "MNIST cannot be read: t10k-images-idx3-ubyte: Is a directory."


def test_a_process_that_cannot_start_is_reported(monkeypatch):
    monkeypatch.setattr(download_jobs, "command_for", lambda *_: ["/nothing/of/this/name"])
    app = click(start(), "Download")
    assert [error.value for error in app.error] == [
        "The download of MNIST cannot be started: No such file or directory."
    ]
    assert not app.exception


def test_another_folder_is_taken_after_its_files_are_checked(root):
    other = root.with_name("other")
    write_files(other)
    app = start()
    app.text_input[0].input(str(other))
    app = click(app, "Use this folder")
    assert [element.value for element in app.markdown] == ["ready"]
    assert json.loads((settings.runs_root() / "settings.json").read_text())["data_root"] == str(other)


def test_a_wrong_folder_is_refused_with_what_was_looked_for(root):
    app = start()
    app.text_input[0].input(str(root.parent))
    app = click(app, "Use this folder")
    assert [error.value for error in app.error] == [
        f"MNIST is not in {escape_markdown(str(root.parent))}: MNIST/raw/train-images-idx3-ubyte is missing. "
        "Looked for MNIST/raw with the four uncompressed MNIST files."
    ]
    assert settings.data_root() == root


def test_the_owner_is_told_where_the_data_folder_is(root):
    assert [caption.value for caption in start().caption] == [f"Data folder: {escape_markdown(str(root))}"]


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_visitor_of_an_open_app_neither_chooses_nor_sees_the_servers_folder(monkeypatch, root, is_damaged):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    if is_damaged:
        path = write_files(root) / "t10k-images-idx3-ubyte"
        path.unlink()
        path.mkdir()
    app = start()
    assert labels(app) == ["Download again" if is_damaged else "Download", "Use the embedded digits"]
    assert not app.text_input
    said = [element.value for element in [*app.caption, *app.markdown, *app.warning, *app.error]]
    assert said
    assert root.name not in " ".join(said)


def test_a_folder_fixed_by_the_environment_cannot_be_changed(monkeypatch, root):
    monkeypatch.setenv(settings.DATA_VARIABLE, str(root))
    app = start()
    assert not app.text_input
    assert labels(app) == ["Download", "Use the embedded digits"]
    assert any("fixes the data folder to " in element.value for element in app.markdown)


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (DownloadProgress("running"), "Starting…"),
        (DownloadProgress("running", step=message("Waiting")), "Waiting…"),
        (DownloadProgress("running", 250_000, 11_594_722, message("Getting a")), "0.2 of 11.6 MB · Getting a"),
        (DownloadProgress("running", 0, 11_594_722, NO_MESSAGE), "0.0 of 11.6 MB · Starting"),
    ],
)
def test_progress_in_words(progress, text):
    assert str(describe_progress(progress)) == text
