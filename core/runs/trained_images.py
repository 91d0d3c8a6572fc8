"""The images that a run was trained on and validated on."""

from __future__ import annotations

from core.data.catalog import find_dataset
from core.data.datasets import NO_IMAGES, Dataset, ImageSet
from core.data.image_file import load_images
from core.runs.record import RunRecord


def split_as_trained(record: RunRecord, train: ImageSet) -> tuple[ImageSet, ImageSet]:
    """The run's training and validation images, in the order of its epochs' records.

    train: all training images of its data set. Raises DataError where the run's own images cannot be read.
    """
    config = record.config
    extra = load_images(record.extra_file) if record.extra_file.is_file() else None
    dataset = Dataset(find_dataset(config.dataset), train, NO_IMAGES, extra)
    return dataset.split(config.count_val(len(train)), config.count_train(len(train)))


def first_own_image(record: RunRecord, trained: ImageSet, n_train: int) -> int:
    """From which place on the images that the run was trained on are the data set's first ones.

    trained: as `split_as_trained` gives them. n_train: all training images of the data set. Those before that place are
    from elsewhere.
    """
    return len(trained) - record.config.count_train(n_train)
