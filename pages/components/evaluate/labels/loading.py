"""A run's images by how suspicious their labels are: computed, or said why there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.catalog import find_dataset
from core.data.datasets import ImageSet, Labels
from core.evaluation.samples import make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.evaluation.validation import find_val_predictions, predict_val
from core.labels.quality import LabelQuality, label_quality, rank_by_dynamics
from core.labels.verdicts import Verdicts
from core.learners.base import Probabilities
from core.runs.epoch_files import find_epochs
from core.runs.record import RunRecord
from core.runs.trained_images import first_own_image
from core.settings import data_root
from core.texts.message import message
from pages.components.data.images_in_memory import load_test_images, load_train_images
from pages.components.evaluate.dynamics.reading import load_examples, load_images, why_nothing
from pages.components.evaluate.labels.kept import my_verdicts
from pages.components.evaluate.labels.suspects import Suspects, Which, split_of
from pages.components.shell.long_call import await_call
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr

# Rankings in the cache, of all visitors together.
_MAX_ANSWERS = 20


def load_suspects(record: RunRecord, which: Which) -> Suspects | None:
    """The suspects among these images of a run whose data set is there; None where there are none yet.

    Then the reason is drawn, or the progress of what is computed. Raises LabError, OSError.
    """
    if which == "test":
        test = load_test_images(record.config.dataset, data_root())
        return _rank_predicted(record, which, test, test, load_test_predictions(record, test))
    images = load_train_images(record.config.dataset, data_root())
    if which == "train":
        return _rank_trained(record, images)
    val = load_images(record)[1]
    probabilities = _predict_val(record, val)
    return None if probabilities is None else _rank_predicted(record, which, images, val, probabilities)


def _predict_val(record: RunRecord, val: ImageSet) -> Probabilities | None:
    if not len(val):
        st.info(tr("This run was trained on all images, so none were held out for validation."), icon=":material/info:")
        return None
    kept = find_val_predictions(record, val)
    if kept is not None:
        return kept
    st.caption(tr("The network’s predictions for the validation images are computed once and kept."))
    key, label = f"val_{record.id}", message("Predict the validation images")
    return await_call(key, label, predict_val, record, data_root(), starts_itself=True)


def _rank_predicted(
    record: RunRecord, which: Which, images: ImageSet, asked: ImageSet, probabilities: Probabilities
) -> Suspects:
    """images: the split of the data set. asked: its last images, which the probabilities are of."""
    samples = make_samples(asked.labels, probabilities)
    with st.spinner(tr("Ranking the labels…")):
        quality = _ask_quality(asked.labels, probabilities)
    order = quality.ranking()
    index = order + len(images) - len(asked)
    return Suspects(
        info=find_dataset(record.config.dataset),
        which=which,
        images=images,
        index=index,
        scores=quality.scores[order],
        verdicts=_verdicts(record, which, images, index),
        samples=replace(samples[order], index=index),
        n_issues=int(quality.is_issue.sum()),
    )


def _rank_trained(record: RunRecord, images: ImageSet) -> Suspects | None:
    """images: the training images of the data set, among which those are that the run was trained on."""
    files = find_epochs(record.path)
    if not files:
        st.info(tr(why_nothing(record)), icon=":material/timeline:")
        return None
    trained, dynamics = load_examples(record, files)
    order = rank_by_dynamics(dynamics)
    index = order - first_own_image(record, trained, len(images))
    # Images from elsewhere, such as the reader's own digits, have no number in the data set.
    order, index = order[index >= 0], index[index >= 0]
    return Suspects(
        info=find_dataset(record.config.dataset),
        which="train",
        images=images,
        index=index,
        scores=dynamics.confidence[order].astype(np.float64),
        verdicts=_verdicts(record, "train", images, index),
    )


def _verdicts(record: RunRecord, which: Which, images: ImageSet, index: NDArray[np.int64]) -> Verdicts:
    return my_verdicts(record.config.dataset, split_of(which), images.labels).among(index)


@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _ask_quality(labels: Labels, probabilities: Probabilities) -> LabelQuality:
    return job_queue().compute.call(label_quality, labels, probabilities)
