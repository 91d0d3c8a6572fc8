"""The recipes against the tutorials' own settings, worked out by hand, and all settings as they were last read over.

Where a change is meant, `pytest tests/core/config/test_recipes.py --force-regen` writes the text anew.
"""

import pytest

from core.config.recipes import (
    BUNDLED_RECIPES,
    EMBEDDED_DIGITS,
    RECIPES,
    TUTORIALS,
    change,
    differences,
    find_recipe,
    recipe_followed,
)
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.errors import ConfigError
from tests.made import declared

IDS = (
    "deep-mlp", "numpy-mlp", "torch-mlp", "mlp-sweep", "cnn", "fashion-softmax", "fashion-mlp-scratch", "fashion-mlp",
    "tiny-mlp-2", "tiny-mlp-4",
)  # fmt: skip


def test_every_tutorial_system_has_its_recipe():
    assert tuple(TUTORIALS) == IDS
    assert tuple(RECIPES) == (*IDS, "handwriting", "sprint", "best")
    assert all(recipe.id == key for key, recipe in RECIPES.items())


def test_steps_and_images_come_out_as_in_the_tutorials():
    def facts(name):
        config = RECIPES[name].config
        n_train = config.count_train(DATASETS[config.dataset].n_train)
        return n_train, config.batch_size, config.epochs, config.optimizer, config.lr, config.scaling

    assert facts("deep-mlp") == (60_000, 64, 10, "sgd", 0.01, "standard")
    assert facts("numpy-mlp") == (50_000, 8, 10, "sgd", 0.01, "unit")
    assert facts("cnn") == (60_000, 64, 14, "adadelta", 1.0, "standard")
    assert facts("fashion-mlp") == (60_000, 256, 10, "sgd", 0.1, "unit")
    assert facts("tiny-mlp-2") == (60_000, 15, 2, "adam", 0.001, "unit")
    assert facts("tiny-mlp-4")[2] == 4


def test_every_setting_of_every_recipe_is_as_before(file_regression):
    defaults = RunConfig().to_dict()
    lines = ["Settings that a recipe leaves alone", *(f"  {name}: {value!r}" for name, value in defaults.items())]
    for recipe in (*RECIPES.values(), EMBEDDED_DIGITS):
        lines += ["", recipe.id, *declared(recipe, "id", "summary", "config"), *declared(recipe.config)]
    lines += ["", "Trained networks that come with the app", *(f"  {recipe.id}" for recipe in BUNDLED_RECIPES)]
    file_regression.check("\n".join(lines) + "\n")


def test_twins_differ_in_the_framework_alone():
    assert [d.field for d in differences(RECIPES["numpy-mlp"], RECIPES["torch-mlp"].config)] == ["arch"]
    assert RECIPES["torch-mlp"].config.options["start"] == "numpy"
    fashion = differences(RECIPES["fashion-mlp"], RECIPES["fashion-mlp-scratch"].config)
    assert [d.field for d in fashion] == ["arch"]


def test_the_sweep_s_cells():
    cells = RECIPES["mlp-sweep"].cells()
    assert len(cells) == 16
    assert cells[1].options["hidden"] == (32, 32)
    assert cells[1].batch_size == 16
    # The cell that the tutorial found best is the network it goes on with.
    assert cells[8] == RECIPES["torch-mlp"].config
    assert RECIPES["cnn"].cells() == [RECIPES["cnn"].config]


def test_differences_name_the_field_and_both_values():
    recipe = RECIPES["deep-mlp"]
    changed = recipe.config.replace(lr=0.1, options={**recipe.config.options, "hidden": (64,)})
    assert differences(recipe, changed) == [("lr", 0.01, 0.1), ("hidden", (512, 256, 128, 64), (64,))]


def test_another_seed_is_a_difference():
    recipe = RECIPES["deep-mlp"]
    assert differences(recipe, recipe.config.replace(seed=2)) == [("seed", 1, 2)]


def test_where_it_runs_is_no_difference():
    recipe = RECIPES["deep-mlp"]
    assert differences(recipe, recipe.config.replace(device="cpu", threads=2)) == []


def test_a_recipe_survives_json():
    config = RECIPES["numpy-mlp"].config
    assert RunConfig.from_dict(config.to_dict()) == config


def test_change_takes_fields_and_options():
    config = change(RECIPES["torch-mlp"].config, {"batch_size": 32, "hidden": (64,)})
    assert (config.batch_size, config.options["hidden"], config.options["start"]) == (32, (64,), "numpy")
    with pytest.raises(ConfigError, match="no option 'label'"):
        change(config, {"label": 1})


def test_unknown_recipe():
    with pytest.raises(ConfigError, match="Unknown recipe 'x'; known: deep-mlp, "):
        find_recipe("x")


def test_recipes_cannot_be_changed():
    with pytest.raises(TypeError):
        RECIPES["cnn"].published["test_accuracy"] = 1.0  # type: ignore[index]


def test_a_configuration_is_known_by_the_recipe_that_it_follows_to_the_letter():
    for recipe in (*RECIPES.values(), EMBEDDED_DIGITS):
        if not recipe.grid:
            assert recipe_followed(recipe.config) is recipe
    # The sweep begins with the settings of a single run.
    assert recipe_followed(RECIPES["mlp-sweep"].config) is RECIPES["torch-mlp"]
    assert recipe_followed(RECIPES["cnn"].config.replace(lr=0.123)) is None
    assert recipe_followed(RECIPES["cnn"].config.replace(dataset="fashion-mnist")) is None
    assert recipe_followed(RECIPES["cnn"].config.replace(device="cpu")) is RECIPES["cnn"]
