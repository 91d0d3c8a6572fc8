"""The test images by how suspicious their labels are, with what the reader thinks of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import ImageSet, Labels
from core.data.known_labels import known_label
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.labels.quality import LabelQuality, label_quality
from core.labels.verdicts import Verdicts
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.labels.kept import my_verdicts
from pages.components.shell.services import job_queue

# Rankings in the cache, of all visitors together.
_MAX_ANSWERS = 20


@dataclass(frozen=True)
class Suspects:
    """A run's test images, the most suspicious label first.

    scores: cleanlab's label quality score of each of the samples (N,).
    n_issues: labels that confident learning takes for wrong.
    """

    info: DatasetInfo
    test: ImageSet
    samples: Samples
    scores: NDArray[np.float64]
    n_issues: int
    verdicts: Verdicts

    def unjudged(self) -> NDArray[np.int64]:
        """The places of the samples without a verdict, in order."""
        judged = np.array([verdict.index for verdict in self.verdicts], np.int64)
        return np.flatnonzero(~np.isin(self.samples.index, judged))


def load_suspects(record: RunRecord) -> Suspects:
    """The suspects of a run whose data set is there. Raises LabError, OSError."""
    info = find_dataset(record.config.dataset)
    test = load_test_images(info.name, data_root())
    probabilities = load_test_predictions(record, test)
    samples = make_samples(test.labels, probabilities)
    quality = _ask_quality(test.labels, probabilities)
    order = quality.ranking()
    return Suspects(
        info=info,
        test=test,
        samples=samples[order],
        scores=quality.scores[order],
        n_issues=int(quality.is_issue.sum()),
        verdicts=my_verdicts(info.name, test.labels),
    )


def known_words(info: DatasetInfo, index: int) -> Message | None:
    """What a study found people to see in this test image; None where it did not look or the label stands."""
    known = known_label(info.name, index)
    if known is None:
        return None
    seen = info.class_names[known.seen]
    return message("people see {seen}", seen=seen) if known.agreed else message("some people see {seen}", seen=seen)


@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _ask_quality(labels: Labels, probabilities: Probabilities) -> LabelQuality:
    return job_queue().compute.call(label_quality, labels, probabilities)
