"""A network that may abstain: what it keeps of its predictions, and how often it is right about these.

After Y. Geifman and R. El-Yaniv 2017, "Selective Classification for Deep Neural Networks" (arXiv:1705.08500).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.samples import Samples


@dataclass(frozen=True)
class Abstention:
    """A network's predictions, split by a threshold of confidence.

    kept: at least as sure as the threshold. refused: the others, the least sure first.
    """

    threshold: float
    kept: Samples
    refused: Samples

    @property
    def coverage(self) -> float:
        """Share of the images that are answered."""
        return len(self.kept) / max(1, len(self.kept) + len(self.refused))

    @property
    def accuracy(self) -> float | None:
        """Share of the kept predictions that are right; None where none is kept."""
        return float((self.kept.y_pred == self.kept.y_true).mean()) if len(self.kept) else None


@dataclass(frozen=True)
class CoverageCurve:
    """Accuracy of what is kept against coverage, one point for each confidence that occurs, the highest first.

    threshold, coverage, accuracy: float64 (P,), from 0 to 1.
    """

    threshold: NDArray[np.float64]
    coverage: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def abstain(samples: Samples, threshold: float) -> Abstention:
    """Keep the predictions whose confidence is at least the threshold, from 0 to 1."""
    is_kept = samples.confidence >= threshold
    refused = samples[~is_kept]
    return Abstention(threshold, samples[is_kept], refused[np.argsort(refused.confidence, kind="stable")])


def coverage_curve(samples: Samples) -> CoverageCurve:
    """The curve of at least one sample."""
    order = np.argsort(-samples.confidence, kind="stable")
    confidence, right = samples.confidence[order], (samples.y_pred == samples.y_true)[order]
    kept = np.arange(1, len(order) + 1)
    # Images of equal confidence are kept or refused together.
    is_last = np.append(confidence[1:] != confidence[:-1], True)
    return CoverageCurve(confidence[is_last], (kept / len(order))[is_last], (np.cumsum(right) / kept)[is_last])
