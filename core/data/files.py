"""The files of MNIST and Fashion-MNIST: where they are, and whether they are the published ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.data.catalog import DatasetInfo, find_dataset
from core.errors import DataCorrupt, DataError, DataMissing
from core.storage.stamp import NO_FILE, Stamp, file_stamp


@dataclass(frozen=True)
class DataFile:
    """What is known of a file before it is there.

    md5: of the uncompressed file, as published with the data set.
    archive_bytes: size of the gzipped file that is downloaded.
    """

    md5: str
    archive_bytes: int


# By the class in torchvision.datasets and the file's name. Mirrors, and the archives' own checksums, come from
# torchvision when a file is downloaded (`core.data.download`).
FILES: Mapping[str, Mapping[str, DataFile]] = {
    "MNIST": {
        "train-images-idx3-ubyte": DataFile("6bbc9ace898e44ae57da46a324031adb", 9_912_422),
        "train-labels-idx1-ubyte": DataFile("a25bea736e30d166cdddb491f175f624", 28_881),
        "t10k-images-idx3-ubyte": DataFile("2646ac647ad5339dbf082846283269ea", 1_648_877),
        "t10k-labels-idx1-ubyte": DataFile("27ae3e4e09519cfbb04c329615203637", 4_542),
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte": DataFile("f4a8712d7a061bf5bd6d2ca38dc4d50a", 26_421_880),
        "train-labels-idx1-ubyte": DataFile("9018921c3c673c538a1fc5bad174d6f9", 29_515),
        "t10k-images-idx3-ubyte": DataFile("8181f5470baa50b63fa0f6fddb340f0a", 4_422_102),
        "t10k-labels-idx1-ubyte": DataFile("15d484375f8d13e6eb1aabb0c3f46965", 5_148),
    },
}


def raw_folder(info: DatasetInfo, root: Path) -> Path:
    """Where torchvision keeps the uncompressed files of a data set below its root."""
    return root / info.torchvision_class / "raw"


def data_files(info: DatasetInfo) -> Mapping[str, DataFile]:
    """The files of a data set by name; none where the images come with an installed package."""
    return FILES.get(info.torchvision_class, {})


def find_faults(name: str, root: Path) -> dict[str, DataError]:
    """What is wrong with each file that cannot be used, by file name; empty when the data set is ready.

    A good file is read again only after its stamp has changed (0.15 s for a whole data set).
    """
    info = find_dataset(name)
    faults = {}
    for file in data_files(info):
        try:
            check_file(info, root, file)
        except DataError as error:
            faults[file] = error
    return faults


def check_file(info: DatasetInfo, root: Path, file: str) -> None:
    """Check one file's checksum. Raises DataMissing or DataCorrupt; see `find_faults`."""
    stamp = file_stamp(raw_folder(info, root) / file)
    if stamp == NO_FILE:
        read_checked(info, root, file)
    else:
        _check(info, root, file, stamp)


@lru_cache(maxsize=64)
def _check(info: DatasetInfo, root: Path, file: str, _stamp: Stamp) -> None:
    read_checked(info, root, file)


def read_checked(info: DatasetInfo, root: Path, file: str) -> bytes:
    """The content of a file that has the published checksum. Raises DataMissing or DataCorrupt."""
    path = raw_folder(info, root) / file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataMissing(
            "{title} is not in {folder}: {file} is missing.",
            title=info.title,
            folder=root,
            file=path.relative_to(root),
        ) from None
    except OSError as error:
        raise DataMissing(
            "{title} cannot be read: {file}: {reason}.", title=info.title, file=path, reason=error.strerror
        ) from None
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != data_files(info)[file].md5:
        raise DataCorrupt(
            "{file} is not the published file ({size:,} bytes, wrong checksum); "
            "it may be cut short. Download it again.",
            file=path,
            size=len(content),
        )
    return content


def count_bytes(name: str, files: Iterable[str]) -> int:
    """Bytes to download for these files of a data set."""
    known = data_files(find_dataset(name))
    return sum(known[file].archive_bytes for file in files)
