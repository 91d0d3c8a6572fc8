"""Taking over a folder, chosen by the reader, that holds a data set's files already."""

from __future__ import annotations

from pathlib import Path

from core import settings
from core.data.catalog import DatasetInfo, find_dataset
from core.data.files import find_faults
from core.errors import DataError, DataMissing


def use_folder(name: str, text: str) -> Path:
    """Make a folder named by a user the data folder, once this data set's files in it are checked.

    The folder may be the root, `<root>/MNIST` or `<root>/MNIST/raw`. Returns the root; raises DataError.
    """
    info = find_dataset(name)
    if not text.strip():
        raise DataMissing(
            "Type the path of a folder that holds {subfolder}/raw with the four uncompressed {title} files.",
            subfolder=info.torchvision_class,
            title=info.title,
        )
    try:
        root = _find_root(info, Path(text.strip()).expanduser().resolve())
        if not root.is_dir():
            raise DataMissing("There is no folder {folder}.", folder=root)
        for fault in find_faults(name, root).values():
            raise fault
        settings.choose_data_root(root)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            "{folder!r} cannot be used as the data folder: {reason}.", folder=text, reason=str(error)
        ) from None
    except DataMissing as error:
        raise DataMissing(
            "{problem} Looked for {subfolder}/raw with the four uncompressed {title} files.",
            problem=error.message,
            subfolder=info.torchvision_class,
            title=info.title,
        ) from None
    return root


def _find_root(info: DatasetInfo, folder: Path) -> Path:
    for part in ("raw", info.torchvision_class):
        if folder.name == part:
            folder = folder.parent
    return folder
