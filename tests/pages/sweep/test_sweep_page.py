"""The Sweep page, as a visitor without a browser."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from core.execution.executors import Workers
from core.runs.record import RunState, write_state
from core.settings import data_root
from core.storage.locks import hold_in_queue
from core.sweep.manager import SweepManager
from pages.components.sweep.services import sweep_manager
from tests.made import wait_until
from tests.pages.drawing import find, texts
from tests.pages.frontend import cell_texts, click_cell
from tests.pages.presenting import is_hidden, present
from tests.pages.sweep.seen import has
from tests.sweeps import add_trial, make_space, make_trials


def test_a_running_sweep_shows_how_far_it_is_and_can_be_stopped(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2), batch_size=(16, 32)), [0.8])
    half = add_trial(store, sweep, 1)
    write_state(half.path, RunState("running", step=1, total_steps=2))
    locks = [hold_in_queue(sweep.path), hold_in_queue(half.path)]
    app = visit(sweep=sweep.id)
    assert not app.exception
    [bar] = app.get("progress")
    assert bar.proto.text == "1 of 4 networks done · about 4 s left"
    assert bar.proto.value == 37
    # Chosen from all cells or not at all, so the test set is not looked at yet.
    assert "**Best so far**" in texts(app.markdown)
    assert find(app.metric, "Test accuracy").value == "–"
    find(app.button, "Stop").click().run()
    assert find(app.button, "Stop").disabled
    for lock in locks:
        lock.release()
    app.run()
    assert has(app.button, "Resume")
    assert not has(app.button, "Stop")


def test_before_its_first_result_a_sweep_tells_its_time_by_runs_like_its_own(visit, sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    add_trial(store, sweeps.create(sweep.space), 0, accuracy=0.8)
    lock = hold_in_queue(sweep.path)
    [bar] = visit(sweep=sweep.id).get("progress")
    assert bar.proto.text == "0 of 2 networks done · about 4 s left"
    lock.release()


def ended():
    import streamlit as st

    from core.execution.executors import Workers
    from pages.components.sweep import view
    from pages.components.sweep.services import sweep_store

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    view._draw(sweep_store().all()[0], Workers(), was_running=st.session_state["runs"] == 1)


def test_once_a_sweep_has_ended_the_page_runs_again_without_a_timer(sweeps):
    make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.8, 0.7])
    app = AppTest.from_function(ended, default_timeout=30).run()
    assert not app.exception
    assert app.session_state["runs"] == 2


def test_a_complete_sweep_tells_its_best_cell_s_figures_and_rests(visit, sweeps, timers):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2), batch_size=(16, 32)), [0.8, 0.7, 0.9, 0.6])
    app = visit(sweep=sweep.id)
    assert "**Best cell**: Learning rate 0.2 · Batch size 16" in texts(app.markdown)
    assert find(app.metric, "Validation accuracy").value == "90.00%"
    assert find(app.metric, "Test accuracy").value == "89.00%"
    assert not app.get("progress")
    assert timers["view"] is None
    lock = hold_in_queue(sweep.path)
    visit(sweep=sweep.id)
    lock.release()
    assert timers["view"] == 1.0


def test_resume_trains_what_is_left(visit, sweeps):
    sweep = make_trials(sweeps, make_space(lr=(0.01, 0.02)), [0.8])
    done = sweeps.trials(sweep)[0].record
    app = visit(sweep=sweep.id)
    assert "Stopped" in texts(app.markdown)
    find(app.button, "Resume").click().run()
    assert not app.exception
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert [trial.status for trial in sweeps.trials(sweep)] == ["finished", "finished"]
    assert sweeps.trials(sweep)[0].record == done
    assert not has(app.run().button, "Resume")
    assert "Finished" in texts(app.markdown)
    assert "Stopped" not in texts(app.markdown)


def test_resume_leaves_the_failed_ones_as_they_are(visit, sweeps, store, monkeypatch):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2, 0.3)), [0.8])
    add_trial(store, sweep, 1, reason="The loss became inf.")
    app = visit(sweep=sweep.id)
    asked = []
    monkeypatch.setattr(SweepManager, "resume", lambda _, *arguments: asked.append(arguments))
    find(app.button, "Resume").click().run()
    assert asked == [(sweep.id, data_root(), Workers(), False, None)]


def test_a_failed_cell_is_said_with_its_reason_beside_the_others(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 100.0)), [0.8])
    failed = add_trial(store, sweep, 1, reason="The loss became inf in step 22.")
    app = visit(sweep=sweep.id)
    assert "Learning rate 100: The loss became inf in step 22." in texts(app.caption)
    assert find(app.metric, "Validation accuracy").value == "80.00%"
    assert not has(app.button, "Resume")
    find(app.button, "Try the failed ones again").click().run()
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert store.get(failed.id).state.status == "finished"


def test_many_failures_are_counted_and_only_the_failed_ones_are_tried_again(visit, sweeps, store, monkeypatch):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)), [0.8])
    for number in range(1, 6):
        add_trial(store, sweep, number, reason=f"The loss became inf in step {number}.")
    app = visit(sweep=sweep.id)
    assert [f"in step {number}." in texts(app.caption) for number in range(1, 6)] == [True] * 3 + [False] * 2
    assert "2 more have failed" in texts(app.caption)
    asked = []
    monkeypatch.setattr(SweepManager, "resume", lambda _, *arguments: asked.append(arguments))
    find(app.button, "Try the failed ones again").click().run()
    assert asked == [(sweep.id, data_root(), Workers(), True, None)]


def test_a_cell_opens_its_run(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2, 0.3)), [0.8])
    failed = add_trial(store, sweep, 1, reason="The loss became inf.")
    app = visit(sweep=sweep.id)
    box = find(app.selectbox, "Cell")
    assert box.options == ["Learning rate 0.1 · 80.00%", "Learning rate 0.2 · failed", "Learning rate 0.3 · waiting"]
    box.select(1).run()
    assert "The loss became inf." in texts(app.error)
    [link] = [link.proto for link in app.get("page_link") if link.proto.label == "Open its run"]
    assert (link.page, f"run={failed.id}" in link.query_string) == ("train", True)
    assert not {"Draw for it", "See its mistakes"} & {link.proto.label for link in app.get("page_link")}
    done = sweeps.trials(sweep)[0].record
    done.weights_file.write_bytes(b"weights")
    find(app.selectbox, "Cell").select(0).run()
    assert [(link.proto.label, link.proto.page, link.proto.query_string) for link in app.get("page_link")] == [
        ("Open its run", "train", f"run={done.id}"),
        ("Draw for it", "draw", f"run={done.id}"),
        ("See its mistakes", "evaluate", f"run={done.id}"),
    ]
    find(app.selectbox, "Cell").select(2).run()
    assert "waits for its turn" in texts(app.caption)


def test_the_map_has_a_row_for_each_value_of_the_first_setting_and_a_click_on_a_cell_chooses_it(visit, sweeps):
    accuracies = [0.81, 0.82, 0.83, 0.84, 0.85, None]
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32)), accuracies)
    app = visit(sweep=sweep.id)
    assert cell_texts(app) == {
        (0, 0): "81.00",
        (0, 1): "82.00",
        (0, 2): "83.00",
        (1, 0): "84.00",
        (1, 1): "★ 85.00",
        (1, 2): "·",
    }
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    assert (layout["yaxis"]["title"]["text"], layout["yaxis"]["ticktext"]) == ("Learning rate", ["0.1", "0.2"])
    assert (layout["xaxis"]["title"]["text"], layout["xaxis"]["ticktext"]) == ("Batch size", ["8", "16", "32"])
    click_cell(app, (1, 0))
    box = find(app.selectbox, "Cell")
    assert box.options[box.value] == "Learning rate 0.2 · Batch size 8 · 84.00%"
    assert "shape-group:nth-of-type(4)" in style(app)
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Open its run"] == f"run={sweeps.trials(sweep)[3].record.id}"
    click_cell(app, (0, 2))
    assert find(app.selectbox, "Cell").value == 2
    assert "shape-group:nth-of-type(3)" in style(app)
    click_cell(app, None)
    assert find(app.selectbox, "Cell").value is None
    assert "nth-of-type" not in style(app)


def style(app):
    return " ".join(html.proto.body for html in app.get("html") if "st-key-sweep_map " in html.proto.body)


def test_the_sweep_in_the_address_is_shown_and_another_can_be_chosen(visit, sweeps):
    first, second = (sweeps.create(make_space(lr=(0.1, 0.2)), name) for name in ("First", "Second"))
    app = visit(sweep=first.id)
    assert find(app.selectbox, "Sweeps so far").value == first.id
    find(app.selectbox, "Sweeps so far").select(second.id).run()
    assert app.query_params["sweep"] == second.id
    assert "Second" in texts(app.subheader)


def test_an_unknown_sweep_in_the_address_is_said_and_the_page_stays_usable(visit, sweeps):
    app = visit(sweep="20200101-000000-mlp-abcd")
    assert "There is no sweep '20200101-000000-mlp-abcd'." in texts(app.warning)
    assert find(app.selectbox, "Recipe")
    other = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.7, 0.8])
    app = visit(sweep="nothing")
    assert "There is no sweep 'nothing'. Here is another one." in texts(app.warning)
    assert other.name in texts(app.subheader)


def test_names_and_the_address_are_shown_as_they_stand(visit, sweeps, store):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)), "[x](http://x)")
    for number in range(2):
        add_trial(store, sweep, number, accuracy=0.8)
    app = visit(sweep="![y](http://y)")
    assert r"\!\[y\](http\://y)" in texts(app.warning)
    assert app.subheader[0].value == r"\[x\](http\://x)"
    find(app.button, "Delete").click().run()
    assert r"“\[x\](http\://x)” and its 2 runs" in texts(app.markdown)


def test_a_sweep_edited_by_hand_is_reported_and_the_others_shown(visit, sweeps):
    good = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.7, 0.8])
    bad = sweeps.create(make_space(lr=(0.1, 0.2)))
    (bad.path / "sweep.json").write_text("{}")
    app = visit()
    assert not app.exception
    assert f"{bad.id}/sweep.json: " in texts(app.caption)
    assert good.name in texts(app.subheader)


def test_a_sweep_is_deleted_with_its_runs_after_asking(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.7, 0.8])
    app = visit(sweep=sweep.id)
    find(app.button, "Delete").click().run()
    assert "and its 2 runs will be gone for good" in texts(app.markdown)
    assert sweeps.all() == [sweep]
    app.button(key="delete_sweep").click().run()
    assert not app.exception
    assert sweeps.all() == []
    assert all(record.bundled for record in store.all())
    assert "sweep" not in app.query_params
    assert not any("“" in element.value for element in app.markdown)


def test_a_sweep_over_seeds_shows_means_differences_and_a_link_to_each_run(visit, sweeps):
    space = make_space(3, lr=(0.1, 0.2, 0.3), batch_size=(16,))
    sweep = make_trials(sweeps, space, [0.80, 0.90, 0.901, 0.81, 0.92, 0.918, 0.80, 0.91, 0.912])
    app = visit()
    assert not app.exception
    assert cell_texts(app)[2, 0] == "★ 91.03<br>± 0.86"
    assert find(app.metric, "Validation accuracy").value == "91.03%"
    assert find(app.metric, "Test accuracy").value == "90.03%"
    assert "is better than 1 of the other 2 cells by more than chance" in texts(app.markdown)
    find(app.selectbox, "Cell").select_index(1).run()
    for trial in sweeps.trials(sweep)[1::3]:
        assert f"Seed {trial.config.seed}: {trial.val_accuracy:.2%}" in texts(app.caption)


@pytest.mark.parametrize(("seeds", "are_named"), [(1, False), (2, True)])
def test_a_chosen_cell_s_networks_are_named_by_their_seeds_where_there_are_several(visit, sweeps, seeds, are_named):
    make_trials(sweeps, make_space(seeds, lr=(0.1, 0.2)), [0.8, 0.9] * seeds)
    app = visit()
    find(app.selectbox, "Cell").select_index(1).run()
    assert ("Seed 1: 90.00%" in texts(app.caption)) is are_named


def test_a_failure_names_its_seed_where_each_cell_has_several(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(2, lr=(0.1, 100.0)), [0.8])
    add_trial(store, sweep, 3, reason="The loss became inf.")
    seed = sweep.space.base.seed + 1
    assert f"Learning rate 100 · Seed {seed}: The loss became inf." in texts(visit(sweep=sweep.id).caption)


def test_only_one_setting_over_several_seeds_has_error_bars(visit, sweeps):
    once = make_trials(sweeps, make_space(1, lr=(0.1, 0.2)), [0.8, 0.9])
    twice = make_trials(sweeps, make_space(2, lr=(0.1, 0.2)), [0.8, 0.9, 0.81, 0.92])
    assert [len(visit(sweep=sweep.id).get("plotly_chart")) for sweep in (once, twice)] == [1, 2]


def map_width(app):
    """How wide the map may be, in pixels."""
    [width] = re.findall(
        r"st-key-sweep_map { max-width: (\d+)px", " ".join(html.proto.body for html in app.get("html"))
    )
    return int(width)


def test_while_presenting_the_map_grows_and_nothing_can_be_deleted(visit, sweeps):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2), batch_size=(16, 32)), [0.8, 0.7, 0.9, 0.6])
    app = visit(sweep=sweep.id)
    width = map_width(app)
    present(app)
    assert map_width(app) == 1.5 * width
    assert is_hidden(app, find(app.button, "Delete"))
    [download] = app.get("download_button")
    assert is_hidden(app, download)
