"""The Train page, as a visitor without a browser."""

import json

import pytest

from core.runs.record import RunState, write_state
from core.runs.store import RunStore
from core.storage.locks import hold_in_queue
from core.texts.message import message
from pages.components.runs.curves import legend_names
from pages.components.shell.services import job_queue
from tests.made import make_config, wait_until
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_run


def axis_ends(app):
    return [json.loads(chart.proto.spec)["xAxis"]["max"] for chart in app.get("echarts_chart")]


def test_only_while_a_run_is_active_the_page_draws_itself_again(visit, store, timers):
    record = make_run(store, "a", state=RunState("running"))
    lock = hold_in_queue(record.path)
    visit(run="a")
    assert 0 < timers["live_run"] < 1
    assert 0 < timers["runs_table"] < 5
    lock.release()
    visit(run="a")
    assert (timers["live_run"], timers["runs_table"]) == (None, None)


def heading(app):
    return app.subheader[0].value


def come_back(app):
    """Visit another page and come back by a link without a run."""
    app.switch_page("pages/home.py").run()
    app.query_params.clear()
    return app.switch_page("pages/train.py").run()


def test_without_one_in_the_address_the_run_in_training_is_shown_or_the_last_looked_at_or_the_newest(visit, store):
    for run_id in "abc":
        make_run(store, run_id)
    # The oldest and the newest of all.
    for run_id in "0t":
        make_run(store, run_id, "A trial", RunState("running"), tags={"sweep": "s"})
    app = visit()
    assert heading(app) == "c"
    assert find(app.multiselect, "Compare with")
    app = visit(run="a")
    assert heading(app) == "a"
    assert heading(come_back(app)) == "a"
    write_state(store.get("b").path, RunState("running"))
    locks = [hold_in_queue(store.get(run_id).path) for run_id in "0bt"]
    assert heading(come_back(app)) == "b"
    # One that waits behind it is newer.
    write_state(store.get("c").path, RunState("queued"))
    locks.append(hold_in_queue(store.get("c").path))
    assert heading(come_back(app)) == "b"
    for lock in locks:
        lock.release()


def test_an_unknown_run_in_the_address_is_said_and_the_page_stays_usable(visit):
    app = visit(run="20200101-000000-mlp-abcd", dataset="digits")
    assert "20200101-000000-mlp-abcd" in texts(app.warning)
    assert find(app.button, "Start")


def test_an_unknown_run_stays_said_once_the_address_holds_the_one_that_is_shown_instead(visit, store):
    for run_id in "ab":
        make_run(store, run_id)
    app = visit(run="nope")
    assert heading(app) == "b"
    # The browser replaces it.
    app.query_params["run"] = "b"
    assert "There is no run 'nope'" in texts(app.run().warning)
    assert "There is no run 'nope'" in texts(app.run().warning)
    app.query_params["run"] = "a"
    assert "There is no run" not in texts(app.run().warning)


def test_a_failed_run_says_why(visit, store):
    record = store.create(make_config())
    write_state(record.path, RunState("failed", message("The loss became nan in step 3.")))
    app = visit(run=record.id)
    assert "The loss became nan in step 3." in texts(app.error)


def test_an_interrupted_run_can_be_resumed(visit, store):
    record = store.create(make_config())
    app = visit(run=record.id)
    find(app.button, "Resume").click().run()
    assert not app.exception
    wait_until(lambda: store.get(record.id).result)


def test_stop_takes_a_queued_run_out_of_the_queue(visit, store, tmp_path):
    visit(dataset="digits")
    busy = job_queue().submit(make_config(epochs=1000), tmp_path)
    waiting = job_queue().submit(make_config(), tmp_path)
    app = visit(run=waiting.id)
    assert "place 1" in " ".join(bar.proto.text for bar in app.get("progress"))
    find(app.button, "Stop").click().run()
    assert store.get(waiting.id).state.status == "stopped"
    job_queue().stop(busy.id)
    wait_until(lambda: not store.get(busy.id).is_active)


def test_a_run_folder_edited_by_hand_is_reported_and_the_others_shown(visit, runs_folder):
    store = RunStore(runs_folder)
    good, bad = store.create(make_config(), "good one"), store.create(make_config())
    values = json.loads((bad.path / "config.json").read_text())
    values["config"]["epochs"] = 0
    (bad.path / "config.json").write_text(json.dumps(values))
    app = visit()
    assert not app.exception
    table = app.dataframe[0].value.set_index("Name")
    assert table.loc[bad.id, "Status"] == "Damaged"
    assert "epochs is 0" in table.loc[bad.id, "Problem"]
    assert table.loc[good.name, "Status"] == "Interrupted"


def test_the_trials_of_sweeps_are_shown_on_request(visit, store):
    store.create(make_config(), "my run")
    store.create(make_config(), "a trial", {"sweep": "s1"})
    app = visit()
    assert "a trial" not in list(app.dataframe[0].value["Name"])
    find(app.toggle, "Show trials of sweeps (1)").set_value(True).run()
    assert {"my run", "a trial"} <= set(app.dataframe[0].value["Name"])


