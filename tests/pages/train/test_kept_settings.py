"""What was typed into the form for a run outlasts a refresh, which begins a new session."""

import json

import pytest

from core.config.recipes import RECIPES
from tests.pages.drawing import find, texts
from tests.pages.forms.seen import below

NAME = "new_form"


def epochs(app):
    return find(app.number_input, "Epochs").value


def typed(visit, value=7, **address):
    """A session in which epochs were typed."""
    app = visit(**address)
    return find(app.number_input, "Epochs").set_value(value).run()


def test_a_refresh_brings_back_what_was_typed_and_starts_nothing(visit, tab, store):
    app = visit()
    find(app.selectbox, "Recipe").set_value("tiny-mlp-2").run()
    find(app.text_input, "Hidden layers").set_value("20-10")
    find(app.selectbox, "Activation").set_value("tanh")
    find(app.number_input, "Epochs").set_value(7)
    find(app.text_input, "Name").set_value("Mine").run()
    again = visit()
    assert (find(again.selectbox, "Recipe").value, epochs(again)) == ("quick-start", 5)
    tab.answer(again)
    assert not again.exception
    assert (find(again.selectbox, "Recipe").value, epochs(again)) == ("tiny-mlp-2", 7)
    assert find(again.text_input, "Hidden layers").value == "20-10"
    assert find(again.selectbox, "Activation").value == "tanh"
    assert find(again.text_input, "Name").value == "Mine"
    assert "Epochs 2 → **7**" in texts(again.caption)
    # It is a form like any other, and is kept again.
    find(again.number_input, "Epochs").set_value(8).run()
    assert epochs(tab.answer(visit())) == 8
    assert store.all() == []


def test_an_untouched_form_is_not_kept(visit, tab):
    app = visit(recipe="cnn")
    app.run()
    assert tab.kept == {}
    find(app.number_input, "Epochs").set_value(3).run()
    assert tab.kept[NAME]
    find(app.number_input, "Epochs").set_value(RECIPES["cnn"].config.epochs).run()
    assert tab.kept == {NAME: ""}


def test_a_wrong_value_comes_back_with_its_mistake(visit, tab):
    typed(visit, 0, dataset="digits")
    app = tab.answer(visit(dataset="digits"))
    assert not app.exception
    assert epochs(app) == 0
    assert "Epochs is 0; it must be" in below(app, "Epochs")
    assert find(app.button, "Start").disabled


@pytest.mark.parametrize("address", [{"dataset": "digits"}, {"recipe": "cnn"}, {}])
def test_what_was_typed_after_the_address_had_filled_the_form_is_restored(visit, tab, address):
    typed(visit, **address)
    app = tab.answer(visit(**address))
    assert epochs(app) == 7
    assert dict(app.query_params) == address


@pytest.mark.parametrize(("before", "after"), [({}, {"recipe": "cnn"}), ({"recipe": "cnn"}, {"dataset": "digits"})])
def test_an_address_that_was_followed_afterwards_counts_and_the_tab_forgets(visit, tab, before, after):
    typed(visit, **before)
    app = visit(**after)
    untouched = epochs(app)
    tab.answer(app)
    assert epochs(app) == untouched != 7
    assert tab.kept == {NAME: ""}


def test_a_choice_that_has_left_the_address_is_restored_without_it(visit, tab):
    app = visit(recipe="cnn")
    find(app.selectbox, "Recipe").set_value("fashion-mlp").run()
    assert not app.query_params
    app = tab.answer(visit())
    assert find(app.selectbox, "Recipe").value == "fashion-mlp"
    assert find(app.selectbox, "Data set").value == "fashion-mnist"


def test_what_is_typed_before_the_tab_answers_stays(visit, tab):
    typed(visit)
    app = visit()
    answer = find(app.button, "The tab answers")
    find(app.number_input, "Batch size").set_value(32)
    # Both arrive at once.
    answer.click().run()
    assert (epochs(app), find(app.number_input, "Batch size").value) == (5, 32)
    assert '"batch_size": 32' in tab.kept[NAME]


def test_a_browser_that_has_not_heard_of_the_restored_values_changes_none(visit, tab):
    app = visit()
    find(app.selectbox, "Recipe").set_value("tiny-mlp-2").run()
    find(app.number_input, "Epochs").set_value(7).run()
    app = visit()
    late = find(app.button, "Start on the embedded digits")
    for field in (*app.selectbox, *app.number_input, *app.text_input, *app.toggle):
        field.set_value(field.value)
    tab.answer(app)
    # The old page's next message holds its old fields.
    late.root.run()
    assert not app.exception
    app.run()
    assert (find(app.selectbox, "Recipe").value, epochs(app)) == ("tiny-mlp-2", 7)


def changed(text, **changes):
    """What the tab kept, with some settings of the run changed, or left out where they are None."""
    kept = json.loads(text)
    values = {**kept["parts"]["settings"], **changes}
    kept["parts"]["settings"] = {name: value for name, value in values.items() if value is not None}
    return json.dumps(kept)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda _: "[" * 100_000,
        lambda _: json.dumps({"epochs": 7}),
        lambda text: changed(text, epochs="7"),
        lambda text: changed(text, epochs=True),
        lambda text: changed(text, epochs=2**60),
        lambda text: changed(text, epochs=None),
        lambda text: changed(text, lr=1),
        lambda text: changed(text, lr=float("inf")),
        lambda text: changed(text, arch="x"),
        lambda text: changed(text, arch=["mlp"]),
        lambda text: changed(text, arch="cnn"),
        lambda text: changed(text, options=[]),
        lambda text: changed(text, options={"hidden": [1]}),
        lambda text: changed(text, keep_best=1),
        lambda text: changed(text, of_an_older_form=1),
        lambda text: text.replace("128-128", "\\ud800"),
        lambda text: text.replace('"quick-start"', '["quick-start"]'),
        lambda text: text.replace('"quick-start"', '"x"'),
        lambda text: text.replace('"name": ""', '"name": "' + "x" * 1000 + '"'),
        lambda text: text.replace('"name": ""', '"name": 1'),
        lambda text: text.replace('"name": ""', '"title": ""'),
        lambda text: json.dumps(json.loads(text) | {"singles": []}),
        lambda text: json.dumps(json.loads(text) | {"parts": {}}),
    ],
)
def test_a_damaged_or_old_text_is_ignored(visit, tab, damage):
    typed(visit)
    damaged = damage(tab.kept[NAME])
    assert damaged != tab.kept[NAME]
    tab.kept[NAME] = damaged
    app = tab.answer(visit())
    assert not app.exception
    assert not app.error
    assert (epochs(app), find(app.text_input, "Hidden layers").value) == (5, "128-128")
    assert tab.kept[NAME] == ""
