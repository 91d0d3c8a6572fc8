"""Reading the data sets: files found, checked by checksum, and returned as arrays of bytes.

Nothing here needs torch or torchvision, so a page can show test images without importing them.
Downloading is in `core.data.download`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo, find_dataset
from core.errors import DataCorrupt, DataMissing

Split = Literal["train", "test"]
Images = NDArray[np.uint8]
Labels = NDArray[np.int64]

# MD5 of the uncompressed files, as published with the data sets.
_MD5: Mapping[str, Mapping[str, str]] = {
    "MNIST": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
        "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
        "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
    },
}


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

    extra: images from elsewhere to be trained on as well; never validated on.
    """

    info: DatasetInfo
    train: ImageSet
    test: ImageSet
    extra: ImageSet | None = None

    def split(self, n_val: int, n_train: int | None = None) -> tuple[ImageSet, ImageSet]:
        """Training images, the extra ones first, and the last `n_val` of the data set's own set apart.

        n_train: how many of the data set's own are trained on, of those before the ones set apart; None for all.
        """
        first_val = len(self.train) - n_val
        train, val = self.train[:first_val][:n_train], self.train[first_val:]
        return (self.extra + train if self.extra else train), val


def raw_folder(info: DatasetInfo, root: Path) -> Path:
    """Where torchvision keeps the uncompressed files of a data set below its root."""
    return root / info.torchvision_class / "raw"


def is_available(name: str, root: Path) -> bool:
    """Whether all files are there; their content is checked when they are read."""
    info = find_dataset(name)
    return info.embedded or all((raw_folder(info, root) / file).is_file() for file in _MD5[info.torchvision_class])


def verify(name: str, root: Path) -> None:
    """Check every file's checksum. Raises DataMissing or DataCorrupt, naming the file."""
    info = find_dataset(name)
    for file in _MD5.get(info.torchvision_class, {}):
        _read_checked(info, root, file)


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
    pixels = _read_checked(info, root, f"{prefix}-images-idx3-ubyte")
    labels = _read_checked(info, root, f"{prefix}-labels-idx1-ubyte")
    # IDX headers: 16 bytes before images (magic number, count, height, width), 8 before labels.
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(count, 28, 28)
    return ImageSet(images, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64))


def _read_checked(info: DatasetInfo, root: Path, file: str) -> bytes:
    path = raw_folder(info, root) / file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataMissing(f"{info.title} is not in {root}: {path.relative_to(root)} is missing.") from None
    except OSError as error:
        raise DataMissing(f"{info.title} cannot be read: {path}: {error.strerror}.") from None
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != _MD5[info.torchvision_class][file]:
        raise DataCorrupt(
            f"{path} is not the published file ({len(content):,} bytes, wrong checksum); "
            "it may be cut short. Download it again."
        )
    return content


@lru_cache(maxsize=1)
def _digits() -> ImageSet:
    from PIL import Image

    # The file that scikit-learn's load_digits reads. Importing scikit-learn itself would cost a page a second and
    # 150 MB, so it is only located.
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
    # The scans are ordered by writer, so a cut keeps the test set's writers apart.
    return _digits()[: info.n_train] if split == "train" else _digits()[info.n_train :]
