"""The networks that come with the app: complete, small, and as good as their cards say."""

import math

import numpy as np
import pytest

from core import settings
from core.config.recipes import BUNDLED_RECIPES, differences
from core.data.catalog import DATASETS
from core.data.datasets import is_available, load_split
from core.evaluation.stored_predictions import load_predictions
from core.inference.networks import predict_proba
from core.runs.store import RunStore
from core.texts.message import Message
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import read_calibration
from tools.texts import collect_texts

SINGLE = BUNDLED_RECIPES
# The last one has also seen images that are not part of its recipe, see `tools.train_handwriting`.
NETWORKS = [*(recipe.id for recipe in SINGLE), "handwriting"]
ALLOWED_FILES = {"card.json", "config.json", "events.jsonl", "predictions.safetensors", "weights.safetensors"}
# Recipes for clothes train on all images, and there are no others to calibrate on.
CALIBRATED = {"calibration.json"}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    return {run.id: run for run in RunStore(tmp_path_factory.mktemp("none"), settings.BUNDLED_RUNS).all()}


@pytest.mark.parametrize("recipe", SINGLE, ids=lambda recipe: recipe.id)
def test_every_recipe_has_its_network(bundled, recipe):
    record = bundled[recipe.id]
    assert differences(recipe, record.config) == []
    assert record.tags["recipe"] == recipe.id
    calibrated = CALIBRATED if DATASETS[recipe.config.dataset].has_digits else set()
    assert {path.name for path in record.path.iterdir()} == ALLOWED_FILES | calibrated
    history = record.history()
    assert len(history.epochs) == recipe.config.epochs
    assert len(history.step_losses) == history.started.total_steps
    if recipe.goal is not None:
        # Two standard errors: so far another test set of this size may fall below a goal that is reached.
        room = 2 * math.sqrt(recipe.goal * (1 - recipe.goal) / record.result.n_test)
        assert record.result.test_accuracy > recipe.goal - room


def test_there_are_no_others(bundled):
    assert sorted(bundled) == sorted(NETWORKS)


def test_what_calibrations_call_their_images_is_in_the_catalogue_of_texts(bundled):
    # Some data sets have the same name in every language.
    known = {entry.id for entry in collect_texts()} | {info.title for info in DATASETS.values()}
    calibrations = [read_calibration(record.path) for record in bundled.values()]
    parts = [part for found in calibrations if found for part in (found, *found.checks)]
    assert parts
    assert [part.words.id for part in parts if not ids_within(part.words) <= known] == []


def ids_within(words):
    """The id of a message and those of the messages in it."""
    inner = [value for value in words.values.values() if isinstance(value, Message)]
    return {words.id}.union(*map(ids_within, inner))


@pytest.mark.parametrize("network", NETWORKS)
def test_saved_predictions_fit_the_confusion_matrix(bundled, network):
    record = bundled[network]
    predicted = load_predictions(record.predictions_file)[0].argmax(1)
    confusion = np.asarray(record.result.confusion)
    np.testing.assert_array_equal(np.bincount(predicted, minlength=10), confusion.sum(0))
    assert confusion.sum() == record.result.n_test == DATASETS[record.config.dataset].n_test
    assert np.trace(confusion) / record.result.n_test == pytest.approx(record.result.test_accuracy)


@pytest.mark.parametrize("name", [*(recipe.id for recipe in SINGLE if recipe.config.dataset == "mnist"), "handwriting"])
def test_networks_for_digits_are_calibrated(bundled, name):
    calibration, problem = usable_calibration(bundled[name].path)
    assert not problem
    assert calibration.threshold is not None
    assert [check.n for check in calibration.checks] == [998, 10_000]


def test_together_they_are_small(bundled):
    sizes = [path.stat().st_size for path in settings.BUNDLED_RUNS.rglob("*") if path.is_file()]
    assert sum(sizes) < 25e6
    assert max(record.log.file.stat().st_size for record in bundled.values()) < 60e3


@pytest.mark.parametrize("network", NETWORKS)
def test_weights_give_the_saved_predictions_on_the_real_test_set(bundled, network):
    record = bundled[network]
    dataset = record.config.dataset
    if not is_available(dataset, settings.data_root()):
        pytest.skip(f"no {dataset} in {settings.data_root()}")
    images = load_split(dataset, settings.data_root(), "test").images[:500]
    np.testing.assert_allclose(
        predict_proba(record.path, images), load_predictions(record.predictions_file)[0][:500], atol=1e-4
    )
