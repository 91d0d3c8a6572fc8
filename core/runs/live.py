"""What a run in training shows of itself beside its figures: its answers to a few images, and its first weights.

live.safetensors       written by the worker, replaced as a whole
own_image.safetensors  where there is one: the reader's own picture, which the worker answers too
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images, Labels
from core.errors import CheckpointError
from core.storage.arrays import load_arrays, save_arrays

LIVE_FILE, OWN_IMAGE_FILE = "live.safetensors", "own_image.safetensors"
# The label of a picture whose class nobody knows, and the answer where there is none.
UNKNOWN = -1


@dataclass(frozen=True)
class LiveView:
    """The network after `step` steps, at N images.

    images (N, 28, 28), labels (N,): the true classes; `UNKNOWN` for the reader's own picture, which comes first.
    probabilities (N, C): of the classes.
    earlier (N, K): the answers before the present one, the latest last, without repetition; `UNKNOWN` where there were
        not so many.
    layer: the first weighted layer. n_units: its units or filters.
    weights (U, height, width): of the first U of them, for the first channel of the image.
    """

    step: int
    images: Images
    labels: Labels
    probabilities: NDArray[np.float32]
    earlier: NDArray[np.int64]
    layer: str
    n_units: int
    weights: NDArray[np.float32]


def write_live(folder: Path, view: LiveView) -> None:
    """Replace the run's view. Raises OSError."""
    arrays = {name: value for name, value in vars(view).items() if isinstance(value, np.ndarray)}
    about = {"step": str(view.step), "layer": view.layer, "n_units": str(view.n_units)}
    save_arrays(folder / LIVE_FILE, arrays, about)


def read_live(folder: Path) -> LiveView | None:
    """The run's view; None where there is none or it cannot be read."""
    try:
        arrays, about = load_arrays(folder / LIVE_FILE)
        return LiveView(int(about["step"]), layer=about["layer"], n_units=int(about["n_units"]), **arrays)  # type: ignore[arg-type]
    except (CheckpointError, KeyError, TypeError, ValueError):
        return None


def has_live(folder: Path) -> bool:
    """Whether the run shows a view."""
    return (folder / LIVE_FILE).is_file()


def write_own_image(folder: Path, image: Images) -> None:
    """Give the worker the reader's own picture (28, 28) to answer. Raises OSError."""
    save_arrays(folder / OWN_IMAGE_FILE, {"image": np.ascontiguousarray(image)})


def read_own_image(folder: Path) -> Images | None:
    """The reader's own picture (28, 28); None where there is none or it is none."""
    try:
        image = load_arrays(folder / OWN_IMAGE_FILE)[0]["image"]
    except (CheckpointError, KeyError):
        return None
    return image.astype(np.uint8) if image.shape == (28, 28) else None
