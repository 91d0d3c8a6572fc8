"""Labelled images in a safetensors file: those that a run is trained on besides its data set."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np

from core.data.datasets import Images, ImageSet, Labels
from core.errors import DataCorrupt
from core.storage.arrays import load_arrays, save_arrays


def save_images(path: Path, images: ImageSet) -> None:
    """Write images and labels. Raises OSError."""
    # The format writes an array's memory in order and ignores its strides.
    arrays = {"images": images.images, "labels": images.labels}
    save_arrays(path, {name: np.ascontiguousarray(array) for name, array in arrays.items()})


def load_images(path: Path) -> ImageSet:
    """The inverse of `save_images`. Raises CheckpointError and DataCorrupt."""
    arrays, _ = load_arrays(path)
    file = f"{path.parent.name}/{path.name}"
    images, labels = arrays.get("images"), arrays.get("labels")
    if images is None or images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise DataCorrupt("{file} must hold images, uint8 (N, 28, 28).", file=file)
    if labels is None or labels.dtype != np.int64 or labels.shape != images.shape[:1]:
        raise DataCorrupt("{file} must hold a label, int64, for each image.", file=file)
    if len(labels) and not 0 <= labels.min() <= labels.max() <= 9:
        raise DataCorrupt("{file} has labels outside 0 to 9.", file=file)
    return ImageSet(cast(Images, images), cast(Labels, labels))
