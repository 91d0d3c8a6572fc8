"""A network that may abstain: the threshold, what it gains, and what would be refused."""

from __future__ import annotations

import streamlit as st

from core.charts.evaluation.coverage import coverage_data, describe_coverage
from core.texts.message import plural
from core.uncertainty.abstention import Abstention, abstain, coverage_curve
from pages.components.charts.evaluation.coverage import coverage_chart
from pages.components.charts.figure import draw_figure
from pages.components.evaluate.calibration.measured import Measured
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes, percent

_THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_DEFAULT = 0.9


def show_abstaining(measured: Measured) -> Abstention:
    """Draw the curve with the choice of the threshold; returns what it keeps and refuses."""
    st.markdown(tr("#### What if it may say “I do not know”?"))
    threshold: float = st.select_slider(
        tr("Answer from this confidence on"),
        _THRESHOLDS,
        _DEFAULT,
        format_func=lambda value: f"{100 * value:g}%",
        key="abstention_threshold",
        persist_state="session",
    )
    found = abstain(measured.samples, threshold)
    data = coverage_data(coverage_curve(measured.samples), found)
    draw_figure(coverage_chart(data), "coverage", tr_plain(describe_coverage(data)))
    wrong = int((found.kept.y_pred != found.kept.y_true).sum())
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("Coverage"), percent(found.coverage), width="content", help=tr("Share of the images answered."))
        st.metric(tr("Accuracy of these"), percent(found.accuracy), width="content")
        st.metric(tr("Mistakes left"), f"{wrong:,}", width="content")
        st.metric(tr("Refused"), f"{len(found.refused):,}", width="content")
    st.caption(
        tr(
            "These are test images, to look at. A threshold to be used must be chosen on others, or its figures are "
            "too good."
        )
    )
    return found


def show_refused(measured: Measured, found: Abstention) -> None:
    """Draw the images that would be refused, the least sure first."""
    refused = found.refused
    if not len(refused):
        st.caption(tr("With this threshold no image is refused."))
        return
    right = int((refused.y_pred == refused.y_true).sum())
    count = plural("#### {count:,} image is refused", "#### {count:,} images are refused", len(refused))
    st.markdown(tr(count))
    st.caption(
        tr(
            "{right:,} of these predictions are right. The least sure come first. True → predicted "
            "class, and the probability of the prediction.",
            right=right,
        )
    )
    key = f"refused_page_{measured.info.name}_{found.threshold:g}"
    show_gallery_pages(measured.test.images, refused, name_classes(measured.info), key)
