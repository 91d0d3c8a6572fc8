"""Whether a picture is a digit at all: a small network of its own, independent of the network that predicts the class.

It learned digits beside letters, doodles, clothes and noise ("outlier exposure", D. Hendrycks et al. 2019,
arXiv:1812.04606) by `python -m tools.train_detector`. These functions run where torch is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images
from core.errors import RunError
from core.settings import PROJECT
from core.storage.arrays import load_arrays
from core.storage.decode import decode_dataclass
from core.storage.reading import read_json

if TYPE_CHECKING:
    from torch import nn

DETECTOR = PROJECT / "models" / "pretrained_detector"
_BATCH = 512


@dataclass(frozen=True)
class DetectorResult:
    """The detector's threshold, and how it was chosen.

    threshold: a picture whose probability of being a digit is below it is called no digit.
    kept: by kind of digits, the share of the hold-out digits that reach the threshold.
    """

    threshold: float
    kept: dict[str, float]
    n_parameters: int
    versions: dict[str, str] = field(default_factory=dict)


def digit_shares(pictures: Images) -> NDArray[np.float32]:
    """The probability (N,) that each picture (N, 28, 28) is a digit. Raises CheckpointError."""
    import torch

    network = _load_network(DETECTOR)
    shares = []
    with torch.inference_mode():
        for start in range(0, len(pictures), _BATCH):
            batch = torch.tensor(pictures[start : start + _BATCH]).unsqueeze(1).float() / 255
            shares.append(1 - network(batch).softmax(1)[:, -1].numpy())
    return np.concatenate(shares) if shares else np.empty(0, np.float32)


@lru_cache(maxsize=1)
def detector_result(folder: Path = DETECTOR) -> DetectorResult:
    """The detector's card. Raises RunError."""
    try:
        return decode_dataclass(DetectorResult, read_json(folder / "card.json"))
    except (OSError, ValueError, AttributeError) as error:
        raise RunError(
            "{folder}/card.json is not a detector's description: {reason}.", folder=folder.name, reason=error
        ) from None


@lru_cache(maxsize=1)
def _load_network(folder: Path) -> nn.Module:
    import torch

    from models.digit_detector import build

    network = build()
    arrays, _ = load_arrays(folder / "weights.safetensors")
    network.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    return network.eval()
