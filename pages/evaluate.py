"""See what a network gets right and wrong on its test set."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.data.catalog import find_dataset
from core.errors import LabError
from core.evaluation.measure import is_stale
from core.metrics.classification import class_scores
from core.runs.record import FINISHED, RunRecord, RunResult
from pages.components.evaluate.class_table import show_class_table
from pages.components.evaluate.measuring import offer_measuring
from pages.components.evaluate.mistakes_view import show_mistakes
from pages.components.runs.run_picker import pick_run
from pages.components.shell.sitemap import enter
from pages.components.shell.wording import percent

enter()


def show_record(record: RunRecord, beside: DeltaGenerator) -> None:
    """What is known of the run's network, or how to find it out. Its main figures go `beside` the choice of the run."""
    if record.result is None:
        st.info(_why_unmeasured(record), icon=":material/fact_check:")
        offer_measuring(record)
        return
    counts, names = np.array(record.result.confusion), find_dataset(record.config.dataset).class_names
    if counts.shape != (len(names), len(names)):
        size = "×".join(map(str, counts.shape))
        st.error(f"The confusion matrix in {record.id}/card.json is {size}; it must be {len(names)}×{len(names)}.")
        offer_measuring(record)
        return
    with beside:
        show_figures(record.result, counts)
    hint_at_age(record)
    mistakes, classes = st.tabs(["Mistakes", "Classes"], key="evaluate_tab", on_change="rerun")
    if mistakes.open:
        with mistakes:
            show_mistakes(record, counts)
    if classes.open:
        with classes:
            show_class_table(class_scores(counts), names)


def _why_unmeasured(record: RunRecord) -> str:
    if record.is_active:
        return "This network is still being trained. Measure what it has learned so far, or wait until it is done."
    return "This network has not been measured on the test set yet. Measure it to see its mistakes."


def hint_at_age(record: RunRecord) -> None:
    """Say so where the network has changed since it was measured, or may still change."""
    if record.bundled or record.state.status == FINISHED:
        return
    try:
        outdated = is_stale(record)
    except LabError as error:
        st.error(str(error), icon=":material/error:")
        return
    if outdated:
        st.info("The network has been trained further since these figures were measured.", icon=":material/history:")
        offer_measuring(record)
    elif record.is_active:
        st.info("This network is still being trained; the figures are of the weights kept so far.")


def show_figures(result: RunResult, counts: NDArray[np.int64]) -> None:
    """The figures of the whole test set."""
    with st.container(horizontal=True, gap="medium"):
        st.metric("Test accuracy", percent(result.test_accuracy), width="content")
        st.metric("Test loss", f"{result.test_loss:.4f}", width="content", help="Mean cross-entropy, in nats.")
        n_wrong = counts.sum() - counts.trace()
        st.metric("Mistakes", f"{n_wrong:,}", width="content", help=f"Of {counts.sum():,} test images.")


left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
with left:
    record = pick_run()
if record:
    show_record(record, right)
else:
    st.info("There is no trained network yet.", icon=":material/school:")
    st.page_link("pages/train.py", label="Train one", icon=":material/play_circle:")
