import json
import math
import os

import pytest

from core.runs.event_log import EventLog
from core.texts.message import message
from core.training.events import (
    EpochEnd,
    LrChanged,
    RunContinued,
    RunFailed,
    RunFinished,
    RunPaused,
    RunStarted,
    RunStopped,
    StepEnd,
    StepMeans,
    TrainEvent,
    from_line,
    to_line,
)

EVENTS = [
    RunStarted(0, 0, 20, 10, 320, 30, 7850, "cpu"),
    StepEnd(3, 1, (2.25, 1.5, 0.125), 0.5, 0.01, 1234.5, 0.25),
    EpochEnd(10, 1, 1.5, 0.5, None, None, None, None, 1.0),
    EpochEnd(20, 2, 1.25, 0.75, 0.5, 0.875, 0.25, 1.0, 2.0),
    LrChanged(12, 0.003),
    RunPaused(12),
    RunContinued(12),
    RunStopped(13, 1.5, True),
    RunFinished(20, 2.5),
    RunFailed(13, message("Die Daten fehlen: {name!r} \u2028 .", name="„a\nb“")),
]


@pytest.fixture
def log(tmp_path):
    return EventLog(tmp_path / "events.jsonl")


def test_every_kind_is_tried_here():
    assert {type(event) for event in EVENTS} == set(TrainEvent.__subclasses__())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_a_line_and_back(event):
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event


@pytest.mark.parametrize(
    ("n_steps", "expected"), [(3, [9.0, 5.0, 1.0]), (6, [9.0, 9.0, 5.0, 5.0, 1.0, 1.0]), (5, [9.0, 9.0, 5.0, 5.0, 1.0])]
)
def test_steps_in_short_have_a_loss_each_the_first_parts_being_longer(n_steps, expected):
    assert list(StepMeans(n_steps, 1, (9.0, 5.0, 1.0), 0.5, 0.01, 1.0, 1.0, n_steps).every_loss()) == expected


def test_a_failure_of_an_older_run_keeps_its_plain_reason():
    event = from_line('{"event": "failed", "step": 3, "reason": "MNIST is not in /{data}."}')
    assert (event.step, str(event.reason)) == (3, "MNIST is not in /{data}.")


def test_losses_keep_six_digits():
    line = to_line(StepEnd(2, 1, (0.123456789, 1e-9 / 3), 0.5, 0.01, 1.0, 1.0))
    assert json.loads(line)["losses"] == [0.123457, 3.33333e-10]


def test_figures_that_are_no_numbers_are_left_out():
    line = to_line(EpochEnd(10, 1, 1.5, 0.5, math.nan, 0.1, math.inf, 0.1, 1.0))
    event = from_line(line)
    assert "NaN" not in line
    assert (event.val_loss, event.test_loss) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "7",
        '"paused"',
        "null",
        '{"event": "paused"',
        '{"event": "paused"}',
        '{"event": "dancing", "step": 1}',
        '{"event": ["paused"], "step": 1}',
        '{"event": "paused", "step": "1"}',
        '{"event": "paused", "step": 1.5}',
        '{"event": "paused", "step": null}',
        '{"event": "paused", "step": 1, "more": 2}',
        '{"event": "lr", "step": 1, "lr": NaN}',
        f'{{"event": "lr", "step": 1, "lr": {10**400}}}',
        to_line(StepEnd(1, 1, (1.0,), 0.5, 0.01, 1.0, 1.0)).replace("[1.0]", "[null]"),
        to_line(StepEnd(1, 1, (1.0,), 0.5, 0.01, 1.0, 1.0)).replace("[1.0]", "3"),
    ],
)
def test_anything_else_is_no_event(line):
    with pytest.raises(ValueError, match="Not an event"):
        from_line(line)


def test_a_log_gives_back_what_was_appended(log):
    log.append(*EVENTS[:4])
    log.append(*EVENTS[4:])
    assert log.read()[0] == EVENTS


def test_a_cursor_goes_on_where_the_last_read_ended(log):
    log.append(EVENTS[0])
    first, cursor = log.read()
    assert log.read(cursor) == ([], cursor)
    log.append(EVENTS[1], EVENTS[2])
    rest, end = log.read(cursor)
    assert (first, rest) == (EVENTS[:1], EVENTS[1:3])
    assert end == log.file.stat().st_size


