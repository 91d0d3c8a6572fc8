"""Starting a run on the Train page, and what keeps it from being started."""

import pytest

from core import settings
from core.config.recipes import RECIPES
from core.runs.record import RunState, write_state
from pages.components.data import data_gate
from pages.components.runs.curves import COMPARE_KEY
from pages.components.shell import texts as shell_texts
from tests.made import wait_until
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_run
from tests.pages.shared_compute import SharedCompute


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
    # The result comes a moment before the run has ended, and is shown only then.
    wait_until(lambda: not store.get(record.id).is_active)
    app.run()
    assert record.config.epochs == 2
    assert find(app.metric, "Test accuracy").value == f"{store.get(record.id).result.test_accuracy:.2%}"


def test_start_gives_the_run_its_name_and_recipe_and_shows_it_alone(visit, store, monkeypatch):
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    begun = []
    monkeypatch.setattr(SharedCompute, "train", lambda _, *arguments: begun.append(arguments))
    app = visit(run=make_run(store, "shown").id)
    app.session_state[COMPARE_KEY] = [make_run(store, "other").id]
    app.run()
    assert app.session_state[COMPARE_KEY] == ["other"]
    find(app.text_input, "Name").set_value(" My first ").run()
    find(app.button, "Start").click().run()
    assert not app.exception
    record = store.get(app.query_params["run"])
    assert (record.name, record.tags, record.state.status) == ("My first", {"recipe": "quick-start"}, "starting")
    assert begun == [(record.id, record.path, settings.data_root())]
    assert app.session_state[COMPARE_KEY] == []
    # One that differs from its recipe does not carry its name; the first being trained, it has to wait.
    find(app.number_input, "Epochs").set_value(3).run()
    find(app.button, "Start").click().run()
    second = store.get(app.query_params["run"])
    assert (second.tags, second.state.status, len(begun)) == ({}, "queued", 1)


def test_a_run_of_a_recipe_is_called_as_its_visitor_knows_the_recipe(visit, store, monkeypatch):
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    monkeypatch.setattr(SharedCompute, "train", lambda *_: None)
    monkeypatch.setattr(shell_texts, "best_language", lambda _: "zh_Hans")
    app = visit()
    find(app.button, "开始").click().run()
    assert not app.exception
    assert store.get(app.query_params["run"]).name == "快速上手"


def test_a_second_press_while_a_run_is_about_to_start_shows_the_same_run(visit, store, monkeypatch):
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    monkeypatch.setattr(SharedCompute, "train", lambda *_: None)
    app = visit()

    def press():
        find(app.button, "Start").click().run()
        assert not app.exception
        return store.get(app.query_params["run"])

    first = press()
    assert (first.name, first.state.status) == ("Quick start", "starting")
    assert press().id == first.id
    write_state(first.path, RunState("running"))
    # With other settings it is another run, and so is one beside a run that has begun to learn.
    second = press()
    assert (second.name, second.state.status) == ("Quick start (2)", "queued")
    find(app.number_input, "Epochs").set_value(3).run()
    third = press()
    assert third.config.epochs == 3
    assert press().id == third.id
    assert {record.id for record in store.all() if not record.bundled} == {first.id, second.id, third.id}


def test_start_takes_what_was_typed_at_the_last_moment(visit, store):
    app = visit(dataset="digits", arch="softmax")
    # As when a slow server hears of both at once.
    find(app.number_input, "Epochs").set_value(3)
    find(app.button, "Start").click().run()
    [record] = store.all()
    assert record.config.epochs == 3
    wait_until(lambda: store.get(record.id).result)


def test_start_right_after_a_recipe_takes_the_recipe_s_fields(visit, store, monkeypatch):
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    monkeypatch.setattr(SharedCompute, "train", lambda *_: None)
    app = visit()
    start = find(app.button, "Start")
    for field in (*app.selectbox, *app.number_input, *app.text_input, *app.toggle):
        field.set_value(field.value)
    find(app.selectbox, "Recipe").set_value("tiny-mlp-2").run()
    # This button is the old one, as in a browser that has not heard of the new fields: it sends the old ones along.
    start.click().run()
    [record] = store.all()
    assert record.config == RECIPES["tiny-mlp-2"].config
    assert record.tags == {"recipe": "tiny-mlp-2"}


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
        ("Learning rate", 0.0, "Learning rate is 0; it must be a number above 0, at most 100"),
        ("Learning rate", -1.0, "Learning rate is -1;"),
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


@pytest.mark.parametrize(
    ("parameter", "words"), [("arch", "Architecture: 'x' in the address"), ("recipe", "Recipe: 'x' in the address")]
)
def test_an_unknown_name_in_the_address_is_named_with_the_known_ones(visit, parameter, words):
    app = visit(**{parameter: "x"})
    assert words in texts(app.warning)
    assert "cnn" in texts(app.warning)


@pytest.mark.parametrize("parameter", ["recipe", "arch", "dataset", "run"])
def test_what_the_address_says_is_shown_as_it_stands(visit, parameter):
    app = visit(**{parameter: "![x](http://x/y.png) **b**"})
    assert r"\!\[x\](http\://x/y.png) \*\*b\*\*" in texts(app.warning)


def test_a_recipe_fills_every_field_and_changes_are_listed(visit):
    app = visit(recipe="cnn")
    recipe = RECIPES["cnn"].config
    assert find(app.selectbox, "Architecture").value == "cnn"
    assert find(app.number_input, "Learning rate").value == recipe.lr
    assert "Differs" not in texts(app.caption)
    find(app.number_input, "Learning rate").set_value(0.5).run()
    assert "Differs from the recipe: Learning rate 1 → **0.5**" in texts(app.caption)


def test_the_form_is_kept_when_another_page_is_visited(visit):
    app = visit(dataset="digits")
    find(app.number_input, "Epochs").set_value(7).run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert find(app.number_input, "Epochs").value == 7


def test_without_the_data_files_one_click_starts_on_the_embedded_digits(visit, store):
    app = visit(dataset="mnist")
    assert "Downloads MNIST first (11.6 MB)." in texts(app.caption)
    find(app.button, "Start on the embedded digits").click().run()
    assert find(app.selectbox, "Data set").value == "digits"
    [record] = store.all()
    assert record.config.dataset == "digits"
    assert app.query_params["run"] == record.id
    # The address no longer asks for MNIST.
    assert "dataset" not in app.query_params
    wait_until(lambda: store.get(record.id).result)


def test_augmentation_is_a_setting_of_the_form(visit):
    app = visit(dataset="digits", arch="handwriting")
    find(app.selectbox, "Augmentation").set_value("warp").run()
    assert not app.error
    assert not app.exception
    assert "Augmentation None → **Warped a little**" in texts(app.caption)
    find(app.selectbox, "Optimizer").set_value("sgd").run()
    find(app.selectbox, "Architecture").set_value("numpy-mlp").run()
    assert "so it must be none" in texts(app.error)
