"""A run as it goes on: its figures, its progress, its curves and those of the runs that it is compared with."""

import json
import math
import time
from types import SimpleNamespace

import pytest

from core.execution.compute_client import ComputeClient
from core.hosting.watchers import Watchers
from core.runs.record import (
    FINISHED,
    INTERRUPTED,
    MEASURING,
    PAUSED,
    QUEUED,
    RUNNING,
    STARTING,
    STOPPED,
    RunState,
    write_state,
)
from core.runs.store import RunStore
from core.storage.locks import hold_in_queue
from core.training.events import EpochEnd, LrChanged, RunStarted, StepEnd
from pages.components.runs import live_run
from pages.components.runs.curves import COMPARE_KEY
from pages.components.runs.finish_card import COPY_KEY
from pages.components.shell.services import job_queue, open_runs, watchers
from tests.made import make_config
from tests.pages.charts import curves
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result, make_run
from tests.pages.presenting import container_of, is_hidden, present

STEPS_PER_EPOCH, EPOCHS = 10, 4


def script():
    import streamlit as st

    from pages.components.runs.live_run import show_run
    from pages.components.shell.services import run_store

    show_run(run_store().get(st.query_params["run"]))


def compare():
    import streamlit as st

    from pages.components.runs.curves import compare_controls
    from pages.components.shell.services import run_store

    compare_controls(run_store().get(st.query_params["run"]), run_store().all())


