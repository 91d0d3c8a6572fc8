"""The Sweep page, as a visitor without a browser."""

from functools import partial

import pytest

from core import settings
from core.execution.executors import Workers
from core.runs.record import RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.records import SweepStore, best_trial
from core.sweep.search_space import SearchSpace
from pages.components.sweep.services import sweep_manager
from tests.made import wait_until
from tests.sweeps import add_trial, make_space, make_trials


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


@pytest.fixture
def visit(visit_script):
    """Opens the Sweep page; see `visit_script`."""
    return partial(visit_script, "sweep")


def find(elements, label):
    return next(element for element in elements if element.label == label)


def has(elements, label):
    return any(element.label == label for element in elements)


def texts(elements):
    return " ".join(str(element.value) for element in elements)


def choose_quick(app):
    return find(app.selectbox, "Recipe").select("quick-sweep").run()


def values(app):
    """The two fields with the values that are tried."""
    return [element for element in app.text_input if element.label == "Values"]


def test_a_first_visit_shows_the_tutorials_sweep_as_prepared(visit):
    app = visit()
    assert not app.exception
    assert not app.error
    assert find(app.selectbox, "Recipe").value == "mlp-sweep"
    assert [find(app.selectbox, side).value for side in ("Rows", "Columns")] == ["hidden", "batch_size"]
    assert [field.value for field in values(app)] == ["32-32, 64-64, 128-128, 256-256", "8, 16, 32, 64"]
    # What is varied has no single value.
    assert not has(app.number_input, "Batch size")
    assert not has(app.text_input, "Hidden layers")
    assert (find(app.number_input, "Epochs").value, find(app.number_input, "Learning rate").value) == (10, 0.01)


def test_without_the_data_files_the_page_offers_the_embedded_digits(visit):
    app = visit()
    assert not has(app.button, "Start")
    next(button for button in app.button if "embedded" in button.label).click().run()
    assert find(app.selectbox, "Data set").value == "digits"
    assert find(app.button, "Start")


def test_start_trains_every_cell_and_shows_the_best(visit, sweeps):
    app = choose_quick(visit())
    find(app.number_input, "Epochs").set_value(1)
    for field, text in zip(values(app), ("0.001, 0.01", "32, 64"), strict=True):
        field.set_value(text)
    app.run()
    assert "**4 networks**" in texts(app.caption)
    find(app.button, "Start").click().run()
    assert not app.exception
    [sweep] = sweeps.all()
    assert app.query_params["sweep"] == sweep.id
    assert list(sweep.space.grid.values()) == [(0.001, 0.01), (32, 64)]
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    app.run()
    trials = sweeps.trials(sweep)
    assert [trial.status for trial in trials] == ["finished"] * 4
    best = best_trial(trials)
    assert find(app.metric, "Validation accuracy").value == f"{best.val_accuracy:.2%}"
    assert find(app.metric, "Test accuracy").value == f"{best.record.result.test_accuracy:.2%}"
    assert f"**Best cell**: {sweep.space.describe(best.number)}" in texts(app.markdown)
    assert "Learning rate: " in texts(app.markdown)


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


def test_resume_trains_what_is_left(visit, sweeps):
    sweep = make_trials(sweeps, make_space(lr=(0.01, 0.02)), [0.8])
    done = sweeps.trials(sweep)[0].record
    app = visit(sweep=sweep.id)
    find(app.button, "Resume").click().run()
    assert not app.exception
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert [trial.status for trial in sweeps.trials(sweep)] == ["finished", "finished"]
    assert sweeps.trials(sweep)[0].record == done
    assert not has(app.run().button, "Resume")


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


def test_a_cell_opens_its_run(visit, sweeps, store):
    sweep = make_trials(sweeps, make_space(lr=(0.1, 0.2, 0.3)), [0.8])
    failed = add_trial(store, sweep, 1, reason="The loss became inf.")
    app = visit(sweep=sweep.id)
    box = find(app.selectbox, "Cell")
    assert box.options == ["Learning rate 0.1 · 80.00%", "Learning rate 0.2 · Failed", "Learning rate 0.3 · Waiting"]
    box.select(1).run()
    assert "The loss became inf." in texts(app.error)
    [link] = [link.proto for link in app.get("page_link") if link.proto.label == "Open its run"]
    assert (link.page, f"run={failed.id}" in link.query_string) == ("train", True)
    find(app.selectbox, "Cell").select(2).run()
    assert "waits for its turn" in texts(app.caption)


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
    assert app.query_params["sweep"] == other.id


