import numpy as np
import pytest

from core.data.image_file import save_images
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.runs.epoch_files import find_epochs, read_epoch
from core.runs.record import read_run
from core.runs.trained_images import first_own_image, split_as_trained
from tests.made import make_config, make_images


@pytest.mark.parametrize("train_images", [100, 60_000])
@pytest.mark.parametrize("n_extra", [0, 7])
def test_the_images_are_those_of_the_records(store, monkeypatch, toy, train_images, n_extra):
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)
    record = store.create(make_config(train_images=train_images, epochs=1))
    extra = make_images(n_extra, 5)
    if n_extra:
        save_images(record.extra_file, extra)
    train_run(record, record.path)
    train, val = split_as_trained(read_run(record.path), toy.train)
    kept = read_epoch(find_epochs(record.path)[0])
    assert (len(train), len(val)) == (len(kept.correct), len(kept.val.y_pred))
    assert np.array_equal(train.images[:n_extra], extra.images)
    assert np.array_equal(train.labels[n_extra:], toy.train.labels[: len(train) - n_extra])
    assert np.array_equal(val.labels, toy.train.labels[270:])
    assert first_own_image(read_run(record.path), train, len(toy.train)) == n_extra