def test_a_log_not_yet_there_is_empty(log):
    assert log.read() == ([], 0)


def test_a_line_still_being_written_is_read_later(log):
    log.append(EVENTS[0])
    line = to_line(EVENTS[1]) + "\n"
    with log.file.open("a") as file:
        file.write(line[:20])
    events, cursor = log.read()
    assert events == EVENTS[:1]
    with log.file.open("a") as file:
        file.write(line[20:])
    assert log.read(cursor)[0] == [EVENTS[1]]


def test_broken_lines_are_skipped(log):
    log.append(EVENTS[0])
    with log.file.open("ab") as file:
        file.write(b'{"event": "steps"}\n\xff\xfe\n\n')
    log.append(EVENTS[1])
    assert log.read()[0] == EVENTS[:2]


@pytest.mark.parametrize("left", ["{", '{"event": "steps", "step": 3, "los'])
def test_half_a_line_left_by_a_killed_writer_costs_only_itself(log, left):
    log.file.write_text(left)
    log.append(EVENTS[0])
    log.append(EVENTS[1])
    assert log.read()[0] == EVENTS[:2]
    assert len(log.file.read_text().splitlines()) == 3


STARTED = {"step": 0, "epoch": 0, "total_steps": 20, "steps_per_epoch": 10, "n_train": 320, "n_val": 30}
STARTED |= {"event": "started", "n_parameters": 7850, "device": "cpu"}
STEPS = {"event": "steps", "step": 3, "epoch": 1, "losses": [2.0], "accuracy": 0.5, "lr": 0.1, "seconds": 1.0}
STEPS |= {"samples_per_second": 1.0}
MEANS = STEPS | {"event": "means", "n_steps": 3}
EPOCH = {"event": "epoch", "step": 3, "epoch": 1, "train_loss": 1.0, "train_accuracy": 0.5, "val_loss": None}
EPOCH |= {"val_accuracy": None, "test_loss": None, "test_accuracy": None, "seconds": 1.0}


@pytest.mark.parametrize("values", [STARTED, STEPS, MEANS, EPOCH], ids=lambda values: values["event"])
def test_these_lines_are_events(values):
    assert from_line(json.dumps(values)).kind == values["event"]


@pytest.mark.parametrize(
    ("values", "change"),
    [
        (STARTED, {"steps_per_epoch": 0}),
        (STARTED, {"steps_per_epoch": -1}),
        (STARTED, {"step": -1}),
        (STARTED, {"epoch": -1}),
        (STARTED, {"total_steps": 10**12}),
        (STEPS, {"step": 0}),
        (STEPS, {"step": 10**4000}),
        (STEPS, {"losses": [1.0] * 4}),
        (STEPS, {"seconds": -1.0}),
        (STEPS, {"accuracy": 5.0}),
        (MEANS, {"losses": []}),
        (MEANS, {"step": 300_000_000, "n_steps": 300_000_000}),
        (MEANS, {"n_steps": 4}),
        (MEANS, {"n_steps": 0}),
        (EPOCH, {"val_accuracy": -0.5}),
        (EPOCH, {"train_accuracy": 1.5}),
    ],
)
def test_an_event_with_an_impossible_number_is_none(values, change):
    with pytest.raises(ValueError, match="Not an event"):
        from_line(json.dumps(values | change))


def test_a_line_nested_deeply_is_skipped(log):
    log.append(RunPaused(1))
    with log.file.open("a") as file:
        file.write('{"event": "failed", "step": 1, "reason": ' + "[" * 100_000 + "\n")
    log.append(RunPaused(2))
    assert log.read()[0] == [RunPaused(1), RunPaused(2)]


def test_nothing_is_read_from_a_line_on_that_is_longer_than_any_event(log):
    log.append(RunPaused(1))
    with log.file.open("ab") as file:
        # A hole: it takes no room on the disk.
        file.truncate(10**9)
    log.append(RunPaused(2))
    assert log.read()[0] == [RunPaused(1)]


def test_a_pipe_in_place_of_a_log_is_not_waited_for(log):
    os.mkfifo(log.file)
    assert log.read() == ([], 0)


def test_events_stand_in_lines_without_a_blank_one_between_them(log):
    for step in (1, 2):
        log.append(LrChanged(step, 0.1))
    assert [bool(line) for line in log.file.read_text().split("\n")] == [True, True, False]
