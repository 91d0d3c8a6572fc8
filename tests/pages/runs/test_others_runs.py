"""An app that is open to others: what a visitor sees of other visitors' runs."""

import pytest

from core import settings
from core.classroom.classroom import Classroom
from core.owners.visitor import new_key, visitor_with
from core.runs.record import FINISHED, INTERRUPTED, RUNNING, RunState
from core.runs.result import write_result
from core.runs.store import RunStore
from core.storage.locks import hold_in_queue
from pages.components.data import data_gate
from pages.components.shell import services, visitor
from pages.components.shell.cookies.visitor_cookie import OPERATOR_COOKIE, VISITOR_COOKIE
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result, make_run
from tests.pages.shared_compute import SharedCompute

MINE, THEIRS = new_key(), new_key()
LOCKED = "It belongs to another visitor"


@pytest.fixture(autouse=True)
def open_app(monkeypatch, tmp_path):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    monkeypatch.setattr(services, "BUNDLED_RUNS", tmp_path / "bundled")


@pytest.fixture
def cookies(monkeypatch):
    """The browser's cookies."""
    held = {VISITOR_COOKIE: MINE}
    monkeypatch.setattr(visitor, "_cookie", lambda name: held.get(name, ""))
    return held


@pytest.fixture
def theirs(store):
    """Another visitor's run."""

    def make(status=FINISHED):
        return make_run(store.seen_by(visitor_with(THEIRS)), "theirs", "Theirs", RunState(status))

    return make


def labels(app):
    return [button.label for button in app.button]


def test_others_runs_are_not_listed(visit_script, store, theirs, cookies):
    theirs()
    make_run(store.seen_by(visitor_with(MINE)), "mine", "Mine")
    app = visit_script("train")
    assert app.subheader[0].value == "Mine"
    assert [name for table in app.dataframe for name in table.value.get("Name", [])] == ["Mine"]
    cookies[VISITOR_COOKIE] = THEIRS
    app = visit_script("train")
    assert app.subheader[0].value == "Theirs"


def test_a_run_in_training_is_its_owners_alone(visit_script, theirs, cookies):
    record = theirs(RUNNING)
    lock = hold_in_queue(record.path)
    try:
        assert all(element.value != "Theirs" for element in visit_script("train").subheader)
        cookies[VISITOR_COOKIE] = THEIRS
        assert visit_script("train").subheader[0].value == "Theirs"
    finally:
        lock.release()


def test_a_link_shows_a_run_to_others_without_its_buttons(visit_script, theirs, cookies):
    record = theirs(RUNNING)
    lock = hold_in_queue(record.path)
    try:
        app = visit_script("train", run="theirs")
        assert app.subheader[0].value == "Theirs"
        assert LOCKED in texts(app.caption)
        assert not {"Pause", "Stop", "Apply"} & set(labels(app))
        cookies[VISITOR_COOKIE] = THEIRS
        app = visit_script("train", run="theirs")
        assert LOCKED not in texts(app.caption)
        assert {"Pause", "Stop"} <= set(labels(app))
    finally:
        lock.release()


def test_a_link_compares_one_s_own_run_with_anothers(visit_script, store, theirs, cookies):
    assert cookies
    for record in (theirs(), make_run(store.seen_by(visitor_with(MINE)), "mine", "Mine")):
        write_result(record.path, make_result())
        record.weights_file.touch()
    app = visit_script("evaluate", run="mine", view="compare", other="theirs")
    assert not app.warning
    assert find(app.selectbox, "Compared with (B)").value == "theirs"


def test_a_run_cut_short_can_be_resumed_by_its_owner_alone(visit_script, theirs, cookies):
    theirs(INTERRUPTED)
    assert "Resume" not in labels(visit_script("train", run="theirs"))
    cookies[VISITOR_COOKIE] = THEIRS
    assert "Resume" in labels(visit_script("train", run="theirs"))


def test_the_operator_sees_and_steers_all(visit_script, theirs, cookies, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "the-key-of-the-operator")
    theirs(INTERRUPTED)
    cookies[OPERATOR_COOKIE] = "the-key-of-the-operator"
    app = visit_script("train")
    assert app.subheader[0].value == "Theirs"
    assert "Resume" in labels(app)


def owners(app):
    return {row["Name"]: row["Owner"] for row in app.dataframe[0].value.to_dict("records")}


