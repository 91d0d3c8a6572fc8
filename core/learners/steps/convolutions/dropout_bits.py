"""Dropout's masks from a few random bits a value, where its share is a number of quarters."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

# Values a byte of random bits is enough for, at two bits a value.
_A_BYTE = 4
# Values of an integer of 64 bits.
_AN_INTEGER = 32


class QuarterDropout:
    """Each value is 0 with probability `share` (¼, ½ or ¾), else divided by 1 − share.

    dtype: of the masks. In floats a kept value has `scale`, 1 / (1 − share), for a product; in integers all bits, for a
    bitwise and.
    """

    def __init__(self, share: float, dtype: torch.dtype) -> None:
        codes = np.arange(256)[:, None] >> np.arange(0, 2 * _A_BYTE, 2) & 3
        self.scale = 1 / (1 - share)
        masks = torch.from_numpy(codes >= 4 * share).to(dtype) * (self.scale if dtype.is_floating_point else -1)
        # Four values as one element, so that a look-up copies them at once.
        self._table = _as_elements(masks)

    def draw(self, out: Tensor) -> None:
        """A mask into contiguous `out`, by torch's generator."""
        count = -(-out.numel() // _AN_INTEGER)
        bits = torch.empty(count, dtype=torch.int64).random_(-(2**63), None)
        np.take(self._table, bits.numpy().view(np.uint8), out=_as_elements(out), mode="clip")


def _as_elements(values: Tensor) -> np.ndarray:
    array = values.numpy().reshape(-1)
    return array.view(f"V{_A_BYTE * array.itemsize}")
