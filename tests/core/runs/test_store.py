"""Runs that are made, listed, found and renamed."""

import errno
import os
import shutil

import pytest

from core.errors import RunError, RunNotFound
from core.owners.visitor import OPERATOR
from core.runs import record as runs
from core.runs import store as run_store
from core.runs.record import FINISHED, INTERRUPTED, STOPPED, RunState, read_run, write_state
from core.runs.result import write_result
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS
from core.storage import new_folder
from core.texts.message import MAX_QUOTED_LENGTH, message, shorten
from tests.core.runs.editing import edit
from tests.made import RESULT, Noon, full_disk, make_config


def test_a_new_run_is_there_but_not_started(store):
    config = make_config(arch="mlp", options={"hidden": (8,)})
    record = store.create(config, " my run ", {"recipe": "tiny"})
    assert (record.name, record.config, record.tags) == ("my run", config, {"recipe": "tiny"})
    assert record.state == RunState(INTERRUPTED, message("Training has not started."))
    assert (record.is_active, record.can_predict, record.result, record.bundled) == (False, False, None, False)
    assert record.can_resume
    assert store.get(record.id) == record


def test_a_run_without_a_name_is_called_by_its_network(store):
    assert store.create(make_config()).name == "Softmax regression · Digits (embedded)"
    assert store.create(make_config(), "  ").name == "Softmax regression · Digits (embedded)"


def test_a_new_run_never_takes_another_run_s_folder(store, monkeypatch):
    tokens = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr(new_folder.secrets, "token_hex", lambda _: next(tokens))
    monkeypatch.setattr(run_store, "datetime", Noon)
    first, second = store.create(make_config(), "first"), store.create(make_config(), "second")
    assert (first.id[-4:], second.id[-4:]) == ("aaaa", "bbbb")
    assert [run.name for run in store.all()] == ["second", "first"]


def test_runs_are_listed_newest_first_and_bundled_ones_last(with_bundled, store):
    newest = with_bundled.create(make_config(arch="mlp"), "newest").path
    newest.rename(newest.with_name("2999" + newest.name[4:]))
    assert [record.name for record in with_bundled.all()] == ["newest", "own", "small"]
    assert [record.name for record in store.all()] == ["newest", "own"]


def test_an_empty_store_is_no_error(tmp_path):
    store = RunStore(tmp_path / "none", tmp_path / "nothing")
    assert (store.all(), store.damaged()) == ([], {})
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "run_id",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "/etc",
        "nothing",
        "a\0b",
        "a\nb",
        "-x",
        ".hidden",
        "x" * 200,
        "20260101-000000-mlp",
    ],
)
@pytest.mark.usefixtures("record")
def test_unknown_ids_are_named(store, run_id):
    with pytest.raises(RunNotFound) as caught:
        store.get(run_id)
    assert str(caught.value) == f"There is no run {shorten(repr(run_id), MAX_QUOTED_LENGTH)}."


def test_no_id_leads_out_of_the_store(store, record):
    outside = store.root.parent / "outside"
    shutil.copytree(record.path, outside)
    for call in (store.get, store.delete, lambda run_id: store.annotate(run_id, "mine")):
        with pytest.raises(RunNotFound):
            call("../outside")
    assert read_run(outside).name == "first"


def test_only_a_run_of_a_sweep_is_a_trial(store):
    runs = [store.create(make_config(), tags=tags) for tags in ({}, {"recipe": "cnn"}, {"sweep": "s", "cell": "0"})]
    assert [run.is_trial for run in runs] == [False, False, True]


def test_renaming_changes_the_name_alone(store):
    config = make_config(arch="mlp", options={"hidden": (8, 4)}, epochs=9, seed=7, device="auto", keep_best=False)
    made = store.create(config, "first", {"recipe": "tiny", "sweep": "a sweep"})
    edit(made, "config.json", created="2020-02-29T12:34:56+01:00")
    write_result(made.path, RESULT)
    write_state(made.path, RunState(STOPPED, message("enough"), 3, 1, 20))
    before = store.get(made.id)
    store.annotate(made.id, "  better ")
    assert store.get(made.id) == runs.replace(before, name="better")
    assert before.created == "2020-02-29T12:34:56+01:00"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_has_limits(store, record, name):
    with pytest.raises(RunError, match=f"A name has 1 to 80 characters; this one has {len(name.strip())}"):
        store.annotate(record.id, name)
    if name.strip():
        with pytest.raises(RunError, match="A name has 1 to 80 characters"):
            store.create(make_config(), name)
    assert [run.name for run in store.all()] == ["first"]


