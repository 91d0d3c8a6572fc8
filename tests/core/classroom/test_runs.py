"""Which of the members' runs are on the board, and in what order."""

from datetime import UTC, datetime, timedelta

import pytest

from core.classroom import runs as module
from core.classroom.members import Member
from core.classroom.runs import board_rows, class_runs, datasets_used, validation_accuracy, validation_curve
from core.owners.visitor import Visitor
from core.runs.record import FINISHED, RUNNING, STOPPED, RunState
from core.storage.locks import hold_in_queue
from core.training.events import EpochEnd, RunStarted
from tests.pages.made_runs import make_result, make_run

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ADA, BO, CY = (Member(name.lower(), name, LONG_AGO) for name in ("Ada", "Bo", "Cy"))


@pytest.fixture
def run_of(store):
    def make(member, run_id, accuracy=None, status=FINISHED, tags=None, **config):
        result = make_result(val_accuracy=accuracy) if accuracy is not None else None
        return make_run(
            store.seen_by(Visitor(member.owner)), run_id, state=RunState(status), result=result, tags=tags, **config
        )

    return make


def log_epochs(record, *accuracies):
    record.log.append(RunStarted(0, 0, 5, 50, 100, 20, 7850, "cpu"))
    for epoch, accuracy in enumerate(accuracies, start=1):
        record.log.append(EpochEnd(5 * epoch, epoch, 0.5, 0.5, None, accuracy, None, None, 1.0))


def rows(store, *members, dataset="digits"):
    return board_rows(members, class_runs(members, store.all()), dataset)


def test_the_best_run_of_each_counts_and_the_best_pupil_comes_first(store, run_of):
    run_of(ADA, "a1", 0.8), run_of(ADA, "a2", 0.95), run_of(BO, "b1", 0.9), run_of(BO, "b2", 0.97)
    found = rows(store, ADA, BO)
    assert [(row.member.nickname, row.best.record.id, row.best.accuracy) for row in found] == [
        ("Bo", "b2", 0.97),
        ("Ada", "a2", 0.95),
    ]


def test_those_without_an_accuracy_come_last_by_nickname(store, run_of):
    run_of(CY, "c1", 0.5), run_of(BO, "b1")
    found = rows(store, BO, CY, ADA)
    assert [row.member.nickname for row in found] == ["Cy", "Ada", "Bo"]
    assert found[1].best is None
    assert found[2].best.accuracy is None


def test_small_and_capital_letters_of_nicknames_count_alike(store):
    lower, capital = Member("low", "bea", LONG_AGO), Member("cap", "Cem", LONG_AGO)
    assert [row.member.nickname for row in rows(store, capital, lower, ADA)] == ["Ada", "bea", "Cem"]


def test_a_test_accuracy_does_not_decide(store, run_of):
    record = make_run(store.seen_by(Visitor("ada")), "a1", result=make_result(val_accuracy=None, test_accuracy=0.99))
    assert validation_accuracy(record) is None
    run_of(BO, "b1", 0.1)
    assert [row.member.nickname for row in rows(store, ADA, BO)] == ["Bo", "Ada"]


def test_runs_from_before_joining_trials_and_others_runs_are_left_out(store, run_of):
    run_of(ADA, "a1", 0.9)
    run_of(ADA, "a2", 0.95, tags={"sweep": "s", "cell": "0"})
    run_of(CY, "c1", 0.99)
    assert {owner: [run.id for run in own] for owner, own in class_runs([ADA, BO], store.all()).items()} == {
        "ada": ["a1"],
        "bo": [],
    }
    late = Member("ada", "Ada", datetime.now(UTC) + timedelta(hours=1))
    assert class_runs([late], store.all()) == {"ada": []}


def test_one_data_set_is_compared_the_one_of_the_most_runs_first(store, run_of):
    run_of(ADA, "a1", 0.9), run_of(ADA, "a2", 0.99, dataset="mnist"), run_of(BO, "b1", 0.8, dataset="mnist")
    assert datasets_used(class_runs([ADA, BO], store.all())) == ["mnist", "digits"]
    assert [row.best and row.best.record.id for row in rows(store, ADA, BO)] == ["a1", None]
    assert [row.best.record.id for row in rows(store, ADA, BO, dataset="mnist")] == ["a2", "b1"]


def test_a_run_in_training_counts_by_its_last_epoch_and_is_on_show(store, run_of):
    run_of(ADA, "a1", 0.9)
    active = run_of(ADA, "a2", status=RUNNING)
    lock = hold_in_queue(active.path)
    try:
        log_epochs(active, 0.95, 0.85)
        [row] = rows(store, ADA)
        assert (row.best.record.id, row.on_show.record.id, row.on_show.accuracy) == ("a1", "a2", 0.85)
        log_epochs(active, 0.95, 0.85, 0.97)
        [row] = rows(store, ADA)
        assert (row.best.record.id, row.best.accuracy) == ("a2", 0.97)
    finally:
        lock.release()


def test_a_run_that_goes_on_counts_by_its_last_epoch_though_it_was_measured_before(store, run_of):
    active = run_of(ADA, "a1", 0.9, status=RUNNING)
    lock = hold_in_queue(active.path)
    try:
        log_epochs(active, 0.9, 0.95)
        [row] = rows(store, ADA)
        assert row.best.accuracy == 0.95
    finally:
        lock.release()


def test_a_stopped_run_without_a_result_counts_by_its_last_epoch(run_of):
    record = run_of(ADA, "a1", status=STOPPED)
    assert validation_accuracy(record) is None
    log_epochs(record, 0.7, 0.6)
    assert validation_accuracy(record) == 0.6
    curve = validation_curve(record)
    assert (curve.epoch.tolist(), curve.accuracy.tolist()) == ([1, 2], [0.7, 0.6])


def test_epochs_without_validation_are_no_points(run_of):
    record = run_of(ADA, "a1")
    log_epochs(record, None, None)
    assert validation_curve(record).epoch.tolist() == []


def test_a_log_is_read_again_only_where_it_has_changed(run_of, monkeypatch):
    record = run_of(ADA, "a1")
    log_epochs(record, 0.5)
    read = []
    real = module.EventLog.read
    monkeypatch.setattr(module.EventLog, "read", lambda log, *given: read.append(log.file) or real(log, *given))
    for _ in range(3):
        validation_curve(record)
    assert len(read) == 1
    log_epochs(record, 0.6)
    assert validation_curve(record).accuracy.tolist() == [0.6]
    assert len(read) == 2