def test_the_operator_s_table_tells_whose_run_it_is(visit_script, store, theirs, cookies, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "the-key-of-the-operator")
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "class-7b")
    owner = theirs().owner
    pupil = visitor_with(MINE)
    Classroom(store.root / "classroom", lambda: "class-7b").seen_by(pupil).join("class-7b", "Ada")
    make_run(store, "own", "Own")
    make_run(store.seen_by(pupil), "adas", "Ada's")
    make_run(RunStore(services.BUNDLED_RUNS), "bundled", "Bundled")
    assert "Owner" not in visit_script("train").dataframe[0].value
    cookies[OPERATOR_COOKIE] = "the-key-of-the-operator"
    told = {"Own": "you", "Ada's": "Ada", "Theirs": owner[:6], "Bundled": ""}
    assert owners(visit_script("train")) == told
    # Without a class a pupil has no nickname.
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "")
    assert owners(visit_script("train")) == told | {"Ada's": pupil.owner[:6]}


@pytest.mark.usefixtures("shared_compute")
def test_another_visitor_s_run_about_to_start_does_not_stand_for_the_operator_s(
    visit_script, store, cookies, monkeypatch
):
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "the-key-of-the-operator")
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    monkeypatch.setattr(SharedCompute, "train", lambda *_: None)
    runs = []
    for _ in range(2):
        app = visit_script("train", recipe="quick-start")
        find(app.button, "Start").click().run()
        assert not app.exception
        runs.append(store.get(app.query_params["run"]))
        cookies[OPERATOR_COOKIE] = "the-key-of-the-operator"
    assert [record.owner for record in runs] == [visitor_with(MINE).owner, ""]


def test_home_tells_the_operator_whose_network_it_is(visit_script, theirs, cookies, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "the-key-of-the-operator")
    record = theirs()
    write_result(record.path, make_result())
    record.weights_file.touch()
    cookies[VISITOR_COOKIE] = THEIRS
    assert "Theirs · Digits (embedded)" in [text.value for text in visit_script("home").text]
    cookies[OPERATOR_COOKIE] = "the-key-of-the-operator"
    app = visit_script("home")
    assert app.subheader[0].value == "Everybody’s networks"
    assert f"Theirs · Digits (embedded) · {record.owner[:6]}" in [text.value for text in app.text]


def test_without_cookies_the_key_stands_in_the_address(visit_script, theirs, cookies):
    theirs()
    cookies.clear()
    app = visit_script("train", visitor=THEIRS)
    assert app.subheader[0].value == "Theirs"
    # On another page, whose address has no key, the session knows it.
    app.query_params.clear()
    assert app.switch_page("pages/train.py").run().subheader[0].value == "Theirs"
    app = visit_script("train", visitor="not a key")
    assert all(element.value != "Theirs" for element in app.subheader)


def test_more_than_the_operator_allows_is_said_where_it_is_set(visit_script, cookies, monkeypatch):
    assert cookies
    monkeypatch.setenv("MNIST_LAB_MOST_EPOCHS", "2")
    app = visit_script("train")
    assert "at most 2 are allowed here" in texts(app.error)
    assert find(app.button, "Start").disabled
    monkeypatch.setenv("MNIST_LAB_MOST_EPOCHS", "1000")
    app = visit_script("train")
    assert "allowed here" not in texts(app.error)


def test_settings_that_cannot_be_read_are_named_and_nothing_else_is_shown(visit_script, cookies, monkeypatch):
    assert cookies
    monkeypatch.setenv("MNIST_LAB_QUEUE_LENGTH", "none")
    app = visit_script("train")
    assert [error.value for error in app.error] == [
        r"MNIST\_LAB\_QUEUE\_LENGTH: queue\_length is 'none'; it must be a whole number from 1 to 1,000,000,000,000."
    ]
    assert len(app.button) + len(app.caption) + len(app.selectbox) == 0


def test_what_the_operator_has_switched_off_is_not_offered(visit_script, cookies, monkeypatch):
    assert cookies
    monkeypatch.setenv("MNIST_LAB_DOWNLOADS", "0")
    app = visit_script("train")
    assert "switched downloads off" in texts(app.caption)
    assert "Download and start" not in labels(app)
    assert "Start on the embedded digits" in labels(app)


def test_a_visitor_s_sweep_has_as_many_processes_as_the_operator_allows(visit_script, cookies, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "the-key-of-the-operator")
    monkeypatch.setenv("MNIST_LAB_RUNS_AT_ONCE", "2")
    app = visit_script("sweep")
    assert find(app.number_input, "Processes at once").max == 2
    find(app.number_input, "Processes at once").set_value(2).run()
    monkeypatch.setenv("MNIST_LAB_RUNS_AT_ONCE", "1")
    # What was chosen before is not held against the visitor.
    assert not app.run().error
    cookies[OPERATOR_COOKIE] = "the-key-of-the-operator"
    assert find(visit_script("sweep").number_input, "Processes at once").max == 32
