"""The form for a run: which fields it has, and that each sets the setting that it is called after."""

import pytest
from streamlit.testing.v1 import AppTest

from core.config.recipes import RECIPES
from core.data.catalog import DATASETS
from models import MODELS
from tests.pages.drawing import find, texts


def script():
    import streamlit as st

    from pages.components.train.config_form import (
        choose_recipe,
        draw_settings,
        fill_from_address,
        read_config,
        run_name,
        run_tags,
    )

    fill_from_address()
    choose_recipe()
    config = read_config()
    st.session_state["config"] = config
    st.session_state["said"] = (run_tags(config), run_name(config, ()))
    draw_settings(config)


@pytest.fixture
def form():
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    return app


def settings(app):
    config = app.session_state["config"].to_dict()
    return config.pop("options") | config


# Of each kind of field its labels, the setting and another value than it has at first.
FIELDS = {
    "selectbox": {
        "Data set": ("dataset", "digits"),
        "Optimizer": ("optimizer", "adamw"),
        "Pixels": ("scaling", "unit"),
        "Augmentation": ("augment", "warp"),
        "Numeric precision": ("precision", "bfloat16"),
        "Gradients": ("gradients", "autograd"),
        "Device": ("device", "cpu"),
        "Activation": ("activation", "tanh"),
    },
    "number_input": {
        "Learning rate": ("lr", 0.25),
        "Epochs": ("epochs", 7),
        "Batch size": ("batch_size", 48),
        "Weight decay": ("weight_decay", 0.5),
        "Validation share": ("val_fraction", 0.25),
        "Seed": ("seed", 11),
        "Threads": ("threads", 3),
        "Dropout": ("dropout", 0.3),
    },
    "text_input": {"Hidden layers": ("hidden", "64-32")},
    "toggle": {"Keep the best epoch": ("keep_best", False), "Watch the test set": ("watch_test", True)},
}


@pytest.mark.parametrize("kind", FIELDS)
def test_each_field_sets_its_own_setting_and_no_other(form, kind):
    for label, (name, value) in FIELDS[kind].items():
        before = settings(form)
        assert before[name] != value
        find(getattr(form, kind), label).set_value(value).run()
        assert not form.error
        after = settings(form)
        assert {changed for changed in after if after[changed] != before[changed]} == {name}
        assert after[name] == ([64, 32] if name == "hidden" else value)


def test_settings_of_a_schedule_or_an_optimizer_are_there_while_they_count(form):
    labels = {field.label for field in form.number_input}
    assert not {"Factor", "Epochs a step", "Momentum"} & labels
    find(form.selectbox, "Schedule").set_value("step").run()
    find(form.selectbox, "Optimizer").set_value("sgd").run()
    for label, name, value in (
        ("Factor", "gamma", 0.25),
        ("Epochs a step", "step_size", 4),
        ("Momentum", "momentum", 0.5),
    ):
        find(form.number_input, label).set_value(value).run()
        assert settings(form)[name] == value
    assert (settings(form)["schedule"], settings(form)["optimizer"]) == ("step", "sgd")


def test_every_data_set_architecture_and_recipe_without_a_grid_is_offered(form):
    assert find(form.selectbox, "Data set").options == [info.title for info in DATASETS.values()]
    assert find(form.selectbox, "Architecture").options == [model.title for model in MODELS.values()]
    recipes = [recipe.title for recipe in RECIPES.values() if not recipe.grid]
    assert len(recipes) < len(RECIPES)
    assert find(form.selectbox, "Recipe").options == ["Quick start", *recipes, "Embedded digits"]


def test_an_architecture_brings_its_own_options(form):
    # What every architecture can be trained by.
    find(form.selectbox, "Optimizer").set_value("sgd").run()
    for name, model in MODELS.items():
        find(form.selectbox, "Architecture").set_value(name).run()
        assert not form.error
        fields = [field.label for kind in FIELDS for field in getattr(form, kind)]
        assert {option.label for option in model.options} <= {*fields}
        assert form.session_state["config"].options == {option.name: option.default for option in model.options}


def test_a_recipe_s_name_goes_with_a_run_that_follows_it_to_the_letter(form):
    find(form.selectbox, "Recipe").set_value("cnn").run()
    assert form.session_state["said"] == ({"recipe": "cnn"}, "Classic CNN")
    assert form.session_state["config"] == RECIPES["cnn"].config
    assert "Differs" not in texts(form.caption)
    find(form.text_input, "Name").set_value("  Mine ").run()
    find(form.number_input, "Epochs").set_value(3).run()
    find(form.number_input, "Seed").set_value(9).run()
    assert form.session_state["said"] == ({}, "Mine")
    recipe = RECIPES["cnn"].config
    assert f"Differs from the recipe: Epochs {recipe.epochs} → **3**; Seed {recipe.seed} → **9**." in texts(
        form.caption
    )
    # Another one fills every field anew.
    find(form.selectbox, "Recipe").set_value("quick-start").run()
    assert form.session_state["said"] == ({"recipe": "quick-start"}, "Mine")


def test_the_address_fills_the_form_once():
    app = AppTest.from_function(script, default_timeout=30)
    app.query_params["dataset"] = "fashion-mnist"
    app.query_params["arch"] = "softmax"
    app.run()
    assert (settings(app)["dataset"], settings(app)["arch"]) == ("fashion-mnist", "softmax")
    find(app.selectbox, "Data set").set_value("digits").run()
    assert settings(app)["dataset"] == "digits"
    # The address no longer says what the form does.
    assert not app.query_params
