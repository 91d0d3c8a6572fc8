"""Which labels a network speaks against: by confident learning, and by its training dynamics.

C. Northcutt, L. Jiang and I. Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels"
(arXiv:1911.00068), by the library cleanlab. It needs predictions for images that the network was not trained on.

S. Swayamdipta et al. 2020, "Dataset Cartography" (arXiv:2009.10795), found that wrong labels are often among the
training images whose label got a low mean probability over the epochs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.dynamics.examples import ExampleDynamics
from core.learners.base import Probabilities


@dataclass(frozen=True)
class LabelQuality:
    """What confident learning says of N labels.

    scores: cleanlab's label quality score (N,), float64 from 0 to 1: the lower, the more suspicious. It is the
    probability of the label ("self confidence").
    is_issue: bool (N,), the labels that it takes for wrong: as many as its estimate of the label noise says.
    """

    scores: NDArray[np.float64]
    is_issue: NDArray[np.bool_]

    def ranking(self) -> NDArray[np.int64]:
        """The images' places in the arrays (N,), the most suspicious label first. Equal scores keep their order."""
        return np.argsort(self.scores, kind="stable")


def label_quality(labels: Labels, probabilities: Probabilities) -> LabelQuality:
    """Judge labels (N,) by a network's class probabilities (N, C) for images that it was not trained on.

    Importing cleanlab takes seconds, so pages have it computed where torch is loaded.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    scores = get_label_quality_scores(labels, probabilities)
    # By default it would start a process for each core.
    issues = find_label_issues(labels, probabilities, n_jobs=1)
    return LabelQuality(np.asarray(scores, np.float64), np.asarray(issues, np.bool_))


def rank_by_dynamics(dynamics: ExampleDynamics) -> NDArray[np.int64]:
    """The places of training images in the dynamics, the most suspicious label first.

    That is the one with the lowest mean probability. Equal ones keep their order; images without a figure are left out.
    """
    order = np.argsort(dynamics.confidence, kind="stable")
    return order[~np.isnan(dynamics.confidence[order])]
