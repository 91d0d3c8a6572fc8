import errno
import json
import os
import shutil

import numpy as np
import pytest

from core.config.run_config import RunConfig
from core.data.datasets import load_split
from core.data.image_file import load_images
from core.errors import CollectionError, RunError
from core.execution.train_run import train_run
from core.runs.control_file import FileControl
from core.runs.record import FINISHED, STOPPED
from core.runs.store import RunStore
from core.storage.arrays import load_arrays, save_arrays
from core.teaching.collection import as_images, make_digit, write_digits
from core.teaching.fine_tuning import (
    BATCH_SIZE,
    RIGHT_BEFORE,
    STEPS,
    TAUGHT_DIGITS,
    TAUGHT_FROM,
    Comparison,
    fine_tuning_config,
    prepare_fine_tuning,
    report_fine_tuning,
    split_hold_out,
)
from core.training.control import Command
from tests.made import SYSTEM_ERRORS, full_disk, make_config, raising

ARCHITECTURES = ("mlp", "numpy-mlp")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Small networks that have learned the embedded digits, by architecture."""
    store = RunStore(tmp_path_factory.mktemp("trained"))
    records = {}
    for arch in ARCHITECTURES:
        how = {"arch": arch, "options": {"hidden": (64,)}, "optimizer": "sgd", "lr": 0.1, "epochs": 5}
        record = store.create(make_config(**how), arch)
        assert train_run(record, store.root).status == FINISHED
        records[arch] = store.get(record.id)
    return records


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """Twelve digits that nobody else writes like this: lying on their side."""
    test = load_split("digits", tmp_path_factory.mktemp("none"), "test")
    places = [np.flatnonzero(test.labels == label)[0] for label in (*range(10), 4, 7)]
    return tuple(make_digit(int(test.labels[place]), np.rot90(test.images[place]).copy()) for place in places)


def teach(store, base, digits, practises=True):
    record = prepare_fine_tuning(store, base, digits, practises)
    assert train_run(record, store.root).status == FINISHED
    return store.get(record.id)


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def labels(digits):
    return [digit.label for digit in digits]


def test_from_ten_digits_on_every_fifth_is_kept_aside(mine):
    taught, aside = split_hold_out(mine)
    assert labels(taught) == [0, 1, 2, 3, 5, 6, 7, 8, 4, 7]
    assert labels(aside) == [4, 9]
    assert split_hold_out(mine[:9]) == (mine[:9], ())


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_copy_learns_the_digits_and_the_network_itself_stays(store, trained, mine, arch):
    base = trained[arch]
    before = files(base.path)
    record = teach(store, base, mine)
    assert files(base.path) == before
    report = report_fine_tuning(record.path)
    assert report.taught.total == 10
    assert report.taught.before <= 5
    assert report.taught.after >= report.taught.before + 3
    assert report.held_out.total == 2
    assert report.test.total == 360
    right = round(base.result.test_accuracy * 360)
    assert report.test.before == right
    assert report.test.after == round(record.result.test_accuracy * 360)
    # Practising keeps most of what it knew.
    assert report.test.after > 0.9 * right


def test_without_practice_more_is_forgotten(store, trained, mine):
    practised = report_fine_tuning(teach(store, trained["mlp"], mine).path).test
    alone = report_fine_tuning(teach(store, trained["mlp"], mine, practises=False).path).test
    assert alone.before == practised.before
    assert alone.after < practised.after - 5


def test_fine_tuning_is_a_run_like_any_other(store, trained, mine):
    record = teach(store, trained["mlp"], mine)
    assert record.name == "mlp, taught 10 digits"
    assert record.tags[TAUGHT_FROM] == trained["mlp"].id
    assert record.tags[TAUGHT_DIGITS] == "10"
    history = record.history()
    # The embedded digits are fewer than half of the pictures.
    assert history.started.n_train == BATCH_SIZE * STEPS // 2 + 1437
    assert history.step == len(history.step_losses) == -(-history.started.n_train // BATCH_SIZE)
    assert record.config.replace(train_images=0) == fine_tuning_config(trained["mlp"].config, practises=False)


def test_fine_tuning_goes_on_with_the_networks_own_kind_of_pixels():
    base = make_config(
        arch="mlp", options={"hidden": (5,), "dropout": 0.25}, scaling="unit", device="auto", epochs=9, seed=8, lr=0.5,
        val_fraction=0.5, augment="warp", schedule="step", threads=3,
    )  # fmt: skip
    assert fine_tuning_config(base, practises=True) == RunConfig(
        "digits", "mlp", {"hidden": (5,), "dropout": 0.25}, "adam", 0.0002, batch_size=64, epochs=1, seed=1,
        val_fraction=0, train_images=1437, scaling="unit", device="auto",
    )  # fmt: skip
    numpy = fine_tuning_config(make_config(arch="numpy-mlp", dataset="mnist", optimizer="sgd"), practises=True)
    assert (numpy.optimizer, numpy.lr, numpy.train_images) == ("sgd", 0.05, 2048)


def test_the_same_fine_tuning_gives_the_same_network(store, trained, mine):
    weights = [load_arrays(teach(store, trained["mlp"], mine[:3]).weights_file)[0] for _ in range(2)]
    assert all(np.array_equal(array, weights[1][name]) for name, array in weights[0].items())


def test_each_digit_is_shown_as_often_as_the_others(store, trained, mine):
    record = prepare_fine_tuning(store, trained["mlp"], mine[:9])
    images = load_images(record.extra_file)
    # Of what is not said otherwise, half is practice.
    assert record.config.train_images > 0
    assert len(images) == BATCH_SIZE * STEPS // 2
    counts = np.bincount(images.labels, minlength=10)
    assert counts[:9].max() - counts[:9].min() <= 1
    np.testing.assert_array_equal(images.images[:9], as_images(mine[:9]).images)
    assert (images.images[9:18] != images.images[:9]).any((1, 2)).all()


def test_a_single_digit_can_be_taught(store, trained, mine):
    record = teach(store, trained["mlp"], mine[:1])
    assert record.name.endswith(", taught 1 digit")
    report = report_fine_tuning(record.path)
    assert (report.taught.total, report.taught.after) == (1, 1)
    assert report.held_out == Comparison(0, 0, 0)


def test_figures_of_earlier_weights_are_not_told_as_those_right_before(store, trained, mine):
    base = store.create(trained["mlp"].config, "Moved on")
    shutil.copytree(trained["mlp"].path, base.path, dirs_exist_ok=True)
    arrays, metadata = load_arrays(base.weights_file)
    save_arrays(base.weights_file, {name: array * 0.5 for name, array in arrays.items()}, metadata)
    base = store.get(base.id)
    assert base.result
    assert RIGHT_BEFORE not in prepare_fine_tuning(store, base, mine, practises=False).tags


def test_a_network_not_measured_and_without_its_data_set_is_reported_as_far_as_known(store, trained, mine, tmp_path):
    base = store.create(trained["mlp"].config.replace(dataset="mnist"), "a" * 80)
    save_arrays(base.weights_file, load_arrays(trained["mlp"].weights_file)[0])
    record = prepare_fine_tuning(store, base, mine, practises=False)
    assert record.name == "a" * 62 + ", taught 10 digits"
    assert RIGHT_BEFORE not in record.tags
    assert train_run(record, tmp_path).status == FINISHED
    report = report_fine_tuning(record.path)
    assert report.test == Comparison(10_000, None, None)
    assert report.taught.after > report.taught.before


def test_a_stopped_fine_tuning_keeps_what_was_learned(store, trained, mine):
    class Stopping(FileControl):
        def poll(self):
            self.polled = getattr(self, "polled", 0) + 1
            return Command("stop") if self.polled > 10 else Command()

    record = prepare_fine_tuning(store, trained["mlp"], mine)
    assert train_run(record, store.root, Stopping(record.path)).status == STOPPED
    assert store.get(record.id).history().step == 10
    assert report_fine_tuning(record.path).test.after is not None


def test_refusals_name_what_is_missing(store, trained, mine):
    with pytest.raises(CollectionError, match="at least 1 must be kept"):
        prepare_fine_tuning(store, trained["mlp"], ())
    clothes = store.create(make_config(dataset="fashion-mnist"), "Shirts")
    with pytest.raises(CollectionError, match="“Shirts” was trained on Fashion-MNIST; only a network for digits"):
        prepare_fine_tuning(store, clothes, mine)
    untrained = store.create(make_config(), "New")
    with pytest.raises(CollectionError, match="“New” has no trained network yet"):
        prepare_fine_tuning(store, untrained, mine)
    assert len(store.all()) == 2


@pytest.mark.parametrize(
    "broken", ["shutil.copyfile", "core.teaching.fine_tuning.save_images", "core.teaching.fine_tuning.write_atomically"]
)
def test_a_full_disk_is_said_and_leaves_nothing_behind(store, trained, mine, monkeypatch, broken):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(broken, full)
    with pytest.raises(RunError, match=r"The run cannot be saved in .*: No space left on device\."):
        prepare_fine_tuning(store, trained["mlp"], mine)
    assert store.all() == []


@pytest.mark.parametrize(("error", "words"), SYSTEM_ERRORS)
def test_what_cannot_be_saved_is_said_in_the_system_s_words(store, trained, mine, monkeypatch, error, words):
    monkeypatch.setattr("core.teaching.fine_tuning.save_images", raising(error))
    with pytest.raises(RunError) as caught:
        prepare_fine_tuning(store, trained["mlp"], mine)
    assert str(caught.value) == f"The run cannot be saved in {store.root}: {words}."


def test_a_full_disk_is_said_also_where_the_run_is_deleted_meanwhile(store, trained, mine, monkeypatch):
    def full(_from, target):
        shutil.rmtree(target.parent)
        full_disk()

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(RunError, match=r"No space left on device\."):
        prepare_fine_tuning(store, trained["mlp"], mine)
    assert store.all() == []


def test_a_damaged_file_of_digits_is_named(store, trained, mine):
    record = teach(store, trained["mlp"], mine[:2])
    (record.path / "my_digits.json").write_text(write_digits(mine[:2]).replace('"label": 0', '"label": 11'))
    with pytest.raises(CollectionError, match="digit 1: label is 11"):
        report_fine_tuning(record.path)


@pytest.mark.parametrize("text", ["9" * 5000, "-1", "many"])
def test_a_tag_that_holds_no_count_is_not_told(store, trained, mine, text):
    record = teach(store, trained["mlp"], mine[:2])
    file = record.path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"tags": {RIGHT_BEFORE: text}}))
    assert report_fine_tuning(record.path).test.before is None