def test_a_request_that_cannot_be_passed_on_is_said_and_stays_said(visit, store, tmp_path):
    visit(dataset="digits")
    record = job_queue().submit(make_config(epochs=1000), tmp_path)
    wait_until(lambda: store.get(record.id).state.status == "running")
    app = visit(run=record.id)
    # A folder in the file's place: nothing can be written there.
    (record.path / "control.json").mkdir()
    find(app.button, "Pause").click().run()
    assert not app.exception
    assert app.error
    said = texts(app.error)
    app.run()
    assert texts(app.error) == said
    (record.path / "control.json").rmdir()
    find(app.button, "Stop").click().run()
    assert not app.error
    wait_until(lambda: not store.get(record.id).is_active)


def test_a_learning_rate_that_is_not_allowed_is_refused_in_words(visit, store, tmp_path):
    visit(dataset="digits")
    record = job_queue().submit(make_config(epochs=1000), tmp_path)
    wait_until(lambda: store.get(record.id).state.status == "running")
    app = visit(run=record.id)
    find(app.number_input, "Base learning rate from now on").set_value(-1.0)
    find(app.button, "Apply").click().run()
    assert "Learning rate is -1; it must be a number above 0" in texts(app.error)
    job_queue().stop(record.id)
    wait_until(lambda: not store.get(record.id).is_active)


def test_a_first_visitor_is_asked_to_start_and_not_shown_another_s_run(visit):
    app = visit(dataset="digits")
    assert find(app.button, "Start")
    assert "An example" in texts(app.markdown)
    assert not app.query_params.get("run")


def test_before_the_first_run_a_bundled_one_of_the_recipe_shows_what_curves_look_like(visit):
    app = visit(recipe="fashion-softmax")
    assert "**An example**: Fashion softmax regression, trained before." in texts(app.markdown)
    find(app.button, "Train one like it").click().run()
    assert not app.exception
    assert find(app.selectbox, "Data set").value == "fashion-mnist"


def test_a_recipe_without_a_bundled_run_shows_one_of_its_architecture_whose_settings_the_form_can_take(visit):
    app = visit(recipe="quick-start")
    assert "**An example**: Deep MLP" in texts(app.markdown)
    find(app.button, "Train one like it").click().run()
    assert not app.exception
    assert find(app.text_input, "Hidden layers").value == "512-256-128-64"


def test_an_open_run_can_give_its_settings_to_the_form(visit, store):
    record = make_run(store, "a", lr=0.25)
    make_run(store, "b", lr=0.5)
    app = visit(run=record.id)
    find(app.button, "Use its settings").click().run()
    assert find(app.number_input, "Learning rate").value == 0.25


def test_the_epochs_shown_reach_to_the_end_of_the_longest_compared_run(visit, store):
    short, long = store.create(make_config(epochs=7)), store.create(make_config(epochs=25))
    app = visit(run=short.id)
    find(app.slider, "Epochs shown").set_value((1.4, 2.8)).run()
    find(app.multiselect, "Compare with").set_value([long.id]).run()
    assert not app.exception
    assert axis_ends(app) == [0.1, 0.1]
    # What was chosen among 7 epochs is given up, not stretched.
    assert (find(app.slider, "Epochs shown").max, find(app.slider, "Epochs shown").value) == (25, (0, 25))
    find(app.slider, "Epochs shown").set_value((20.0, 25.0)).run()
    assert axis_ends(app) == [25, 25]
    find(app.multiselect, "Compare with").set_value([]).run()
    assert not app.exception
    assert (find(app.slider, "Epochs shown").max, find(app.slider, "Epochs shown").value) == (7, (0, 7))
    assert axis_ends(app) == [0.1, 0.1]


def test_the_legend_calls_runs_by_their_names_and_adds_more_only_where_two_are_alike(store):
    one, two, other = (store.create(make_config(), name) for name in ("same", "same", "other"))
    names = legend_names([one, two, other])
    assert names[other.id] == "other"
    assert names[one.id] != names[two.id]
    assert all(names[run.id].startswith("same · ") for run in (one, two))


@pytest.mark.parametrize(
    ("settings", "epoch", "val_accuracy", "words"),
    [
        ({}, 71, 0.9, "those after epoch 71, which did best on the validation images."),
        ({"keep_best": False}, 3, 0.9, "those after epoch 3, the last one done."),
        ({"val_fraction": 0.0}, 3, None, "those after epoch 3, the last one done."),
        ({}, None, None, "it stopped within its first epoch."),
    ],
)
def test_the_figures_say_which_weights_they_are_of(visit, add_run, settings, epoch, val_accuracy, words):
    folder = add_run("ended", **settings)
    result = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(result | {"kept_epoch": epoch, "val_accuracy": val_accuracy}))
    app = visit(run="ended")
    assert not app.exception
    for label in ("Test accuracy", "Validation accuracy"):
        assert find(app.metric, label).proto.help.endswith(words)


def test_a_run_leads_to_drawing_for_it_and_to_its_mistakes_also_where_it_reads_clothes(visit, add_run):
    add_run("a")
    add_run("clothes", dataset="fashion-mnist")
    app = visit(run="clothes")
    assert [(link.proto.label, link.proto.page, link.proto.query_string) for link in app.get("page_link")] == [
        ("See its mistakes", "evaluate", "run=clothes"),
        ("Try it on a picture", "draw", "run=clothes"),
    ]
