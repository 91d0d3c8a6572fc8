import tracemalloc

import numpy as np
import pytest

from core.runs.event_log import EventLog
from core.runs.history import History, HistoryReader
from core.texts.message import message
from core.training.events import EpochEnd, LrChanged, RunFailed, RunFinished, RunPaused, RunStarted, StepEnd


def started(step=0, epoch=0):
    return RunStarted(step, epoch, 8, 4, 128, 16, 7850, "cpu")


def steps(last, *losses, seconds=1.0):
    return StepEnd(last, 1 + (last - 1) // 4, losses, 0.5, 0.01, 1000.0, seconds)


def epoch_end(number, val_accuracy=0.5):
    return EpochEnd(4 * number, number, 1.0, 0.5, None if val_accuracy is None else 1.0, val_accuracy, None, None, 1.0)


def test_events_are_folded_in_order():
    history = History().apply(
        [started(), steps(2, 4.0, 3.0), LrChanged(2, 0.1), RunPaused(2), steps(4, 2.0, 1.0), epoch_end(1)]
    )
    assert list(history.step_losses) == [4.0, 3.0, 2.0, 1.0]
    assert history.accuracies == [(2, 0.5), (4, 0.5)]
    assert history.step == 4
    assert history.epochs == [epoch_end(1)]
    assert history.lr_changes == [LrChanged(2, 0.1)]
    assert history.last == steps(4, 2.0, 1.0)


def test_resuming_drops_what_is_done_again():
    before = [started(), steps(4, 4.0, 3.0, 2.0, 1.0), epoch_end(1), LrChanged(5, 0.5), steps(6, 9.0, 9.0)]
    history = History().apply([*before, RunFailed(6, message("killed")), started(4, 1)])
    assert list(history.step_losses) == [4.0, 3.0, 2.0, 1.0]
    assert history.accuracies == [(4, 0.5)]
    assert history.epochs == [epoch_end(1)]
    assert history.lr_changes == []
    assert history.last is None


def test_a_change_at_the_checkpoint_itself_stays():
    history = History().apply([started(), steps(2, 4.0, 3.0), LrChanged(2, 0.5), started(2)])
    assert history.lr_changes == [LrChanged(2, 0.5)]
    assert history.last == steps(2, 4.0, 3.0)


def test_an_epoch_whose_end_is_done_again_counts_once():
    # The checkpoint was written after the epoch's last step, before its end.
    first_try = [started(), steps(4, 4.0, 3.0, 2.0, 1.0), epoch_end(1, 0.25)]
    history = History().apply([*first_try, started(4, 0), epoch_end(1, 0.25)])
    assert history.epochs == [epoch_end(1, 0.25)]
    assert history.step == 4


def test_starting_over_drops_everything():
    history = History().apply(
        [started(), steps(2, 4.0, 3.0), LrChanged(1, 0.5), RunFailed(2, message("no data")), started()]
    )
    assert history == History(started=started())


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([], None),
        ([started()], None),
        # The first steps take long, and tell nothing of the others.
        ([started(), steps(2, 1.0, 1.0, seconds=9.0)], None),
        ([started(), steps(2, 1.0, 1.0, seconds=9.0), steps(4, 1.0, 1.0, seconds=9.2)], None),
        ([started(), steps(1, 1.0, seconds=0.5), steps(6, *[1.0] * 5, seconds=0.9)], None),
        ([started(), steps(1, 1.0, seconds=9.0), steps(6, *[1.0] * 5, seconds=10.0)], 0.4),
        ([started(), *(steps(step, 1.0, seconds=9.0) for step in range(1, 9)), RunFinished(8, 9.0)], 0.0),
    ],
)
def test_time_left_follows_the_pace_since_the_first_report_once_that_tells_something(events, left):
    assert History().apply(events).seconds_left == (left if left is None else pytest.approx(left))


