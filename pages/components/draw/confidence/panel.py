"""How sure a prediction is, and how reliable that is."""

from __future__ import annotations

import streamlit as st

from core.charts.evaluation.reliability import reliability_data
from core.errors import LabError
from core.runs.record import RunRecord
from core.texts.message import message
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration, Check
from pages.components.calibration.offer import offer_calibration
from pages.components.charts.evaluation.reliability import reliability_chart
from pages.components.charts.large import enlarge_figure
from pages.components.charts.saving import saving_config
from pages.components.draw.confidence.view import sure_html
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.subject import Subject
from pages.components.shell.presenter import enlargement
from pages.components.shell.texts import tr

# Width of the chart in CSS pixels.
_CHART_WIDTH = 640


def show_sure(record: RunRecord, subject: Subject, may_be_none: bool = True) -> None:
    """The classes that the picture may be, and on request how reliable the network's confidence is.

    may_be_none: as `predict_picture` takes it.
    """
    try:
        prediction = predict_picture(record, subject.picture, may_be_none)
        calibration, problem = usable_calibration(record.path)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    st.html(sure_html(prediction, calibration))
    if calibration is None:
        offer_calibration(record, problem)
        return
    with st.expander(tr("Reliability"), key="reliability", on_change="rerun") as expander:
        if expander.open:
            _show_reliability(calibration)


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
    enlarge_figure(chart, enlargement())
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
