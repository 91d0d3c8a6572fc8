"""How sure a reading is, and how far that can be trusted."""

from __future__ import annotations

import streamlit as st

from core.charts.reliability import reliability_chart, reliability_data
from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError
from core.runs.record import RunRecord
from core.settings import data_root
from core.uncertainty.calibrate_run import calibrate_run
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration, Check
from pages.components.draw.confidence.view import sure_html
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.subject import Subject
from pages.components.shell.services import job_queue
from pages.components.shell.sitemap import PAGES
from pages.components.shell.wording import percent, plain

_CHART_WIDTH = 640
_ALL_USED = "It was trained on all images of its data set, so none are left to calibrate it on."


def show_sure(record: RunRecord, subject: Subject) -> None:
    """What the picture is with 99 % certainty, and on request how reliable the network's certainty is."""
    try:
        reading = predict_picture(record, subject.picture)
        calibration, problem = usable_calibration(record.path)
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    st.html(sure_html(reading, calibration))
    if calibration is None:
        _offer_calibration(record, problem)
        return
    with st.expander("Reliability", key="reliability", on_change="rerun") as expander:
        if expander.open:
            _show_reliability(calibration)


def _offer_calibration(record: RunRecord, problem: str) -> None:
    """Why the probabilities are as the network gives them, and a button where that can be changed."""
    can = record.config.val_fraction > 0 and not record.bundled
    st.caption(plain(problem if can else f"{problem} {_ALL_USED}"))
    # While it is trained its weights are still to change.
    if not can or record.is_active:
        return
    if not is_available(record.config.dataset, data_root()):
        title = find_dataset(record.config.dataset).title
        st.page_link("pages/train.py", label=f"Get {title}", icon=PAGES["train"].icon)
        return
    if not st.button("Calibrate", icon=":material/tune:"):
        return
    try:
        with st.spinner("Calibrating…", show_time=True):
            job_queue().compute.call_in_new_child(calibrate_run, record.path, data_root())
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.rerun()


def _show_reliability(calibration: Calibration) -> None:
    st.caption(
        f"One temperature, {calibration.temperature:.2f}, was fitted on {plain(calibration.words)} "
        f"({calibration.n:,} images): it makes the network {_change(calibration.temperature)}. "
        "Below, images that were not fitted on. On the dotted line a network is right as often as it says; "
        "the larger a point, the more images it stands for."
    )
    checks = {check.words: check for check in calibration.checks}
    words = st.segmented_control("Measured on", list(checks), default=next(iter(checks)), key="reliability_on")
    check = checks[words or next(iter(checks))]
    with st.container(width=_CHART_WIDTH):
        st.plotly_chart(reliability_chart(reliability_data(check)), config={"displayModeBar": False})
    st.caption(plain(_figures(check, calibration.level)))


def _change(temperature: float) -> str:
    return "less sure of itself" if temperature > 1 else "more sure of itself"


def _figures(check: Check, level: float) -> str:
    """A check's figures in words. level: how often the classes named are to hold the true one."""
    said = (
        f"On {check.n:,} images not used for this, confidence and accuracy are {percent(check.raw_error, 1)} apart on "
        f"average as the network says, {percent(check.error, 1)} calibrated (expected calibration error)."
    )
    if check.coverage is None or check.set_size is None:
        return said
    return (
        f"{said} The true class was among those named for {percent(check.coverage, 1)} of them, where {level:.0%} is "
        f"the aim; {check.set_size:.2f} classes were named on average."
    )
