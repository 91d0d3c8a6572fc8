"""How sure a prediction is, and how reliable that is."""

from __future__ import annotations

import streamlit as st

from core.charts.reliability import reliability_data
from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message
from core.uncertainty.calibrate_run import calibrate_run
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration, Check
from models.texts import mark
from pages.components.charts.large import enlarge_figure
from pages.components.charts.reliability import reliability_chart
from pages.components.charts.saving import saving_config
from pages.components.draw.confidence.view import sure_html
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.subject import Subject
from pages.components.shell.presenter import ENLARGED, is_presenting
from pages.components.shell.services import job_queue
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr

# Width of the chart in CSS pixels.
_CHART_WIDTH = 640
_ALL_USED = mark("It was trained on all images of its data set, so none are left to calibrate it on.")


def show_sure(record: RunRecord, subject: Subject) -> None:
    """The classes that the picture may be, and on request how reliable the network's confidence is."""
    try:
        prediction = predict_picture(record, subject.picture)
        calibration, problem = usable_calibration(record.path)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    st.html(sure_html(prediction, calibration))
    if calibration is None:
        _offer_calibration(record, problem)
        return
    with st.expander(tr("Reliability"), key="reliability", on_change="rerun") as expander:
        if expander.open:
            _show_reliability(calibration)


def _offer_calibration(record: RunRecord, problem: Message) -> None:
    """Why the probabilities are the raw ones, and a button where they can be calibrated."""
    can = record.config.val_fraction > 0 and not record.bundled
    st.caption(tr(problem) if can else f"{tr(problem)} {tr(_ALL_USED)}")
    # While it is trained its weights still change.
    if not can or record.is_active:
        return
    if not is_available(record.config.dataset, data_root()):
        title = Message(find_dataset(record.config.dataset).title)
        st.page_link("pages/train.py", label=tr("Get {dataset}", dataset=title), icon=PAGES["train"].icon)
        return
    if not st.button(tr("Calibrate"), icon=":material/tune:"):
        return
    try:
        with st.spinner(tr("Calibrating…"), show_time=True):
            job_queue().compute.call_in_new_child(calibrate_run, record.path, data_root())
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
    else:
        st.rerun()


def _show_reliability(calibration: Calibration) -> None:
    st.caption(
        tr(
            "A temperature, {temperature:.2f}, fitted on {images} ({count:,} in all). It makes the network {change}. "
            "The chart shows images that were not used for the fit. On the dotted line, confidence equals accuracy. "
            "The larger a point, the more images it stands for.",
            temperature=calibration.temperature,
            images=calibration.words,
            count=calibration.n,
            change=message("less confident") if calibration.temperature > 1 else message("more confident"),
        )
    )
    checks = list(calibration.checks)
    number = st.segmented_control(
        tr("Measured on"),
        range(len(checks)),
        format_func=lambda number: tr(checks[number].words),
        default=0,
        key="reliability_on",
    )
    check = checks[number or 0]
    chart = reliability_chart(reliability_data(check))
    if is_presenting():
        enlarge_figure(chart, ENLARGED)
    with st.container(width=_CHART_WIDTH):
        st.plotly_chart(chart, config=saving_config("reliability"))
    st.caption(_figures(check, calibration.level))


def _figures(check: Check, level: float) -> str:
    """A check's figures in words. level: the coverage that the prediction sets aim at."""
    errors = tr(
        "On {count:,} images not used for the fit, the expected calibration error, the mean distance of confidence and "
        "accuracy, is {raw:.1%} raw and {calibrated:.1%} calibrated.",
        count=check.n,
        raw=check.raw_error,
        calibrated=check.error,
    )
    if check.coverage is None or check.set_size is None:
        return errors
    coverage = tr(
        "The true class was among the classes named for {coverage:.1%} of them; the aim is {level:.0%}. On average "
        "{size:.2f} classes were named.",
        coverage=check.coverage,
        level=level,
        size=check.set_size,
    )
    return f"{errors} {coverage}"