def events(loss=1.0, accuracy=0.6, epochs=2):
    """Epochs that are done and half of the next. A step's loss is `loss` and its number; no two figures are equal."""
    yield RunStarted(0, 0, STEPS_PER_EPOCH * EPOCHS, STEPS_PER_EPOCH, 1000, 100, 7850, "cpu")
    for epoch in range(1, epochs + 2):
        done = STEPS_PER_EPOCH * (epoch - 1)
        end = done + (STEPS_PER_EPOCH if epoch <= epochs else STEPS_PER_EPOCH // 2)
        losses = tuple(loss + step for step in range(done + 1, end + 1))
        yield StepEnd(end, epoch, losses, accuracy + 0.01 * epoch, 0.125 / epoch, 500.0 + epoch, 4.0 * end)
        if epoch <= epochs:
            yield EpochEnd(end, epoch, 0.3, 0.7, 0.4, accuracy + 0.1 + 0.01 * epoch, 0.5, None, 4.0 * end)


@pytest.fixture
def add(store):
    """Adds a run with events; one whose status is an active one is held as if it were being trained."""
    locks = []

    def make(run_id, status=RUNNING, log=(), **more):
        record = make_run(store, run_id, f"Run {run_id}", RunState(status), epochs=EPOCHS, **more)
        record.log.append(*log)
        if status not in (FINISHED, STOPPED, INTERRUPTED):
            locks.append(hold_in_queue(record.path))
        return record

    yield make
    for lock in locks:
        lock.release()


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def progress(app):
    [bar] = app.get("progress")
    return bar.proto.text, bar.proto.value


def test_a_run_in_training_says_its_latest_figures(add, visit):
    add("a", log=events())
    app = visit(script, run="a")
    assert metrics(app) == {
        "Training accuracy": "63.0%",
        "Validation accuracy": "72.00%",
        "Samples a second": "503",
        "Learning rate": "0.04167",
    }
    assert progress(app) == ("Epoch 3 of 4 · step 25 of 40 · about 1 min 0 s left", 62)
    assert not app.get("page_link")


def test_a_measured_run_that_goes_on_says_its_latest_figures(add, visit):
    add("a", log=events(), result=make_result())
    assert metrics(visit(script, run="a"))["Training accuracy"] == "63.0%"


def test_a_run_that_is_looked_at_is_noted_as_open(add, visit):
    add("a", FINISHED)
    visit(script, run="a")
    assert open_runs().ids() == {"a"}


def test_no_time_is_told_until_the_steps_tell_it(add, visit):
    add("a", log=[*events()][:2])
    assert progress(visit(script, run="a"))[0] == "Epoch 2 of 4 · step 10 of 40"


def test_after_its_last_step_a_run_is_still_in_its_last_epoch(add, visit):
    add("a", log=[*events(epochs=EPOCHS)][:-1])
    assert progress(visit(script, run="a")) == ("Epoch 4 of 4 · step 40 of 40 · about 0.0 s left", 100)


@pytest.fixture
def looks(monkeypatch):
    """Does `looks.then` at the first look for a run's first steps, instead of waiting for the next."""

    class Looks:
        count = 0

        def then(self):
            """Nothing, unless a test says otherwise."""

        def wait(self, _seconds):
            self.count += 1
            if self.count == 1:
                self.then()

    found = Looks()
    # Other threads sleep too.
    own = SimpleNamespace(sleep=found.wait, monotonic=time.monotonic, thread_time=time.thread_time)
    monkeypatch.setattr(live_run, "time", own)
    monkeypatch.setattr(live_run, "_AWAIT_SECONDS", math.inf)
    return found


@pytest.mark.parametrize("status", [QUEUED, STARTING, RUNNING])
def test_the_first_steps_are_shown_as_soon_as_they_are_taken(add, visit, looks, status):
    job_queue().compute.is_ready.set()
    record = add("a", status)

    def begin():
        record.log.append(*[*events()][:2])
        write_state(record.path, RunState(RUNNING))

    looks.then = begin
    app = visit(script, run="a")
    assert looks.count == 1
    assert progress(app)[0].startswith("Epoch 2 of 4 · step 10 of 40")
    assert len(curves(app.get("echarts_chart")[0])["single step"]) == 10


@pytest.mark.parametrize(
    ("status", "log", "is_ready"),
    [(STARTING, (), False), (PAUSED, (), True), (RUNNING, (*events(),), True), (MEASURING, (), True)],
)
def test_no_other_run_is_waited_for(add, visit, looks, status, log, is_ready):
    if is_ready:
        job_queue().compute.is_ready.set()
    add("a", status, log=log)
    visit(script, run="a")
    assert looks.count == 0


def test_a_run_whose_first_steps_take_long_is_drawn_without_them(add, visit, monkeypatch):
    job_queue().compute.is_ready.set()
    monkeypatch.setattr(live_run, "_AWAIT_SECONDS", 0.0)
    add("a", STARTING)
    assert progress(visit(script, run="a")) == ("Getting ready …", 0)


@pytest.mark.parametrize(
    ("status", "log", "text", "value"),
    [
        (PAUSED, (*events(),), "Epoch 3 of 4 · step 25 of 40", 62),
        (STARTING, (), "Loading PyTorch, once after the app has started …", 0),
        # It has left the queue, and its process has not begun.
        (QUEUED, (), "Loading PyTorch, once after the app has started …", 0),
    ],
)
def test_how_far_a_run_is_depends_on_what_it_does(add, visit, status, log, text, value):
    add("a", status, log)
    assert progress(visit(script, run="a")) == (text, value)


def test_a_run_that_is_being_measured_says_how_many_images_are_done(add, visit):
    record = add("a", MEASURING, (*events(),))
    assert progress(visit(script, run="a")) == ("Measuring the test set: 0 of 360 images", 0)
    write_state(record.path, RunState(MEASURING, measured=99))
    assert progress(visit(script, run="a")) == ("Measuring the test set: 99 of 360 images", 27)


def test_a_run_in_the_queue_says_its_place(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(ComputeClient, "train", lambda *_: None)
    runs = [job_queue().submit(make_config(), tmp_path) for _ in range(3)]
    assert [progress(visit(script, run=run.id))[0] for run in runs[1:]] == [
        "Waiting in the queue, place 1.",
        "Waiting in the queue, place 2.",
    ]


def test_a_finished_run_says_what_was_measured(add, visit):
    add("a", FINISHED, events(), result=make_result())
    add("b", FINISHED, result=make_result(val_accuracy=0.5, test_accuracy=0.4))
    app = visit(script, run="a")
    assert metrics(app) == {
        "Test accuracy": "87.65%",
        "Validation accuracy": "91.23%",
        "Training time": "1 min 23 s",
        "Parameters": "25,818",
    }
    assert not app.get("progress")
    assert not app.get("page_link"), "without weights there is nothing to try"
    find(app.button, "Use its settings").click().run()
    assert app.session_state[COPY_KEY] == "a"


def test_learning_rates_set_by_hand_are_told_with_their_steps(add, visit):
    add("a", FINISHED, [*events(), LrChanged(1200, 0.05), LrChanged(1500, 0.025)])
    assert "changed by hand to 0.05. After step 1,500 the base learning rate was changed by hand to 0.025." in texts(
        visit(script, run="a").caption
    )


def test_a_single_run_s_curves_are_its_own_losses_and_accuracies(add, visit):
    add("a", FINISHED, events())
    app = visit(script, run="a")
    app.session_state["smoothing"] = 0.0
    loss, accuracy = app.run().get("echarts_chart")
    points = [(step / STEPS_PER_EPOCH, 1.0 + step) for step in range(1, 26)]
    assert curves(loss) == {"single step": points, "smoothed": points}
    assert curves(accuracy) == {
        "train (running)": [(1, 61), (2, 62), (2.5, 63)],
        "validation": [(1, 71), (2, 72)],
    }


def test_smoothing_is_as_chosen(add, visit):
    add("a", FINISHED, events())
    app = visit(script, run="a")
    app.session_state["smoothing"] = 0.5
    # (0.5 · 0.5 · 2 + 0.5 · 3) / 0.75, after losses of 2 and 3.
    assert curves(app.run().get("echarts_chart")[0])["smoothed"][1] == (0.2, 2.6667)


def test_compared_runs_are_drawn_with_their_own_curves(add, visit):
    add("a", FINISHED, events(loss=1.0, accuracy=0.6))
    add("b", FINISHED, events(loss=5.0, accuracy=0.3))
    add("c", FINISHED, events(loss=9.0, accuracy=0.1, epochs=1))
    app = visit(script, run="b")
    app.session_state["smoothing"] = 0.0
    app.session_state[COMPARE_KEY] = ["c", "b", "gone", "a"]
    loss, accuracy = app.run().get("echarts_chart")
    assert not app.exception
    assert {name: points[-1] for name, points in curves(loss).items()} == {
        "Run b": (2.5, 30.0),
        "Run c": (1.5, 24.0),
        "Run a": (2.5, 26.0),
    }
    assert list(curves(loss)) == ["Run b", "Run c", "Run a"]
    assert curves(accuracy) == {
        "Run b": [(1, 41), (2, 42)],
        "Run c": [(1, 21)],
        "Run a": [(1, 71), (2, 72)],
    }


def test_compared_runs_have_their_own_rates_set_by_hand_and_the_longest_ends_the_axis(add, store, visit):
    add("a", FINISHED, events())
    long = make_run(store, "long", "Long", epochs=9)
    long.log.append(*events(epochs=8), LrChanged(20, 0.05))
    app = visit(script, run="a")
    app.session_state[COMPARE_KEY] = ["long"]
    for chart in app.run().get("echarts_chart"):
        spec = json.loads(chart.proto.spec)
        marks = {line["name"]: line.get("markLine", {"data": []})["data"] for line in spec["series"]}
        assert {name: [mark["xAxis"] for mark in found] for name, found in marks.items()} == {"Run a": [], "Long": [2]}
        assert spec["xAxis"]["max"] == 9


def test_the_other_runs_can_be_compared_with_but_no_trials(add, visit):
    add("a", FINISHED, result=make_result())
    add("b", FINISHED)
    add("c", RUNNING)
    add("t", FINISHED, tags={"sweep": "s"})
    app = visit(compare, run="b")
    assert find(app.multiselect, "Compare with").options == [
        "Run c · Digits (embedded) · running",
        "Run a · Digits (embedded) · 87.65%",
    ]
    # A trial is offered where it is compared already, as from the table.
    app.session_state[COMPARE_KEY] = ["t", "a", "b"]
    box = find(app.run().multiselect, "Compare with")
    assert [option.partition(" · ")[0] for option in box.options] == ["Run t", "Run c", "Run a"]
    assert box.value == ["t", "a"]


def test_the_more_visitors_watch_the_less_often_a_run_is_drawn_anew(add, visit, timers):
    add("a", log=events())
    visit(script, run="a")
    assert timers["live_run"] == 0.4
    for number in range(100):
        for _ in range(2):
            watchers().note(str(number), 0.01)
    visit(script, run="a")
    assert timers["live_run"] == 5.0


def test_a_page_that_draws_too_often_runs_again_with_another_timer(add, visit, timers, monkeypatch):
    add("a", log=events())
    wanted = [0.4, 2.0]
    # The first answer sets the timer.
    monkeypatch.setattr(Watchers, "seconds", lambda _: wanted.pop(0) if len(wanted) > 1 else wanted[0])
    app = visit(script, run="a")
    assert timers["live_run"] == 2.0
    assert metrics(app)["Samples a second"] == "503"


@pytest.mark.parametrize(("before", "after", "timer"), [(RUNNING, FINISHED, None), (INTERRUPTED, RUNNING, 0.4)])
def test_a_page_runs_again_with_another_timer_once_its_run_has_ended_or_goes_on(
    add, visit, timers, monkeypatch, before, after, timer
):
    record = add("a", log=events())
    write_state(record.path, RunState(before))
    get = RunStore.get

    def get_and_go_on(*arguments):
        found = get(*arguments)
        write_state(record.path, RunState(after))
        return found

    monkeypatch.setattr(RunStore, "get", get_and_go_on)
    visit(script, run="a")
    assert timers["live_run"] == timer


def heading(app):
    """What stands in the row of the run's name."""
    return container_of(app, app.subheader[0])


def test_while_presenting_a_run_in_training_is_steered_beside_its_name_and_its_curves_take_the_window(add, visit):
    add("a", log=events())
    app = visit(script, run="a")
    usual = len(heading(app))
    assert "dvh" not in styles(app)
    present(app)
    [pause] = [button for button in app.button if button.label == "Pause"]
    assert not is_hidden(app, pause)
    assert len(heading(app)) == usual + 1
    assert ".st-key-curves { --height: max(12rem, 100dvh" in styles(app)


def styles(app):
    return " ".join(html.proto.body for html in app.get("html"))


def test_while_presenting_what_leads_on_from_a_finished_run_is_hidden(add, visit):
    add("a", FINISHED, events(), result=make_result())
    app = present(visit(script, run="a"))
    assert is_hidden(app, find(app.button, "Use its settings"))
    assert not is_hidden(app, app.metric[0])


def test_while_presenting_a_run_that_was_cut_short_offers_nothing(add, visit):
    record = add("a", INTERRUPTED, events())
    record.checkpoint_file.touch()
    app = present(visit(script, run="a"))
    assert is_hidden(app, find(app.button, "Resume"))
    assert is_hidden(app, find(app.button, "Begin again"))
