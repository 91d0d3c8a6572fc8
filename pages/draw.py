"""Draw a digit and see what a network reads."""

from collections.abc import Sequence

import streamlit as st

from core.canvas_paths import strokes_from_objects
from core.catalog import find_dataset
from core.errors import DrawingError, HostError, LabError
from core.runs import FINISHED, RunRecord
from core.strokes import Stages, picture_from_strokes
from pages.components.canvas import SIDE, VIEW, draw_canvas
from pages.components.reading import is_ready, read_picture, warm_up_network
from pages.components.reading_view import reading_html, stages_html, waiting_html
from pages.components.run_picker import pick_run
from pages.components.sitemap import enter
from pages.components.wording import percent

enter()

_EMPTY = "Draw a digit from 0 to 9 in the dark square, with mouse, pen or finger."
_REASON = "cannot read digits: it is not trained yet, or it has learned clothes"
_GETTING_READY = "Getting ready… The first answer takes a few seconds."

# Where the reading stands below the canvas, on a phone, it shall be near.
_STYLE = """
<style>
.st-key-draw_area { row-gap: 1rem; margin-top: 0.5rem; }
.st-key-draw_network [data-testid=stCaptionContainer] { padding-bottom: 0.5rem; }
</style>
"""


def reads_digits(record: RunRecord) -> bool:
    """Whether the run has a network for digits."""
    return record.can_predict and find_dataset(record.config.dataset).has_digits


def best_network(records: Sequence[RunRecord]) -> RunRecord:
    """The best network on MNIST that comes with the app, or else the newest that is finished, or else the newest."""
    bundled = [record for record in records if record.bundled and record.card and record.config.dataset == "mnist"]
    finished = [record for record in records if record.state.status == FINISHED]
    best = sorted(bundled, key=lambda record: record.card.test_accuracy if record.card else 0.0, reverse=True)
    return next(iter([*best, *finished, *records]))


def describe(record: RunRecord) -> str:
    """How good the network is at what it was trained for."""
    title = find_dataset(record.config.dataset).title
    if record.card is None:
        return f"Trained on {title}; not measured yet."
    return f"Reads {percent(record.card.test_accuracy)} of {title}’s {record.card.n_test:,} test images right."


@st.fragment
def draw_and_read(record: RunRecord) -> None:
    """Canvas and reading side by side. A stroke runs only this."""
    with st.container(horizontal=True, gap="large", key="draw_area"):
        with st.container(width=SIDE):
            objects = draw_canvas()
        with st.container(width="stretch", gap="medium"):
            try:
                strokes = strokes_from_objects(objects)
                stages = picture_from_strokes(strokes)
            except DrawingError as error:
                st.error(str(error), icon=":material/error:")
                return
            if stages is None:
                st.html(waiting_html(_EMPTY))
                return
            show_reading(record, stages, len(strokes))
            with st.expander("How the drawing becomes the picture", key="stages", on_change="rerun") as expander:
                if expander.open:
                    st.html(stages_html(strokes, stages, VIEW))


def show_reading(record: RunRecord, stages: Stages, n_strokes: int) -> None:
    """What the network says of the picture, or why it says nothing."""
    slot = None if is_ready() else st.html(waiting_html(_GETTING_READY, stages.picture))
    try:
        probabilities = read_picture(record, stages.picture)
    except (LabError, OSError) as error:
        (slot or st).error(str(error), icon=":material/error:")
        if isinstance(error, HostError):
            st.button("Try again", icon=":material/refresh:")
        return
    (slot or st).html(reading_html(probabilities, stages.picture, n_strokes))


st.html(_STYLE)
with st.container(horizontal=True, vertical_alignment="bottom", key="draw_network"):
    with st.container(width=420):
        network = pick_run(reads_digits, _REASON, "Network", best_network)
    if network:
        st.caption(describe(network))
if network:
    warm_up_network(network.path)
    draw_and_read(network)
else:
    st.info("There is no network yet that reads digits.", icon=":material/school:")
    st.page_link("pages/train.py", label="Train one", icon=":material/play_circle:")
