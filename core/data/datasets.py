"""Reading the data sets as arrays of bytes.

Nothing here imports torch or torchvision, so a page can show test images without them. `core.data.download` gets the
files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo, find_dataset
from core.data.files import data_files, raw_folder, read_checked
from core.errors import DataMissing

Split = Literal["train", "test"]
Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class ImageSet:
    """Images with their labels: uint8 (N, 28, 28), white ink (255) on black (0), and int64 (N,)."""

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, part: slice) -> ImageSet:
        return ImageSet(self.images[part], self.labels[part])

    def __add__(self, other: ImageSet) -> ImageSet:
        return ImageSet(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))


NO_IMAGES = ImageSet(np.empty((0, 28, 28), np.uint8), np.empty(0, np.int64))


@dataclass(frozen=True)
class Dataset:
    """A data set with both its splits in memory.

    extra: images from elsewhere that are trained on as well, but never validated on.
    """

    info: DatasetInfo
    train: ImageSet
    test: ImageSet
    extra: ImageSet | None = None

    def split(self, n_val: int, n_train: int | None = None) -> tuple[ImageSet, ImageSet]:
        """Training images, the extra ones first, and validation images.

        n_val: how many of the data set's own training images are held out for validation; the last ones are.
        n_train: how many of those before them are trained on, the first ones; None for all.
        """
        first_val = len(self.train) - n_val
        train, val = self.train[:first_val][:n_train], self.train[first_val:]
        return (self.extra + train if self.extra else train), val


def is_available(name: str, root: Path) -> bool:
    """Whether all files are there; their content is checked when they are read."""
    info = find_dataset(name)
    return all((raw_folder(info, root) / file).is_file() for file in data_files(info))


def load_dataset(name: str, root: Path) -> Dataset:
    """Read both splits. Raises ConfigError, DataMissing or DataCorrupt."""
    return Dataset(find_dataset(name), load_split(name, root, "train"), load_split(name, root, "test"))


def load_split(name: str, root: Path, split: Split) -> ImageSet:
    """Read one split; see `load_dataset`."""
    info = find_dataset(name)
    if info.embedded:
        return _load_digits(info, split)
    prefix = "train" if split == "train" else "t10k"
    count = info.n_train if split == "train" else info.n_test
    pixels = read_checked(info, root, f"{prefix}-images-idx3-ubyte")
    labels = read_checked(info, root, f"{prefix}-labels-idx1-ubyte")
    # IDX headers: 16 bytes before images (magic number, count, height, width), 8 before labels.
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(count, 28, 28)
    return ImageSet(images, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))


@lru_cache(maxsize=1)
def _digits() -> ImageSet:
    from PIL import Image

    # The file that scikit-learn's load_digits reads. Importing scikit-learn would cost a page a second and 150 MB, so
    # that the file is only located.
    package = find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise DataMissing("The embedded digits come with scikit-learn, which is not installed.")
    table = np.loadtxt(Path(package.submodule_search_locations[0], "datasets", "data", "digits.csv.gz"), delimiter=",")
    images = np.zeros((len(table), 28, 28), np.uint8)
    for image, row in zip(images, table, strict=True):
        scan = Image.fromarray((row[:64].reshape(8, 8) * (255 / 16)).round().astype(np.uint8))
        # 20×20 in the middle of 28×28, as MNIST's digits are laid out.
        image[4:24, 4:24] = np.asarray(scan.resize((20, 20), Image.Resampling.BICUBIC))
    return ImageSet(images, table[:, 64].astype(np.int64))


def _load_digits(info: DatasetInfo, split: Split) -> ImageSet:
    # The scans are ordered by writer, so that hardly any writer is in both splits.
    return _digits()[: info.n_train] if split == "train" else _digits()[info.n_train :]
