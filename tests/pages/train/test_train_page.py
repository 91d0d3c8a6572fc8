"""The Train page, as a visitor without a browser."""

import json
from functools import partial

import pytest

from core.config.recipes import RECIPES
from core.runs.record import RunState, write_state
from core.runs.store import RunStore
from core.texts.message import message
from pages.components.runs.curves import legend_names
from pages.components.shell.services import job_queue
from tests.made import make_config, wait_until


@pytest.fixture
def visit(visit_script):
    """Opens the Train page; see `visit_script`."""
    return partial(visit_script, "train")


def find(elements, label):
    return next(element for element in elements if element.label == label)


def texts(elements):
    return " ".join(str(element.value) for element in elements)


def axis_ends(app):
    return [json.loads(chart.proto.spec)["xAxis"]["max"] for chart in app.get("echarts_chart")]


def test_a_first_visit_shows_the_form_and_no_error(visit):
    app = visit(dataset="digits")
    assert not app.exception
    assert not app.error
    assert find(app.selectbox, "Data set").value == "digits"
    assert find(app.button, "Start")


def test_start_trains_a_run_which_stays_in_the_address(visit, store):
    app = visit(dataset="digits", arch="softmax")
    find(app.number_input, "Epochs").set_value(2).run()
    find(app.button, "Start").click().run()
    assert not app.exception
    [record] = store.all()
    assert app.query_params["run"] == record.id
    wait_until(lambda: store.get(record.id).result)
    app.run()
    assert record.config.epochs == 2
    assert find(app.metric, "Test accuracy").value == f"{store.get(record.id).result.test_accuracy:.2%}"


def test_start_takes_what_was_typed_at_the_last_moment(visit, store):
    app = visit(dataset="digits", arch="softmax")
    # As when a slow server hears of both at once.
    find(app.number_input, "Epochs").set_value(3)
    find(app.button, "Start").click().run()
    [record] = store.all()
    assert record.config.epochs == 3
    wait_until(lambda: store.get(record.id).result)


def test_a_second_visitor_sees_the_same_run_and_starts_none(visit, store):
    first = visit(dataset="digits", arch="softmax")
    find(first.button, "Start").click().run()
    [record] = store.all()
    second = visit(run=record.id)
    assert not second.exception
    assert [run.id for run in store.all()] == [record.id]
    assert record.name in texts(second.subheader)
    wait_until(lambda: store.get(record.id).result)


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Epochs", 0, "Epochs is 0; it must be a whole number from 1 to 1,000"),
        ("Learning rate", 0.0, "Learning rate is 0.0; it must be a number above 0, at most 100"),
        ("Learning rate", -1.0, "Learning rate is -1.0"),
        ("Batch size", 2000, "Batch size is 2,000; Digits (embedded) leaves"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_and_cannot_be_started(visit, label, value, words):
    app = visit(dataset="digits")
    find(app.number_input, label).set_value(value).run()
    assert words in texts(app.error)
    assert find(app.button, "Start").disabled
    assert not app.exception


def test_hidden_layers_that_are_no_sizes_are_explained(visit):
    app = visit(dataset="digits")
    find(app.text_input, "Hidden layers").set_value("128, many").run()
    assert "1 to 8 whole numbers from 1 to 4096" in texts(app.error)


@pytest.mark.parametrize(("parameter", "words"), [("arch", "architecture 'x'"), ("recipe", "recipe 'x'")])
def test_an_unknown_name_in_the_address_is_named_with_the_known_ones(visit, parameter, words):
    app = visit(**{parameter: "x"})
    assert words in texts(app.warning)
    assert "cnn" in texts(app.warning)


def test_an_unknown_run_in_the_address_is_said_and_the_page_stays_usable(visit):
    app = visit(run="20200101-000000-mlp-abcd", dataset="digits")
    assert "20200101-000000-mlp-abcd" in texts(app.warning)
    assert find(app.button, "Start")


def test_a_recipe_fills_every_field_and_changes_are_listed(visit):
    app = visit(recipe="cnn")
    recipe = RECIPES["cnn"].config
    assert find(app.selectbox, "Architecture").value == "cnn"
    assert find(app.number_input, "Learning rate").value == recipe.lr
    assert "Differs" not in texts(app.caption)
    find(app.number_input, "Learning rate").set_value(0.5).run()
    assert "Differs from the recipe: learning rate 1 → **0.5**" in texts(app.caption)


def test_the_form_is_kept_when_another_page_is_visited(visit):
    app = visit(dataset="digits")
    find(app.number_input, "Epochs").set_value(7).run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert find(app.number_input, "Epochs").value == 7


def test_without_the_data_files_the_page_offers_the_embedded_digits(visit):
    app = visit(dataset="mnist")
    assert all(button.label != "Start" for button in app.button)
    next(button for button in app.button if "embedded" in button.label).click().run()
    assert find(app.selectbox, "Data set").value == "digits"
    assert find(app.button, "Start")


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
    assert "Learning rate is -1.0; it must be a number above 0" in texts(app.error)
    job_queue().stop(record.id)
    wait_until(lambda: not store.get(record.id).is_active)


def test_a_first_visitor_is_asked_to_start_and_not_shown_another_s_run(visit):
    app = visit(dataset="digits")
    assert "Start a run" in texts(app.info)


def test_an_open_run_can_give_its_settings_to_the_form(visit, store):
    record = store.create(make_config(lr=0.25))
    app = visit(run=record.id)
    find(app.button, "Use its settings").click().run()
    assert find(app.number_input, "Learning rate").value == 0.25


def test_augmentation_is_a_setting_of_the_form(visit):
    app = visit(dataset="digits", arch="handwriting")
    find(app.selectbox, "Augmentation").set_value("warp").run()
    assert not app.error
    assert not app.exception
    assert "augmentation None → **Warped a little**" in texts(app.caption)
    find(app.selectbox, "Optimizer").set_value("sgd").run()
    find(app.selectbox, "Architecture").set_value("numpy-mlp").run()
    assert "so it must be none" in texts(app.error)


def test_the_epochs_shown_reach_to_the_end_of_the_longest_compared_run(visit, store):
    short, long = store.create(make_config(epochs=7)), store.create(make_config(epochs=25))
    app = visit(run=short.id)
    find(app.slider, "Epochs shown").set_value((1.4, 2.8)).run()
    find(app.multiselect, "Compare with").set_value([long.id]).run()
    assert not app.exception
    assert axis_ends(app) == [20, 20]
    # What was chosen among 7 epochs is given up, not stretched.
    assert (find(app.slider, "Epochs shown").max, find(app.slider, "Epochs shown").value) == (25, (0, 25))
    find(app.slider, "Epochs shown").set_value((20.0, 25.0)).run()
    assert axis_ends(app) == [25, 25]
    find(app.multiselect, "Compare with").set_value([]).run()
    assert not app.exception
    assert (find(app.slider, "Epochs shown").max, find(app.slider, "Epochs shown").value) == (7, (0, 7))
    assert axis_ends(app) == [7, 7]


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


def test_a_run_on_clothes_leads_to_draw_as_well(visit, add_run):
    add_run("clothes", dataset="fashion-mnist")
    app = visit(run="clothes")
    assert "Try it on a picture" in [link.proto.label for link in app.get("page_link")]
