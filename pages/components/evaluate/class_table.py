"""Precision, recall and F1 of each class."""

from __future__ import annotations

from statistics import fmean

import numpy as np
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from core.data.catalog import find_dataset
from core.metrics.classification import ClassScores, class_scores
from core.runs.record import RunRecord
from pages.components.shell.presenter import sized_place
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes


def show_classes(record: RunRecord) -> None:
    """The table of a run that has a result."""
    assert record.result is not None
    class_names = name_classes(find_dataset(record.config.dataset))
    show_class_table(class_scores(np.array(record.result.confusion)), class_names)


def show_class_table(scores: tuple[ClassScores, ...], class_names: tuple[str, ...]) -> None:
    """A table with a row for each class, and the means over all classes."""
    table = {
        "class": class_names,
        "precision": [100 * score.precision for score in scores],
        "recall": [100 * score.recall for score in scores],
        "f1": [100 * score.f1 for score in scores],
        "support": [score.support for score in scores],
    }
    columns = {
        "class": st.column_config.TextColumn(tr_plain("Class")),
        "precision": _share_column(
            tr_plain("Precision"), tr("The share of the images predicted as this class that belong to it.")
        ),
        "recall": _share_column(
            tr_plain("Recall"), tr("The share of the images of this class that were predicted as it.")
        ),
        "f1": _share_column(
            tr_plain("F1"), tr("Harmonic mean of precision and recall. It is low as soon as one of them is.")
        ),
        "support": st.column_config.NumberColumn(
            tr_plain("Support"), help=tr("Test images of this class."), format="localized"
        ),
    }
    with sized_place():
        st.dataframe(table, hide_index=True, height="content", column_config=columns)
    st.caption(
        tr(
            "Mean over the classes, weighted equally: precision {precision:.2%} · recall {recall:.2%} · F1 {f1:.2%}",
            precision=fmean(score.precision for score in scores),
            recall=fmean(score.recall for score in scores),
            f1=fmean(score.f1 for score in scores),
        )
    )


def _share_column(title: str, explanation: str) -> ColumnConfig:
    return st.column_config.ProgressColumn(title, help=explanation, min_value=0, max_value=100, format="%.2f%%")
