"""The form for a sweep: what is wrong is said at its field, and what was typed outlasts a refresh."""

import pytest

from core.settings import DASK_VARIABLE
from tests.pages.drawing import find, texts
from tests.pages.forms.seen import below, lines
from tests.pages.sweep.seen import choose_quick, values

NAME = "sweep_form"


def test_a_mistake_in_a_value_to_try_stands_below_these_values(visit):
    app = choose_quick(visit())
    values(app)[1].set_value("8, 0").run()
    assert "Batch size is 0; it must be" in below(app, "Values", 1)
    assert below(app, "Values", 0) == ""
    assert lines(app) == [":red[Settings: Batch size is wrong]", "More settings"]
    values(app)[1].set_value("8").run()
    values(app)[0].set_value("0.1, 0.1").run()
    assert "Learning rate has the value 0.1 twice" in below(app, "Values", 0)
    assert below(app, "Values", 1) == ""


def test_a_mistake_in_what_is_not_varied_stands_below_its_field(visit):
    app = choose_quick(visit())
    find(app.number_input, "Validation share").set_value(0.0).run()
    assert "a sweep compares networks on validation images" in below(app, "Validation share")
    assert lines(app)[1] == ":red[More settings: Validation share is wrong]"
    assert len(app.error) == 1


def test_a_mistake_that_is_about_no_single_field_stands_by_start_alone(visit):
    app = choose_quick(visit())
    first, second = values(app)
    first.set_value(",".join(f"0.{n}" for n in range(1001, 1101)))
    second.set_value(",".join(map(str, range(1, 101))))
    app.run()
    assert "10,000 cells (100 × 100); at most 400" in texts(app.error)
    assert "cells" not in texts(app.markdown)
    assert lines(app) == [":red[Settings: something is wrong]", "More settings"]


def test_a_refresh_brings_back_what_was_typed(visit, tab, sweeps):
    app = choose_quick(visit())
    find(app.selectbox, "Rows").select("dropout").run()
    values(app)[0].set_value("0.1, 0.2")
    find(app.number_input, "Epochs").set_value(3)
    find(app.number_input, "Processes at once").set_value(2)
    find(app.text_input, "Name").set_value("Mine").run()
    again = tab.answer(visit())
    assert not again.exception
    assert find(again.selectbox, "Recipe").value == "quick-sweep"
    assert [find(again.selectbox, side).value for side in ("Rows", "Columns")] == ["dropout", "batch_size"]
    assert [field.value for field in values(again)] == ["0.1, 0.2", "8, 16, 32, 64"]
    assert [find(again.number_input, label).value for label in ("Epochs", "Processes at once")] == [3, 2]
    assert find(again.text_input, "Name").value == "Mine"
    assert sweeps.all() == []


def test_wrong_values_come_back_with_their_mistake(visit, tab):
    values(choose_quick(visit()))[0].set_value("0.1, many").run()
    app = tab.answer(visit())
    assert not app.exception
    assert values(app)[0].value == "0.1, many"
    assert "Learning rate is 'many'" in below(app, "Values", 0)
    assert find(app.button, "Start").disabled


def test_the_operators_cluster_stays_chosen(visit, tab, monkeypatch):
    monkeypatch.setenv(DASK_VARIABLE, "nowhere")
    find(visit().get("button_group"), "Networks are trained by").set_value("cluster").run()
    app = tab.answer(visit())
    assert not app.exception
    assert find(app.get("button_group"), "Networks are trained by").value == "cluster"
    assert "on the Dask cluster" in texts(app.caption)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["lr", ', '["lr", 3, '),
        ('["lr", ', '["lr", "", '),
        ('["lr", "0.0003, 0.001, 0.003, 0.01"]', '"lr"'),
        ('["lr", "0.0003, 0.001, 0.003, 0.01"], ', ""),
        ('"0.0003, 0.001, 0.003, 0.01"', "[0.1]"),
        ('"processes": 1', '"processes": 0'),
        ('"processes": 1', '"processes": 1.0'),
        ('"processes": 1', '"processes": 33'),
        ('"place": "here"', '"place": ["here"]'),
        ('"place": "here"', '"place": "tcp://attacker:1"'),
    ],
)
def test_a_damaged_text_is_ignored(visit, tab, before, after):
    choose_quick(visit())
    assert before in tab.kept[NAME]
    tab.kept[NAME] = tab.kept[NAME].replace(before, after)
    app = tab.answer(visit())
    assert not app.exception
    assert find(app.selectbox, "Recipe").value == "mlp-sweep"


def test_a_kept_setting_that_cannot_be_varied_gives_way_to_one_that_can(visit, tab):
    choose_quick(visit())
    tab.kept[NAME] = tab.kept[NAME].replace('["lr", ', '["device", ')
    app = tab.answer(visit())
    assert not app.exception
    assert find(app.selectbox, "Recipe").value == "quick-sweep"
    assert find(app.selectbox, "Rows").value == "hidden"
