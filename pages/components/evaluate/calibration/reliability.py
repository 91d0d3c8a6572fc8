"""The reliability diagram and the temperature in words."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts.evaluation.reliability import describe_reliability, reliability_data
from core.metrics.intervals import Interval
from core.runs.record import RunRecord
from core.texts.message import Message, message
from core.uncertainty.record import Calibration
from core.uncertainty.temperature import soften
from pages.components.calibration.offer import offer_calibration
from pages.components.charts.evaluation.reliability import reliability_chart
from pages.components.charts.figure import draw_figure
from pages.components.evaluate.calibration.measured import Measured, ask_intervals
from pages.components.shell.texts import tr, tr_plain

# The confidence by which a temperature is explained.
_EXAMPLE = 0.99
# So near to 1 a temperature changes nothing to speak of.
_NEARLY_ONE = 0.02
# Where an interval will stand.
_WAITING = message("(…)")


def show_reliability(record: RunRecord, measured: Measured) -> DeltaGenerator:
    """Draw the diagram of the test set, its calibration error, and what the temperature does.

    Returns the place of the error, for `show_intervals`.
    """
    st.markdown(tr("#### Is it right as often as it is sure?"))
    chart = reliability_chart(reliability_data(measured.check, measured.is_calibrated))
    draw_figure(chart, "reliability", tr_plain(describe_reliability(measured.check, measured.is_calibrated)))
    place = st.empty()
    place.markdown(_say_errors(measured))
    st.caption(
        tr(
            "The expected calibration error is the mean distance of confidence and accuracy, in 15 bins of confidence; "
            "in brackets its 95 % bootstrap interval. On the dotted line both are equal. The larger a point, the more "
            "images it stands for."
        )
    )
    if measured.calibration:
        st.caption(_say_temperature(measured.calibration))
        if measured.check.error > measured.check.raw_error:
            st.caption(
                tr(
                    "On these test images the raw probabilities are the better calibrated ones: the temperature suits "
                    "the images that it was fitted on, and others less."
                )
            )
    else:
        offer_calibration(record, measured.problem)
    return place


def show_intervals(place: DeltaGenerator, measured: Measured) -> None:
    """Put the intervals beside the errors. They are computed last, since they take a moment. Raises LabError."""
    place.markdown(_say_errors(measured, *map(_say_interval, ask_intervals(measured))))


def _say_errors(measured: Measured, raw_interval: Message = _WAITING, interval: Message = _WAITING) -> str:
    check = measured.check
    if not measured.is_calibrated:
        return tr(
            "Calibration error **{error:.2%}** {interval}, not calibrated",
            error=check.raw_error,
            interval=raw_interval,
        )
    return tr(
        "Calibration error: raw **{raw:.2%}** {raw_interval}, calibrated **{error:.2%}** {interval}",
        raw=check.raw_error,
        raw_interval=raw_interval,
        error=check.error,
        interval=interval,
    )


def _say_interval(interval: Interval) -> Message:
    return message("({low:.2%} to {high:.2%})", low=interval.low, high=interval.high)


def _say_temperature(calibration: Calibration) -> str:
    fitted = tr(
        "The temperature is {temperature:.2f}, fitted on {images} ({count:,} in all), never on test images.",
        temperature=calibration.temperature,
        images=calibration.words,
        count=calibration.n,
    )
    return f"{fitted} {tr(_say_change(calibration.temperature))}"


def _say_change(temperature: float) -> Message:
    if abs(temperature - 1) < _NEARLY_ONE:
        return message("It hardly changes anything: the network was calibrated already.")
    values = {"before": _EXAMPLE, "after": soften(_EXAMPLE, temperature)}
    if temperature > 1:
        return message(
            "The logits are divided by it, so that the network is less sure: {before:.0%} for one of two classes "
            "become {after:.1%}. Which class is the likeliest never changes.",
            **values,
        )
    return message(
        "The logits are divided by it, so that the network is surer: {before:.0%} for one of two classes become "
        "{after:.1%}. Which class is the likeliest never changes.",
        **values,
    )