def test_bundled_runs_are_called_as_their_visitor_knows_them(with_bundled):
    seen = with_bundled.seen_by(OPERATOR, str.upper)
    assert [record.name for record in seen.all()] == ["own", "SMALL"]
    assert seen.get("small").name == "SMALL"
    assert with_bundled.get("small").name == "small"


def test_bundled_runs_are_read_only(with_bundled):
    record = with_bundled.get("small")
    assert record.bundled
    assert record.state == RunState(FINISHED)
    assert not record.can_resume
    for change in (with_bundled.delete, lambda run_id: with_bundled.annotate(run_id, "mine")):
        with pytest.raises(RunError, match="'small' comes with the app and cannot be changed"):
            change("small")
    assert with_bundled.get("small") == record


def test_the_bundled_runs_that_ship_can_be_read(tmp_path):
    store = RunStore(tmp_path, BUNDLED_RUNS)
    assert store.damaged() == {}
    assert all(record.result is not None and record.can_predict for record in store.all())


def test_a_full_disk_is_reported_and_leaves_nothing(store, record, monkeypatch):
    for module in (runs, run_store):
        monkeypatch.setattr(module, "write_atomically", full_disk)
    with pytest.raises(RunError, match=r"The run cannot be saved in .*: No space left on device"):
        store.create(make_config())
    with pytest.raises(RunError, match="'first' cannot be changed: No space left on device"):
        store.annotate(record.id, "other")
    assert [path.name for path in store.root.iterdir()] == [record.id]


def test_a_store_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"The run cannot be saved in .*/file: "):
        RunStore(tmp_path / "file").create(make_config())


def test_other_folders_and_files_are_no_runs(store, record):
    (store.root / "settings.json").write_text("{}")
    (store.root / "empty").mkdir()
    assert store.all() == [record]
    assert store.damaged() == {}


def test_a_note_and_a_star_are_kept_beside_name_and_tags(store):
    record = store.create(make_config(), "mine", {"recipe": "cnn"})
    assert (record.note, record.is_starred) == ("", False)
    store.annotate(record.id, note=" better with tanh ")
    store.annotate(record.id, is_starred=True)
    kept = store.get(record.id)
    assert (kept.name, kept.note, kept.is_starred, kept.tags["recipe"]) == ("mine", "better with tanh", True, "cnn")
    store.annotate(record.id, name="other")
    assert (store.get(record.id).note, store.get(record.id).is_starred) == ("better with tanh", True)
    store.annotate(record.id, note="", is_starred=False)
    assert store.get(record.id).tags == {"recipe": "cnn"}


def test_what_cannot_be_read_back_is_not_kept(store):
    with pytest.raises(RunError, match="half of a character"):
        store.create(make_config(), "a\ud800")
    assert (store.all(), store.damaged()) == ([], {})
    assert list(store.root.iterdir()) == []


def test_a_run_that_may_not_be_written_keeps_its_name_note_and_star(store, record, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    store.annotate(record.id, note="before")
    before = store.get(record.id)
    monkeypatch.setattr("core.storage.atomic.tempfile.mkstemp", refuse)
    for change in ({"name": "another"}, {"note": "after"}, {"is_starred": True}):
        with pytest.raises(RunError, match="cannot be changed: Read-only file system"):
            store.annotate(record.id, **change)
    assert store.get(record.id) == before


def test_the_newest_run_stays_first_when_the_clock_is_set_back(store, monkeypatch):
    names = ["before", "after", "last"]
    for name in names:
        store.create(make_config(), name)
        monkeypatch.setattr("core.runs.store.datetime", Noon)
    assert [record.name for record in store.all()] == names[::-1]
    # What is told of a run is what the clock said.
    assert [record.created[:4] for record in store.all()] == ["2026", "2026", store.all()[2].created[:4]]
