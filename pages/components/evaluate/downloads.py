"""What can be taken away of a run: its predictions as CSV, and a report as one HTML file."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.data.datasets import ImageSet, is_available
from core.errors import LabError
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.export.predictions_csv import predictions_csv
from core.runs.record import RunRecord
from core.runs.result import RunResult
from core.settings import data_root
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.report.page import report_html
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.shell.later import later
from pages.components.shell.texts import tr


def offer_downloads(record: RunRecord, result: RunResult) -> None:
    """A popover with the files, each of which is made when it is asked for."""
    with st.popover(tr("Download results"), icon=":material/download:"):
        st.download_button(
            tr("Report (HTML)"),
            later(lambda: report_html(record, result, record.history(), _find(record))),
            f"{record.id}.html",
            "text/html",
            icon=":material/description:",
            width="stretch",
            on_click="ignore",
        )
        if _find(record) is not None:
            st.download_button(
                tr("Predictions (CSV)"),
                later(lambda: _make_csv(record)),
                f"{record.id}.csv",
                "text/csv",
                icon=":material/table:",
                width="stretch",
                on_click="ignore",
                help=tr("Each test image with its class and the network’s raw probabilities."),
            )


def _find(record: RunRecord) -> tuple[ImageSet, Samples] | None:
    """The test images and predictions, where both are at hand and belong together."""
    name, root = record.config.dataset, data_root()
    if not is_available(name, root):
        return None
    try:
        test = load_test_images(name, root)
        return test, load_calibrated_samples(record, test)
    except LabError:
        return None


def _make_csv(record: RunRecord) -> str:
    test = load_test_images(record.config.dataset, data_root())
    probabilities = load_test_predictions(record, test)
    return predictions_csv(
        make_samples(test.labels, probabilities), probabilities, find_dataset(record.config.dataset).class_names
    )
