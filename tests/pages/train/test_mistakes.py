"""What is wrong with the settings of a run is said at its field."""

import pytest

from tests.pages.drawing import find, texts
from tests.pages.forms.seen import below, lines


@pytest.mark.parametrize(
    ("kind", "label", "value", "words"),
    [
        ("number_input", "Epochs", 0, "Epochs is 0; it must be a whole number from 1 to 1,000"),
        ("number_input", "Batch size", 2000, "Batch size is 2,000; Digits (embedded) leaves"),
        ("text_input", "Hidden layers", "128, many", "1 to 8 whole numbers from 1 to 4096"),
        ("number_input", "Dropout", 2.0, "Dropout is 2; it must be a number from 0 to 0.9"),
        ("number_input", "Seed", -1, "Seed is -1"),
    ],
)
def test_a_mistake_stands_below_its_field_and_by_start_and_nowhere_else(visit, kind, label, value, words):
    app = visit(dataset="digits")
    find(getattr(app, kind), label).set_value(value).run()
    assert not app.exception
    assert words in below(app, label)
    assert len(app.error) == 1
    assert words in texts(app.error)
    assert words not in " ".join(lines(app))
    assert texts(app.markdown).count(words) == 1
    assert find(app.button, "Start").disabled


def test_the_line_under_which_a_field_is_folded_says_that_it_is_wrong(visit):
    app = visit(dataset="digits")
    assert lines(app) == ["MLP 128-128 · Digits (embedded) · Adam 0.001 · 5 epochs", "More settings"]
    find(app.number_input, "Epochs").set_value(0).run()
    assert lines(app) == [":red[Settings: Epochs is wrong]", "More settings"]
    find(app.number_input, "Epochs").set_value(5).run()
    find(app.number_input, "Seed").set_value(-1).run()
    assert lines(app) == [":red[Settings: Seed is wrong]", ":red[More settings: Seed is wrong]"]
    find(app.number_input, "Seed").set_value(1).run()
    assert "wrong" not in " ".join(lines(app))
    assert below(app, "Seed") == ""


def test_a_setting_of_an_architecture_is_wrong_at_its_own_field(visit):
    app = visit(dataset="digits")
    find(app.selectbox, "Architecture").set_value("numpy-mlp").run()
    assert "so it must be sgd" in below(app, "Optimizer")
    find(app.selectbox, "Optimizer").set_value("sgd").run()
    find(app.selectbox, "Augmentation").set_value("warp").run()
    assert "so it must be none" in below(app, "Augmentation")
    assert below(app, "Optimizer") == ""


def test_a_wrong_field_is_in_sight_even_where_it_does_not_count(visit):
    app = visit(dataset="digits")
    find(app.selectbox, "Schedule").set_value("step").run()
    find(app.number_input, "Factor").set_value(5.0).run()
    find(app.selectbox, "Schedule").set_value("constant").run()
    assert "Factor is 5;" in below(app, "Factor")
    find(app.number_input, "Factor").set_value(0.5).run()
    assert "Factor" not in [field.label for field in app.number_input]
    assert not app.error