def test_a_sweep_edited_by_hand_is_reported_and_the_others_shown(visit, sweeps):
    good = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.7, 0.8])
    bad = sweeps.create(make_space(lr=(0.1, 0.2)))
    (bad.path / "sweep.json").write_text("{}")
    app = visit()
    assert not app.exception
    assert f"The sweep {bad.id} cannot be read" in texts(app.caption)
    assert app.query_params["sweep"] == good.id


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ("0.1, 0.1", "8", "Learning rate has the value 0.1 twice"),
        ("0.1, many", "8", "Learning rate is 'many'; it must be a number above 0, at most 100"),
        ("", "8", "Learning rate has no values to try"),
        ("0.1", "8, 0", "Batch size is 0; it must be a whole number from 1 to 60,000"),
        (
            ",".join(f"0.{n}" for n in range(1001, 1101)),
            ",".join(map(str, range(1, 101))),
            "10,000 cells (100 × 100); at most 400",
        ),
    ],
)
def test_what_cannot_be_tried_is_named_and_cannot_be_started(visit, rows, columns, words):
    app = choose_quick(visit())
    first, second = values(app)
    first.set_value(rows)
    second.set_value(columns)
    app.run()
    assert words in texts(app.error)
    assert find(app.button, "Start").disabled
    assert not app.exception


def test_what_is_varied_follows_the_architecture_and_gets_values_of_its_own(visit):
    app = choose_quick(visit())
    find(app.selectbox, "Rows").select("dropout").run()
    assert values(app)[0].value == "0, 0.45, 0.9"
    find(app.selectbox, "Architecture").select("softmax").run()
    assert not app.exception
    assert find(app.selectbox, "Rows").value == "optimizer"
    assert values(app)[0].value == "sgd, adam, adamw, adadelta"
    assert "Dropout" not in find(app.selectbox, "Columns").options
    find(app.selectbox, "Columns").select("").run()
    assert "**4 networks**" in texts(app.caption)
    assert len(values(app)) == 1


def test_start_takes_what_was_chosen_at_the_last_moment(visit, sweeps):
    app = choose_quick(visit())
    # As when a slow server hears of both at once.
    find(app.number_input, "Epochs").set_value(2)
    find(app.button, "Start").click().run()
    [sweep] = sweeps.all()
    assert sweep.space.base.epochs == 2
    sweep_manager().stop(sweep)
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)


def test_a_visitor_cannot_name_a_cluster_and_without_one_is_not_asked(visit):
    app = choose_quick(visit())
    assert not any("dask" in str(element.proto).lower() for element in app.main)
    assert not has(app.get("button_group"), "Networks are trained by")


def test_the_operators_cluster_can_be_chosen_and_that_it_does_not_answer_is_said(visit, sweeps, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv(settings.DASK_VARIABLE, "nowhere")
    app = choose_quick(visit())
    assert "on the Dask cluster" not in texts(app.caption)
    find(app.get("button_group"), "Networks are trained by").set_value("cluster").run()
    assert "on the Dask cluster" in texts(app.caption)
    find(app.button, "Start").click().run()
    [sweep] = sweeps.all()
    wait_until(lambda: not sweep_manager().is_running(sweep))
    app.run()
    assert "No Dask scheduler answers at 'nowhere'" in texts(app.error)
    assert has(app.button, "Resume")


def test_while_a_sweep_runs_no_other_can_be_started(visit, tmp_path):
    space = make_space(lr=(0.01,))
    app = choose_quick(visit())
    long = SearchSpace(space.base.replace(epochs=1000), space.grid)
    sweep = sweep_manager().start(long, "long", tmp_path, Workers())
    app.run()
    assert find(app.button, "Start").disabled
    sweep_manager().stop(sweep)
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert not find(app.run().button, "Start").disabled


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
    assert "A sweep trains one network" in texts(app.info)
