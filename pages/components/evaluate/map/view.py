"""The test set as a map: each image a point, near to those that are alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.charts.evaluation.sample_map import SampleMapData, sample_map_data
from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import Images
from core.evaluation.samples import Samples
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import plural
from pages.components.charts.evaluation.sample_map import sample_map_chart
from pages.components.charts.large import enlarge_figure
from pages.components.charts.saving import saving_config
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.map.choices import Choices, draw_choices
from pages.components.evaluate.map.difficulty import explain_difficulty, load_difficulty
from pages.components.evaluate.map.hover import show_images_of_points
from pages.components.evaluate.map.places import show_places
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.shell.errors import callback, fragment, showing_errors
from pages.components.shell.presenter import enlargement
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# Of the container with the map.
_KEY = "sample_map"
# Plotly's own grey is too faint for the scale of confidence.
_STYLE = f"""
<style>
.st-key-{_KEY} .cbaxis text {{ fill: color-mix(in srgb, currentColor 75%, transparent) !important; }}
</style>
"""
_CONFIG: dict[str, Any] = {
    **saving_config("map", "lasso2d", "select2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"),
    "scrollZoom": True,
}


def show_map(record: RunRecord) -> None:
    """Draw the map, and below it the images that are selected on it."""
    info = find_dataset(record.config.dataset)
    if not require_dataset(info.name):
        return
    with showing_errors():
        show_images_of_points(info.name, data_root(), f".st-key-{_KEY} .js-plotly-plot")
    _show_map(record, info)


@fragment
def _show_map(record: RunRecord, info: DatasetInfo) -> None:
    choices = draw_choices(record)
    with showing_errors():
        test = load_test_images(info.name, data_root())
        samples = load_calibrated_samples(record, test)
        places = show_places(record, choices)
        if places is None:
            return
        with st.container(key=_KEY, gap=None):
            st.html(_STYLE)
            difficulty = load_difficulty(record, test) if choices.colour_by == "difficulty" else None
            if difficulty:
                explain_difficulty(difficulty)
            data = sample_map_data(places, samples, name_classes(info), choices.colour_by, difficulty)
            _show_chart(record, data, choices)
        _show_picked(test.images, samples, info, st.session_state.get(_picked_key(record)))


def _show_chart(record: RunRecord, data: SampleMapData, choices: Choices) -> None:
    chart = sample_map_chart(data)
    enlarge_figure(chart, enlargement())
    key = f"map_{record.id}_{choices.method}_{choices.source}_{choices.colour_by}"
    st.plotly_chart(
        chart,
        key=key,
        on_select=callback(lambda: _take_selection(key, _picked_key(record))),
        config=_CONFIG,
        alt=tr_plain("Map of the test images: each a point, near to those that are alike"),
    )


def _take_selection(key: str, picked_key: str) -> None:
    points = st.session_state[key].selection.points
    st.session_state[picked_key] = tuple(sorted(int(point["customdata"]) for point in points))


def _show_picked(images: Images, samples: Samples, info: DatasetInfo, picked: tuple[int, ...] | None) -> None:
    if not picked:
        st.caption(tr("Draw around points to see their images: with the lasso, or with the box of the bar above."))
        return
    found = samples[np.array(picked)].worst_first()
    wrong = len(found.mistakes())
    images_text = tr(plural("**{count:,}** image selected.", "**{count:,}** images selected.", len(found)))
    st.markdown(f"{images_text} {tr(plural('{count:,} is a mistake.', '{count:,} are mistakes.', wrong))}")
    show_gallery_pages(images, found, name_classes(info), f"map_gallery_{hash(picked)}")


def _picked_key(record: RunRecord) -> str:
    return f"map_picked_{record.id}"
