"""One test image: what it is, what the network says of it, and why."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import ImageSet
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import message
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.draw.canvas.pixel_editor import show_pixels
from pages.components.draw.prediction.ask import predict_picture
from pages.components.draw.prediction.view import prediction_html
from pages.components.draw.subject import Subject
from pages.components.evaluate.labels.known import known_words
from pages.components.evaluate.samples.choice import beside, choose_image
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, figure
from pages.components.sample.panels import PANELS
from pages.components.shell.address import choose_by_address
from pages.components.shell.errors import callback, fragment, showing_errors
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_html
from pages.components.shell.wording import name_classes

_STYLE = """
<style>
.st-key-sample_picture .lab-picture { max-width: 21rem; }
</style>
"""


def show_sample(record: RunRecord, index: int) -> None:
    """Draw the test image `index` of the run's data set, and what the run's network says of it."""
    info = find_dataset(record.config.dataset)
    _show_ways(index)
    if not require_dataset(info.name):
        return
    with showing_errors():
        test = load_test_images(info.name, data_root())
        subject = Subject(test.images[index], label=int(test.labels[index]))
        picture, prediction, panel = st.columns([3, 4, 6], gap="medium")
        with picture, st.container(key="sample_picture"):
            _show_picture(info, test, index)
        with prediction:
            read = predict_picture(record, subject.picture, may_be_none=False)
            st.html(prediction_html(read, None, 0, subject.label))
        with panel:
            _look_closer(record, subject, index)


def _show_ways(index: int) -> None:
    """Back to where the image was clicked, and to the images beside it there."""
    before, after = beside(index)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=form_key("sample_ways")):
        back = tr("Back")
        st.button(back, icon=":material/arrow_back:", shortcut="Escape", on_click=callback(choose_image), args=(None,))
        for label, icon, other, key in (
            (tr("Previous"), ":material/chevron_left:", before, "Left"),
            (tr("Next"), ":material/chevron_right:", after, "Right"),
        ):
            st.button(
                label,
                icon=icon,
                shortcut=key,
                disabled=other is None,
                on_click=callback(choose_image),
                args=(other,),
            )


def _show_picture(info: DatasetInfo, test: ImageSet, index: int) -> None:
    label = name_classes(info)[int(test.labels[index])]
    dataset = message(info.title)
    caption = tr_html("Test image {index} of {dataset}, labelled {label}", index=index, dataset=dataset, label=label)
    st.html(_STYLE + PICTURE_STYLE + figure(png_url(test.images[index]), caption))
    if known := known_words(info, index):
        with st.expander(tr("What people see in it"), icon=":material/groups_2:"):
            st.markdown(tr("The label says **{label}**; **{words}**.", label=label, words=known))
            st.caption(
                tr(
                    "From the human validation of C. Northcutt, A. Athalye and J. Mueller 2021, “Pervasive Label "
                    "Errors in Test Sets Destabilize Machine Learning Benchmarks” (arXiv:2103.14749)."
                )
            )
    edit = st.button(
        tr("Edit its pixels"),
        icon=":material/grid_4x4:",
        help=tr("Takes the image to the Draw page: see what would have to change."),
    )
    if edit:
        show_pixels(test.images[index])
        st.switch_page("pages/draw.py", query_params={"source": "pixels"})


@fragment
def _look_closer(record: RunRecord, subject: Subject, index: int) -> None:
    """A choice of a panel runs only this again."""
    with st.container(key=form_key("sample_panels")):
        name = choose_by_address("look", tr("Look closer"), PANELS, label_visibility="collapsed")
    if name:
        PANELS[name].show(record, subject, index)