def test_a_run_begun_again_has_a_first_report_of_its_own():
    slow = [started(), steps(1, 1.0, seconds=9.0), steps(6, *[1.0] * 5, seconds=10.0)]
    again = [started(), steps(1, 1.0, seconds=0.1), steps(6, *[1.0] * 5, seconds=2.6)]
    assert History().apply([*slow, *again]).seconds_left == pytest.approx(1.0)


@pytest.fixture
def log(tmp_path):
    return EventLog(tmp_path / "events.jsonl")


def test_a_reader_reads_only_what_is_new(log, monkeypatch):
    reader = HistoryReader(log)
    assert reader.read() == History()
    log.append(started(), steps(2, 4.0, 3.0))
    assert reader.read().step == 2
    cursors = []
    read = EventLog.read
    monkeypatch.setattr(EventLog, "read", lambda self, cursor=0: cursors.append(cursor) or read(self, cursor))
    size = log.file.stat().st_size
    log.append(steps(4, 2.0, 1.0))
    assert list(reader.read().step_losses) == [4.0, 3.0, 2.0, 1.0]
    assert cursors == [size]


def test_a_reader_starts_over_with_a_shorter_log(log):
    reader = HistoryReader(log)
    log.append(started(), steps(4, 4.0, 3.0, 2.0, 1.0), epoch_end(1))
    assert reader.read().step == 4
    log.file.unlink()
    log.append(started(), steps(1, 9.0))
    history = reader.read()
    assert (list(history.step_losses), history.epochs) == ([9.0], [])


def test_a_reader_starts_over_with_a_log_that_has_grown_beyond_the_old_one(log):
    reader = HistoryReader(log)
    log.append(started(), steps(2, 4.0, 3.0))
    assert reader.read().step == 2
    # As when a run is begun again and comes further before the page looks again.
    log.file.unlink()
    log.append(started(), steps(1, 9.0, seconds=2.0), steps(2, 8.0), steps(3, 7.0), epoch_end(1))
    history = reader.read()
    assert (list(history.step_losses), history.epochs) == ([9.0, 8.0, 7.0], [epoch_end(1)])


def test_a_reader_goes_on_through_a_log_whose_lines_are_all_alike(log):
    reader, lines = HistoryReader(log), 0
    for _ in range(20):
        log.append(RunPaused(1), RunPaused(1), RunPaused(1))
        lines += 3
        reader.read()
    log.append(started(), steps(1, 9.0))
    assert list(reader.read().step_losses) == [9.0]
    assert len(log.read()[0]) == lines + 2


def test_a_loss_takes_about_8_bytes(log):
    reader = HistoryReader(log)
    log.append(started())
    reader.read()
    tracemalloc.start()
    for start in range(0, 100_000, 100):
        reader._history.apply([steps(start + 100, *(number / 7 for number in range(100)))])
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reader.read().step == 100_000
    assert used / 100_000 < 14


def test_what_is_done_with_the_losses_does_not_disturb_the_history():
    history = History().apply([started(), steps(2, 4.0, 3.0)])
    losses = np.asarray(history.step_losses)
    losses[0] = 99.0
    history.apply([steps(3, 2.0)])
    assert list(history.step_losses) == [4.0, 3.0, 2.0]


def test_a_reader_follows_a_resumed_run(log):
    reader = HistoryReader(log)
    log.append(started(), steps(4, 4.0, 3.0, 2.0, 1.0))
    reader.read()
    log.append(started(2), steps(3, 5.0))
    assert list(reader.read().step_losses) == [4.0, 3.0, 5.0]


def test_the_pace_is_known_after_a_moment_of_training():
    # The first step warms up: it takes as long as four others.
    history = History().apply([started(), steps(1, 4.0, seconds=0.08)])
    assert history.first_pace is None
    assert history.apply([steps(3, 3.0, 2.0, seconds=0.12)]).first_pace == pytest.approx(0.04)
    assert history.apply([steps(4, 1.0, seconds=0.14)]).first_pace == pytest.approx(0.04)
