"""The stress test of a run: its start, and a curve for each kind of disturbance."""

from __future__ import annotations

import streamlit as st

from core.charts.evaluation.stress import describe_stress, stress_data
from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.settings import data_root
from core.stress.kinds import KINDS, ROTATION
from core.stress.measure import N_IMAGES, stress_test
from core.stress.result import StressResult, load_stress
from core.texts.message import message
from pages.components.charts.evaluation.stress import stress_chart
from pages.components.charts.figure import draw_figure
from pages.components.data.data_gate import require_dataset
from pages.components.evaluate.stress.compare import choose_compared, gather_results
from pages.components.evaluate.stress.strip import strip_html
from pages.components.shell.address import choose_by_address
from pages.components.shell.errors import showing_errors
from pages.components.shell.long_call import await_call
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes


def show_stress(record: RunRecord) -> None:
    """Draw the result of the run's stress test, or the way to it."""
    if not require_dataset(record.config.dataset):
        return
    with showing_errors():
        result = load_stress(record) or _offer(record)
        if result:
            _show_result(record, result)


def _offer(record: RunRecord) -> StressResult | None:
    st.markdown(
        tr(
            "How much can an image be turned, blurred or attacked before the network no longer recognises it? The test "
            "disturbs {count:,} test images in {kinds} ways, ever more strongly.",
            count=min(N_IMAGES, find_dataset(record.config.dataset).n_test),
            kinds=len(KINDS),
        )
    )
    return await_call(
        f"stress_{record.id}",
        message("Start the stress test"),
        stress_test,
        record,
        data_root(),
        icon=":material/thunderstorm:",
    )


def _show_result(record: RunRecord, result: StressResult) -> None:
    with st.container(key=form_key("stress_kind")):
        kind = choose_by_address("stress", tr("Disturbance"), KINDS, ROTATION, label_visibility="collapsed") or ROTATION
    st.caption(tr(KINDS[kind].about))
    left, right = st.columns(2, gap="large")
    with left:
        place = st.container()
        data = stress_data(kind, gather_results(record, result, choose_compared(record)))
        with place:
            draw_figure(stress_chart(data), "stress_test", tr_plain(describe_stress(data)))
        place.caption(
            tr(
                "Of {count:,} test images, the same ones for all runs. The bars are 95 % Wilson intervals: where the "
                "accuracy on many more images like these may lie.",
                count=result.n,
            )
        )
    with right:
        names = name_classes(find_dataset(record.config.dataset))
        st.html(strip_html(data, result, result.kinds[kind], names))
        st.caption(tr("An image of each class. What “{name}” predicts wrong has a red frame.", name=record.name))
