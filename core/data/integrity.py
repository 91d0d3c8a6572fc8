"""Which files of a data set are usable, how much is left to download, and taking over a folder that has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from core import settings
from core.data import datasets as data
from core.data.catalog import DatasetInfo, find_dataset
from core.errors import DataError, DataMissing

# Sizes in bytes of the published archives, known before a server is asked.
ARCHIVE_BYTES: Mapping[str, Mapping[str, int]] = {
    "MNIST": {
        "train-images-idx3-ubyte": 9_912_422,
        "train-labels-idx1-ubyte": 28_881,
        "t10k-images-idx3-ubyte": 1_648_877,
        "t10k-labels-idx1-ubyte": 4_542,
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte": 26_421_880,
        "train-labels-idx1-ubyte": 29_515,
        "t10k-images-idx3-ubyte": 4_422_102,
        "t10k-labels-idx1-ubyte": 5_148,
    },
}


def find_faults(name: str, root: Path) -> dict[str, DataError]:
    """What is wrong with each file that cannot be used, by file name; empty when the data set is ready.

    A file is read again only after its size or time of change is different (0.15 s for a whole data set).
    """
    info = find_dataset(name)
    faults = {}
    for file in ARCHIVE_BYTES.get(info.torchvision_class, {}):
        try:
            check_file(info, root, file)
        except DataError as error:
            faults[file] = error
    return faults


def check_file(info: DatasetInfo, root: Path, file: str) -> None:
    """Check one file's checksum, remembering good files. Raises DataMissing or DataCorrupt."""
    path = data.raw_folder(info, root) / file
    try:
        state = path.stat()
    except OSError:
        data._read_checked(info, root, file)
    else:
        _check(info, root, file, (state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=64)
def _check(info: DatasetInfo, root: Path, file: str, _stamp: tuple[int, int]) -> None:
    data._read_checked(info, root, file)


def count_bytes(name: str, files: Iterable[str]) -> int:
    """Bytes to download for these files of a data set."""
    sizes = ARCHIVE_BYTES[find_dataset(name).torchvision_class]
    return sum(sizes[file] for file in files)


def use_folder(name: str, text: str) -> Path:
    """Make a folder named by a user the data folder, once this data set's files in it are checked.

    The folder may be the root, `<root>/MNIST` or `<root>/MNIST/raw`. Returns the root; raises DataError.
    """
    info = find_dataset(name)
    if not text.strip():
        raise DataMissing(f"Type the path of a folder that holds {_describe(info)}.")
    try:
        root = _find_root(info, Path(text.strip()).expanduser().resolve())
        if not root.is_dir():
            raise DataMissing(f"There is no folder {root}.")
        data.verify(name, root)
        settings.choose_data_root(root)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{text!r} cannot be used as the data folder: {error}.") from None
    except DataMissing as error:
        raise DataMissing(f"{error} Looked for {_describe(info)}.") from None
    return root


def _find_root(info: DatasetInfo, folder: Path) -> Path:
    for part in ("raw", info.torchvision_class):
        if folder.name == part:
            folder = folder.parent
    return folder


def _describe(info: DatasetInfo) -> str:
    return f"{info.torchvision_class}/raw with the four uncompressed {info.title} files"
