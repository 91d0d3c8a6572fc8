"""Draw a digit and see what a network predicts."""

from collections.abc import Sequence

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import ComputeError, LabError
from core.runs.record import FINISHED, RunRecord
from core.texts.message import message
from models.texts import mark
from pages.components.draw.layout import LAYOUT_STYLE
from pages.components.draw.my_digits.label_row import label_row
from pages.components.draw.my_digits.session import keep_digits_in_tab
from pages.components.draw.panels import PANELS
from pages.components.draw.prediction.ask import is_ready, predict_picture, warm_up_network
from pages.components.draw.prediction.number import choose_digit, read_number
from pages.components.draw.prediction.view import prediction_html, waiting_html
from pages.components.draw.sources import SOURCES, Source, offered_sources
from pages.components.draw.steps.choice import steps_note
from pages.components.draw.subject import Subject
from pages.components.runs.run_picker import pick_run, rank_for_drawings, remember_run
from pages.components.runs.status import has_old_result
from pages.components.shell.address import choose, choose_by_address, named
from pages.components.shell.errors import callback, fragment
from pages.components.shell.presenter import form_key, is_presenting
from pages.components.shell.reveal import reveal
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import escape_markdown, tr, tr_html
from pages.components.shell.wording import name_classes, percent

enter()

_REASON = mark("“{name}” is not trained yet.")
_GETTING_READY = mark("Getting ready… The first answer takes a few seconds.")


def best_network(records: Sequence[RunRecord]) -> RunRecord:
    """The network for handwriting that comes with the app, or else the best of its others on MNIST.

    Without any, it is the newest finished one for digits, or else any.
    """
    bundled = [record for record in records if record.bundled and record.result and record.config.dataset == "mnist"]
    digits = [record for record in records if find_dataset(record.config.dataset).has_digits]
    finished = [record for record in digits if record.state.status == FINISHED]
    best = sorted(bundled, key=rank_for_drawings, reverse=True)
    return next(iter([*best, *finished, *digits, *records]))


def describe(record: RunRecord) -> str:
    """How good the network is at what it was trained for."""
    title = message(find_dataset(record.config.dataset).title)
    if record.result is None:
        return tr("Trained on {title}; not measured yet.", title=title)
    if has_old_result(record):
        return tr("Trained on {title}; not measured since its weights changed.", title=title)
    return tr(
        "Reads {accuracy} of {title}’s {n_test:,} test images right.",
        accuracy=percent(record.result.test_accuracy),
        title=title,
        n_test=record.result.n_test,
    )


@fragment
def draw_and_predict(record: RunRecord) -> None:
    """The picture, the prediction and a panel. A stroke reruns only this fragment."""
    with st.container(key=form_key("source")):
        source = choose_source(record)
    with st.container(key="draw_area"):
        with st.container(key="draw_picture"):
            subject = source.choose(record)
        with st.container(key="draw_prediction"):
            if subject:
                show_prediction(record, subject)
                steps_note(subject)
            else:
                names = name_classes(find_dataset(record.config.dataset))
                st.html(waiting_html(tr_html(source.hint), class_names=names))
            with st.container(key=form_key("label")):
                label_row(record, subject)
        with st.container(key="draw_panel"):
            look_closer(record, subject)


def choose_source(record: RunRecord) -> Source:
    """The choice between drawing and the other ways to give a picture."""
    is_digits = find_dataset(record.config.dataset).has_digits
    offered = offered_sources(is_digits)
    first = "canvas" if is_digits else "test"
    name = choose_by_address("source", tr("Give it a picture"), offered, first, SOURCES, label_visibility="collapsed")
    return offered[name or first]


def lead_to_digits() -> None:
    """The way to the best network that reads digits, for which one can draw."""
    readers = [run for run in run_store().all() if run.can_predict and find_dataset(run.config.dataset).has_digits]
    if readers:
        best = best_network(readers)
        label = tr("Draw digits for “{name}”", name=best.name)
        st.button(label, icon=":material/draw:", type="tertiary", on_click=callback(_draw_for), args=(best.id,))


def _draw_for(run_id: str) -> None:
    if named("source") is not None:
        choose("source", "canvas")
    remember_run(run_id)


def look_closer(record: RunRecord, subject: Subject | None) -> None:
    """The choice of a panel, none at first, and the chosen one."""
    name = choose_by_address("look", tr("Look closer"), PANELS)
    reveal("draw_panel", name)
    if name and subject:
        PANELS[name].show(record, subject)
    elif name and (show := PANELS[name].show_without):
        show(record)
    elif name:
        st.caption(tr("Nothing to look at yet: give it a picture first."))


def show_prediction(record: RunRecord, subject: Subject) -> None:
    """The network's prediction for the picture, or why there is none."""
    names = name_classes(find_dataset(record.config.dataset))
    slot = None if is_ready() else st.html(waiting_html(tr_html(_GETTING_READY), subject.picture, names))
    try:
        html, cards = read_number(record, subject) if subject.parts else (read_digit(record, subject), "")
    except (LabError, OSError) as error:
        (slot or st).error(tr(error), icon=":material/error:")
        if isinstance(error, ComputeError):
            st.button(tr("Try again"), icon=":material/refresh:")
        return
    (slot or st).html(html)
    if subject.parts:
        choose_digit(subject)
    if cards:
        with st.expander(tr("Each digit’s probabilities"), key="all_cards"):
            st.html(cards)


def read_digit(record: RunRecord, subject: Subject) -> str:
    """The network's prediction for a single picture, as HTML. Raises LabError, OSError."""
    return prediction_html(predict_picture(record, subject.picture), subject.picture, len(subject.strokes))


st.html(LAYOUT_STYLE)
with st.container(horizontal=True, vertical_alignment="bottom", key="draw_network"):
    with st.container(width=420, key=form_key("network")):
        network = pick_run(reason=_REASON, label=mark("Network"), default=best_network)
    if network:
        name = f"**{escape_markdown(network.name)}** · " if is_presenting() else ""
        st.caption(name + describe(network))
        if not find_dataset(network.config.dataset).has_digits:
            lead_to_digits()
if network:
    warm_up_network(network.path)
    draw_and_predict(network)
    keep_digits_in_tab("_page")
else:
    st.info(tr("There is no trained network yet."), icon=":material/school:")
    st.page_link("pages/train.py", label=tr("Train one"), icon=":material/play_circle:")
