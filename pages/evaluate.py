"""A network's mistakes on its test set."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError
from core.evaluation.measure import is_stale
from core.metrics.intervals import wilson_interval
from core.runs.record import STATUS_WORDS, RunRecord
from core.runs.result import RunResult
from core.settings import data_root
from core.texts.message import Message, message
from pages.components.evaluate.accuracy import show_accuracy
from pages.components.evaluate.downloads import offer_downloads
from pages.components.evaluate.measuring import offer_measuring
from pages.components.evaluate.samples.choice import chosen_image, listen_to_images
from pages.components.evaluate.views import VIEWS, View
from pages.components.runs.run_picker import RUN, name_run, pick_run
from pages.components.sample.view import show_sample
from pages.components.shell.address import choose_by_address, named
from pages.components.shell.presenter import form_key, is_presenting
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr

enter()

# All views stand in one row, which is as wide as a window of 1280 pixels. On a phone it is pushed sideways: it reaches
# to the window's edge, so that a view that is cut off tells of more. In sight is the chosen one, or that of the focus.
_ONE_ROW = """
<style>
.st-key-view button { padding-inline: 0.6rem; }
@media (max-width: 40rem) {
  .st-key-view { margin-right: -1rem; width: calc(100% + 1rem) !important; }
  .st-key-view [role=radiogroup] { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none;
    padding: 3px 1rem 3px 3px; margin-left: -3px; scroll-padding: 3px; }
  .st-key-view button { flex: none; }
  .st-key-view button[aria-checked=true] { scroll-initial-target: nearest; }
  .st-key-view [role=radiogroup]:has(:focus-visible) { scroll-snap-type: x mandatory; }
  .st-key-view button:focus-visible { scroll-snap-align: center; }
}
</style>
"""
# The downloads stand at the height of the figures and of the box with the run, each of which has a label above it.
_ONE_LINE = f"""
<style>
@media (min-width: 40.01rem) {{ .st-key-{form_key("downloads")} {{ padding-top: 1.75rem; }} }}
</style>
"""
# While presenting the row would be two, which takes room from what is to be seen.
_SMALL_ROW = "<style>.st-key-view [role=radiogroup] { zoom: 0.66; }</style>"


def first_with_images(records: Sequence[RunRecord]) -> RunRecord:
    """The first run whose data set is on this machine, so that its mistakes can be seen; else the first one."""
    root = data_root()
    return next((record for record in records if is_available(record.config.dataset, root)), records[0])


def show_record(record: RunRecord, beside: DeltaGenerator) -> None:
    """The run's figures and mistakes, or how to measure them. The main figures go `beside` the choice of the run."""
    say_whose_figures(record)
    if record.result is None:
        st.info(tr(_why_unmeasured(record)), icon=":material/fact_check:")
        offer_measuring(record)
        show_view(record, {name: view for name, view in VIEWS.items() if not view.needs_result})
        return
    counts, names = np.array(record.result.confusion), find_dataset(record.config.dataset).class_names
    if counts.shape != (len(names), len(names)):
        size = "×".join(map(str, counts.shape))
        st.error(
            tr(
                "The confusion matrix in {run}/card.json is {size}; it must be {due}.",
                run=record.id,
                size=size,
                due=f"{len(names)}×{len(names)}",
            )
        )
        offer_measuring(record)
        return
    with beside:
        show_figures(record, record.result, counts)
    if note := find_dataset(record.config.dataset).test_note:
        st.caption(tr(note))
    hint_at_changes(record)
    image = chosen_image(int(counts.sum()))
    if image is not None:
        show_sample(record, image)
        return
    listen_to_images()
    show_view(record, VIEWS)


def show_view(record: RunRecord, views: Mapping[str, View]) -> None:
    """Draw the choice among these views, at first of the first one, and the chosen view."""
    first = next(iter(views))
    st.html(_ONE_ROW + (_SMALL_ROW if is_presenting() else ""))
    chosen = choose_by_address("view", tr("View"), views, first, known=VIEWS, label_visibility="collapsed")
    views[chosen or first].show(record)


def say_whose_figures(record: RunRecord) -> None:
    """While another network is in training, whose figures these are and why."""
    active = next((run for run in run_store().all() if run.is_active and not run.is_trial), None)
    if active is None or record.is_active:
        return
    status = STATUS_WORDS[active.state.status]
    if named(RUN) == record.id:
        text = message("These are the figures of “{name}”, which you chose.", name=record.name)
    elif record.bundled:
        text = message("These are the figures of “{name}”, which comes with the app.", name=record.name)
    else:
        text = message("These are the figures of “{name}”, another of your networks.", name=record.name)
    if active.can_predict:
        hint = message("“{name}” is {status}: choose it to see its weights so far.", name=active.name, status=status)
    else:
        hint = message("“{name}” is {status}: it has no weights to measure yet.", name=active.name, status=status)
    st.info(f"{tr(text)} {tr(hint)}", icon=":material/model_training:")


def _why_unmeasured(record: RunRecord) -> Message:
    if record.is_active:
        return message("This network is still being trained. Measure its weights so far, or wait for the end.")
    return message("This network has not been measured on the test set yet. Measure it to see its mistakes.")


def hint_at_changes(record: RunRecord) -> None:
    """Say so where the network has changed since it was measured, or may still change."""
    try:
        outdated = is_stale(record)
    except LabError as error:
        st.error(tr(error), icon=":material/error:")
        return
    if outdated:
        st.info(tr("The network has changed since these figures were measured."), icon=":material/history:")
        offer_measuring(record)
    elif record.is_active:
        st.info(tr("This network is still being trained. The figures are of the weights kept so far."))


def show_figures(record: RunRecord, result: RunResult, counts: NDArray[np.int64]) -> None:
    """The figures on the whole test set, and what can be taken away."""
    with st.container(horizontal=True, gap="medium"):
        show_accuracy(
            tr("Test accuracy"),
            result.test_accuracy,
            wilson_interval(int(counts.trace()), int(counts.sum())),
            tr(
                "Below it the 95 % interval by Wilson’s method: where the accuracy on many more images like these may "
                "lie. It says nothing of images of another kind, or of another training of the network."
            ),
        )
        st.metric(
            tr("Test loss"),
            f"{result.test_loss:.4f}",
            width="content",
            help=tr("Mean cross-entropy of the raw probabilities, in nats."),
        )
        n_wrong = counts.sum() - counts.trace()
        of = tr("Of {count:,} test images.", count=int(counts.sum()))
        st.metric(tr("Mistakes"), f"{n_wrong:,}", width="content", help=of)
        with st.container(key=form_key("downloads"), width="content"):
            offer_downloads(record, result)


st.html(_ONE_LINE)
left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom" if is_presenting() else "top")
with left:
    with st.container(key=form_key("network")):
        record = pick_run(default=first_with_images)
    if record:
        name_run(record)
if record:
    show_record(record, right)
else:
    st.info(tr("There is no trained network yet."), icon=":material/school:")
    st.page_link("pages/train.py", label=tr("Train one"), icon=":material/play_circle:")
