import json

import pytest

from core.config.fields import find_field, value_text
from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.sweep.search_space import MAX_CELLS, SearchSpace, parse_values, variables
from models import MODELS
from tests.made import make_config

BASE = make_config(arch="mlp")


def test_cells_go_row_by_row_with_everything_else_as_in_the_base():
    space = SearchSpace(BASE, {"hidden": ((16,), (32,)), "batch_size": (8, 16, 64)})
    found = [(cell.options["hidden"], cell.batch_size) for cell in space.cells()]
    assert found == [((16,), 8), ((16,), 16), ((16,), 64), ((32,), 8), ((32,), 16), ((32,), 64)]
    assert {(cell.lr, cell.epochs, cell.dataset) for cell in space.cells()} == {(BASE.lr, BASE.epochs, "digits")}


def test_the_recipe_gives_the_same_cells_as_its_grid():
    recipe = RECIPES["mlp-sweep"]
    assert SearchSpace(recipe.config, recipe.grid).cells() == recipe.cells()


def test_values_are_held_as_a_configuration_holds_them():
    space = SearchSpace(BASE, {"hidden": (32, "64-32", [16]), "batch_size": (8.0,)})
    assert space.grid == {"hidden": ((32,), (64, 32), (16,)), "batch_size": (8,)}


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ({}, "varies one or two settings; got 0"),
        ({"lr": (1,), "epochs": (1,), "seed": (1,)}, "varies one or two settings; got 3"),
        ({"size": (1, 2)}, "'size' cannot be varied; what can: hidden, activation, dropout, start, optimizer, lr"),
        ({"dataset": ("mnist",)}, "'dataset' cannot be varied"),
        ({"lr": ()}, "lr has no values to try"),
        ({"lr": (0.1, 0)}, "lr is 0; it must be a number above 0, at most 100"),
        ({"batch_size": ("many",)}, "batch_size is 'many'; it must be a whole number from 1 to 60,000"),
        ({"batch_size": (2000,)}, "batch_size is 2,000; Digits (embedded) leaves 1,293 images"),
        ({"hidden": (True,)}, "it must be 1 to 8 whole numbers from 1 to 4096"),
        ({"hidden": ("64-0",)}, "it must be 1 to 8 whole numbers from 1 to 4096"),
        ({"optimizer": ("sgd", "magic")}, "optimizer is 'magic'; it must be one of sgd, adam"),
        ({"lr": (0.1, 0.2, 0.1)}, "lr has the value 0.1 twice"),
        ({"batch_size": (8, 8.0)}, "batch_size has the value 8 twice"),
        ({"hidden": (32, "32")}, "hidden has the value 32 twice"),
    ],
)
def test_a_space_that_is_not_allowed_names_what_is_wrong(grid, words):
    with pytest.raises(ConfigError) as caught:
        SearchSpace(BASE, grid)
    assert words in str(caught.value)


def test_ten_thousand_cells_are_refused_with_the_limit():
    hundred = tuple(range(1, 101))
    with pytest.raises(ConfigError, match=rf"10,000 cells \(100 × 100\); at most {MAX_CELLS} are allowed"):
        SearchSpace(BASE, {"batch_size": hundred, "seed": hundred})
    with pytest.raises(ConfigError, match="10,000 cells; at most"):
        SearchSpace(BASE, {"seed": tuple(range(10_000))})


def test_as_many_cells_as_are_allowed_are_taken():
    twenty = tuple(range(1, 21))
    assert len(SearchSpace(BASE, {"batch_size": twenty, "seed": twenty}).cells()) == MAX_CELLS


def test_without_validation_images_there_is_nothing_to_compare():
    with pytest.raises(ConfigError, match="val_fraction is 0; a sweep compares networks on validation images"):
        SearchSpace(BASE.replace(val_fraction=0), {"lr": (0.1, 0.2)})


def test_what_an_architecture_cannot_change_cannot_be_varied():
    assert "momentum" not in variables("numpy-mlp")
    assert variables("numpy-mlp")[0] == "hidden"
    assert "hidden" not in variables("cnn")
    for arch in ("numpy-mlp", "cnn", "mlp"):
        assert not {"dataset", "arch", "device", "threads", "val_fraction"} & set(variables(arch))


@pytest.mark.parametrize("arch", MODELS)
def test_everything_that_can_be_varied_has_values_that_can_be_tried(arch):
    base = RunConfig(arch=arch, optimizer="sgd")
    for name in variables(arch):
        assert len(SearchSpace(base, {name: find_field(name, arch).suggestions}).cells()) > 1


def test_a_space_survives_json():
    space = SearchSpace(BASE, {"hidden": ((16, 8), (32,)), "lr": (0.1, 0.01)})
    again = SearchSpace.from_dict(json.loads(json.dumps(space.to_dict())))
    assert again == space
    assert list(again.grid) == ["hidden", "lr"]


@pytest.mark.parametrize("grid", [None, [], {"lr": 0.1}, {"lr": "0.1"}])
def test_a_grid_of_another_shape_is_refused(grid):
    with pytest.raises(ConfigError, match="must hold a list of values"):
        SearchSpace.from_dict({"base": BASE.to_dict(), "grid": grid})


def test_values_are_read_from_text_and_written_so_that_they_read_back():
    text = "32, 64-32 ,0.1,1e-5, adam,"
    assert parse_values(text) == (32, "64-32", 0.1, 1e-5, "adam")
    space = SearchSpace(RunConfig(), {"hidden": parse_values("32, 64-32"), "lr": parse_values("0.1, 1e-5")})
    for values in space.grid.values():
        assert SearchSpace(RunConfig(), space.grid | {}).grid
        assert parse_values(", ".join(map(value_text, values)))
    assert [value_text(value) for value in space.grid["hidden"]] == ["32", "64-32"]


def test_cells_and_runs_have_names_that_tell_them_apart():
    space = SearchSpace(BASE, {"hidden": (16, 32), "batch_size": (8, 16, 64)})
    assert str(space.describe(3)) == "Hidden layers 32 · Batch size 8"
    assert space.run_name(2) == "Batch size 64 · MLP 16 · Digits (embedded)"
    assert str(space.default_name()) == "Hidden layers × Batch size · MLP · Digits (embedded)"
    assert SearchSpace(BASE, {"hidden": (16, 32)}).run_name(1) == "MLP 32 · Digits (embedded)"
