"""The label detective on the training images of a run that was trained on others besides, or on a part of them."""

import re

import numpy as np
import pytest

from core.data.datasets import load_split
from core.data.image_file import save_images
from core.execution.train_run import train_run
from core.runs.epoch_files import find_epochs, read_epoch
from core.runs.record import FINISHED
from tests.made import make_config, make_images
from tests.pages.drawing import html
from tests.pages.pictures import tiles


@pytest.mark.parametrize("train_images", [60_000, 300])
@pytest.mark.parametrize("n_own", [0, 70])
def test_those_of_the_data_set_alone_are_ranked_by_their_own_numbers(visit, store, tmp_path, train_images, n_own):
    record = store.create(make_config(epochs=1, train_images=train_images))
    if n_own:
        save_images(record.extra_file, make_images(n_own, 5))
    assert train_run(record, tmp_path).status == FINISHED
    [file] = find_epochs(record.path)
    numbers = np.argsort(read_epoch(file).true_probability, kind="stable") - n_own
    due = numbers[numbers >= 0][:36].tolist()
    page = html(visit(view="labels", run=record.id, among="train"))
    assert [int(number) for number in re.findall(r'aria-label="Image (\d+) of the training file', page)] == due
    images = load_split("digits", tmp_path, "train").images
    for tile, number in zip(tiles(page), due, strict=True):
        np.testing.assert_array_equal(tile.pixels, images[number])
