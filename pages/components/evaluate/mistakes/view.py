"""The confusion matrix beside the test images it counts."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo, find_dataset
from core.errors import LabError
from core.evaluation.samples import Samples
from core.metrics.classification import most_confused
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message, plural
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.measuring import offer_measuring
from pages.components.evaluate.mistakes.choice import CellChoice, Choice
from pages.components.evaluate.mistakes.matrix import show_confusion
from pages.components.evaluate.samples.loading import load_samples
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.runs.status import has_old_result
from pages.components.shell.errors import callback, fragment
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# Confused pairs that have a button of their own.
_SHORTCUTS = 3
_RAW_KEY = "evaluate_raw"
_RANKING = "confused_pairs"


@fragment
def show_mistakes(record: RunRecord) -> None:
    """Draw the confusion matrix of a run that has a result, and the images of the chosen cell or the worst mistakes."""
    assert record.result is not None
    counts = np.array(record.result.confusion)
    info = find_dataset(record.config.dataset)
    names = name_classes(info)
    choice = CellChoice(names)
    left, right = st.columns(2, gap="medium")
    with left:
        show_confusion(counts, names, choice)
    with right:
        _show_images(record, info, counts, choice)


def _show_images(record: RunRecord, info: DatasetInfo, counts: NDArray[np.int64], choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=form_key("classes")):
        choice.draw_boxes()
    if not require_dataset(info.name):
        return
    calibration, _ = usable_calibration(record.path)
    try:
        test = load_test_images(info.name, data_root())
        is_raw = st.session_state.get(_RAW_KEY, False)
        samples = load_samples(record, test, None if is_raw else calibration)
    except LabError as error:
        st.error(tr(error), icon=":material/error:")
        # A network that has changed since it was measured is told of, and can be measured, above.
        if not record.bundled and not has_old_result(record):
            offer_measuring(record)
        return
    chosen = choice.value
    found = _find(samples, chosen)
    names = name_classes(info)
    st.markdown(_describe(found, chosen, names))
    _offer_shortcuts(counts, names, choice)
    page_key = f"gallery_page_{record.id}_{chosen.y_true}_{chosen.y_pred}"
    _show_pages(test.images, found, names, page_key, calibration)


def _find(samples: Samples, chosen: Choice) -> Samples:
    recognised = chosen.y_true is not None and chosen.y_true == chosen.y_pred
    return (samples if recognised else samples.mistakes()).select(chosen.y_true, chosen.y_pred).worst_first()


def _describe(found: Samples, chosen: Choice, names: tuple[str, ...]) -> str:
    text = tr(_count(len(found), chosen, names))
    if chosen.y_true is not None and chosen.y_true == chosen.y_pred:
        return f"{text} {tr('The least certain come first.')}"
    return f"{text} {tr('Those whose true class got the lowest probability come first.')}" if len(found) > 1 else text


def _count(count: int, chosen: Choice, names: tuple[str, ...]) -> Message:
    true, predicted = (None if which is None else names[which] for which in (chosen.y_true, chosen.y_pred))
    if true is not None and true == predicted:
        return plural(
            "**{count:,}** image of **{true}**, recognised.",
            "**{count:,}** images of **{true}**, recognised.",
            count,
            true=true,
        )
    if true is not None and predicted is not None:
        return plural(
            "**{count:,}** image of **{true}**, predicted as **{predicted}**.",
            "**{count:,}** images of **{true}**, predicted as **{predicted}**.",
            count,
            true=true,
            predicted=predicted,
        )
    if true is not None:
        return plural(
            "**{count:,}** image of **{true}**, predicted as another class.",
            "**{count:,}** images of **{true}**, predicted as another class.",
            count,
            true=true,
        )
    if predicted is not None:
        return plural(
            "**{count:,}** image of another class, predicted as **{predicted}**.",
            "**{count:,}** images of other classes, predicted as **{predicted}**.",
            count,
            predicted=predicted,
        )
    return plural("**{count:,}** mistake in all.", "**{count:,}** mistakes in all.", count)


def _offer_shortcuts(counts: NDArray[np.int64], names: tuple[str, ...], choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if choice.value != Choice():
            st.button(tr("Show all mistakes"), icon=":material/arrow_back:", on_click=callback(choice.set))
            return
        for pair in most_confused(counts, _SHORTCUTS):
            true, predicted = names[pair.true], names[pair.predicted]
            st.button(
                tr(message("{true} → {predicted} ({count:,})", true=true, predicted=predicted, count=pair.count)),
                key=f"shortcut_{pair.true}_{pair.predicted}",
                on_click=callback(choice.set),
                args=(pair.true, pair.predicted),
            )
        with st.popover(tr("All pairs"), icon=":material/format_list_numbered:"):
            _show_ranking(counts, names, choice)


def _show_ranking(counts: NDArray[np.int64], names: tuple[str, ...], choice: CellChoice) -> None:
    """All pairs that were confused, the most often confused first. A click on a row chooses its cell."""
    pairs = most_confused(counts, counts.size)
    table = {
        "true": [names[pair.true] for pair in pairs],
        "predicted": [names[pair.predicted] for pair in pairs],
        "count": [pair.count for pair in pairs],
        "share": [100 * pair.count / counts[pair.true].sum() for pair in pairs],
    }
    columns = {
        "true": st.column_config.TextColumn(tr_plain("True")),
        "predicted": st.column_config.TextColumn(tr_plain("Predicted")),
        "count": st.column_config.NumberColumn(tr_plain("Images"), format="localized"),
        "share": st.column_config.NumberColumn(tr_plain("% of true"), format="%.2f"),
    }

    def take() -> None:
        if rows := st.session_state[_RANKING].selection.rows:
            choice.set(pairs[rows[0]].true, pairs[rows[0]].predicted)

    st.dataframe(
        table,
        key=_RANKING,
        hide_index=True,
        column_config=columns,
        selection_mode="single-row",
        on_select=callback(take),
        height=min(35 * (len(pairs) + 1) + 3, 320),
        width=340,
    )


def _show_pages(
    images: NDArray[np.uint8], found: Samples, names: tuple[str, ...], key: str, calibration: Calibration | None
) -> None:
    if not len(found):
        return
    _explain_probabilities(calibration)
    show_gallery_pages(images, found, names, key)


def _explain_probabilities(calibration: Calibration | None) -> None:
    """Say which probabilities stand under the images, and offer the raw ones where calibrated ones are shown."""
    if calibration is None:
        st.caption(tr("True → predicted class, and the probability of the prediction. The network is not calibrated."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_RAW_KEY, False):
            st.caption(tr("True → predicted class, and the raw probability of the prediction."), width="stretch")
        else:
            st.caption(tr("True → predicted class, and the calibrated probability of the prediction."), width="stretch")
        with st.container(key=form_key("raw"), width="content"):
            st.toggle(
                tr("Raw"),
                key=_RAW_KEY,
                persist_state="session",
                help=tr(
                    "Probabilities as the network gives them. For the calibrated ones, its logits are divided by a "
                    "temperature of {temperature:.2f}, which brings confidence closer to accuracy.",
                    temperature=calibration.temperature,
                ),
            )
