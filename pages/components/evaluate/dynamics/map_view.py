"""The data map of a run's training images, to be brushed, beside the images behind it."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.evaluation.data_map import REGIONS, Brush, DataMap, data_map_data
from core.charts.evaluation.learnt import learnt_data
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.dynamics.examples import AMBIGUOUS, EASY, HARD, ExampleDynamics
from core.runs.record import RunRecord
from core.texts.message import plural
from pages.components.charts.echarts import draw_echarts
from pages.components.charts.evaluation.data_map import REGION_LOOKS, data_map_chart
from pages.components.charts.evaluation.learnt import LEARNT_HEIGHT, learnt_chart
from pages.components.charts.large import enlarge_figure
from pages.components.charts.saving import saving_config
from pages.components.evaluate.dynamics.groups import Group, choose_group, show_groups
from pages.components.evaluate.dynamics.reading import Files, load_examples
from pages.components.evaluate.samples.gallery import Tile
from pages.components.shell.errors import callback
from pages.components.shell.presenter import enlargement
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import certainty, name_classes

_CHART, _GROUPS = "data_map", "data_map_images"
_BRUSHED = "brushed"
_NAMES = {EASY: "easy", AMBIGUOUS: "ambiguous", HARD: "hard"}
# Height of the map in pixels.
_HEIGHT = 420


def show_data_map(record: RunRecord, files: Files) -> None:
    """Draw the map of the epochs in these files, at least one, and the images of a region or of the brushed part."""
    key = f"{_CHART}_{record.id}"
    brush = _read_brush(key)
    drawn = _hold(key, files, brush is not None)
    train, dynamics = load_examples(record, drawn)
    left, right = st.columns(2, gap="medium")
    with left:
        data = data_map_data(dynamics)
        st.caption(_explain(dynamics))
        _draw(key, data)
        if len(drawn) < len(files):
            st.caption(tr("New epochs appear here once nothing is selected: double-click the map."))
        if data.shown < data.count:
            text = tr(
                "{shown:,} of {count:,} images are drawn, so that the map stays fluent. A selection takes all.",
                shown=data.shown,
                count=data.count,
            )
            st.caption(text)
        with st.expander(tr("When they were learnt"), icon=":material/bar_chart:"):
            _show_learnt(dynamics)
    with right:
        names = name_classes(find_dataset(record.config.dataset))
        groups = _group(dynamics, brush)
        show_groups(_GROUPS, groups, "hard", train, names, lambda shown: _tiles(shown, train, dynamics, names))


def _explain(dynamics: ExampleDynamics) -> str:
    text = tr(
        "Each point is a training image. Confidence is the mean probability of its true class over the epochs, "
        "variability the standard deviation. Drag over the map to see the images there."
    )
    if dynamics.n_epochs == 1:
        return f"{text} {tr('After a single epoch nothing varies yet.')}"
    if dynamics.first_counted == 1:
        return text
    return f"{text} {tr('Epoch 1 does not count: the network knew nothing yet of the images it was shown first.')}"


def _show_learnt(dynamics: ExampleDynamics) -> None:
    learnt = learnt_data(dynamics)
    alt = tr_plain("Training images by the epoch in which they were first predicted right")
    draw_echarts(learnt_chart(learnt), "learnt", LEARNT_HEIGHT, alt)
    st.caption(
        tr(
            "Training images by the epoch in which they were first predicted right. {never:,} never were; "
            "{forgotten:,} were forgotten once or more.",
            never=learnt.never,
            forgotten=learnt.forgotten,
        )
    )


def _hold(key: str, files: Files, has_brush: bool) -> Files:
    """The epochs to draw: while something is selected, those of the map as it is, since another one would lose it."""
    name = f"{key}_epochs"
    if not has_brush or name not in st.session_state:
        st.session_state[name] = len(files)
    return files[: st.session_state[name]]


def _draw(key: str, data: DataMap) -> None:
    chart = data_map_chart(data)
    enlarge_figure(chart, enlargement())
    st.plotly_chart(
        chart,
        key=key,
        height=round(_HEIGHT * enlargement()),
        on_select=callback(lambda: _take_brush(key)),
        selection_mode=("box", "lasso"),
        config={**saving_config("data_map", "select2d", "lasso2d"), "displayModeBar": True},
        alt=tr_plain("Data map: the training images by the variability and the confidence of their predictions"),
    )


def _take_brush(key: str) -> None:
    choose_group(_GROUPS, _BRUSHED if _read_brush(key) else "hard")


def _read_brush(key: str) -> Brush | None:
    """The part of the map that is selected last; None without one."""
    selection = st.session_state.get(key, {}).get("selection", {})
    drawn = [*selection.get("lasso", ()), *selection.get("box", ())]
    return Brush(tuple(drawn[-1]["x"]), tuple(drawn[-1]["y"])) if drawn else None


def _group(dynamics: ExampleDynamics, brush: Brush | None) -> dict[str, Group]:
    region, never = dynamics.region, (dynamics.learnt == 0) & ~np.isnan(dynamics.confidence)
    by_confidence = {
        EASY: (-dynamics.confidence, tr("Surely right in every epoch. The surest come first.")),
        AMBIGUOUS: (-dynamics.variability, tr("Now right, now wrong. Those that vary most come first.")),
        HARD: (dynamics.confidence, tr("Rarely right. The least probable come first; some have a wrong label.")),
    }
    groups = {}
    if brush:
        about = tr("In the part of the map that you have drawn. The least probable come first.")
        groups[_BRUSHED] = Group(tr("Selected"), about, _sorted(brush.covers(dynamics), dynamics.confidence))
    groups |= {
        _NAMES[which]: Group(tr(REGION_LOOKS[which][0]), about, _sorted(region == which, order))
        for which, (order, about) in ((which, by_confidence[which]) for which in REGIONS)
    }
    groups["forgotten"] = Group(
        tr("Forgotten"),
        tr("Predicted right in one epoch and wrong in the next. The most often forgotten come first."),
        _sorted(dynamics.forgotten > 0, -dynamics.forgotten),
    )
    groups["never"] = Group(
        tr("Never learnt"),
        tr("Predicted wrong in every epoch. The least probable come first."),
        _sorted(never, dynamics.confidence),
    )
    return groups


def _sorted(which: NDArray[np.bool_], order: NDArray[np.generic]) -> NDArray[np.int64]:
    found = np.flatnonzero(which)
    return found[np.argsort(order[found], kind="stable")]


def _tiles(shown: NDArray[np.int64], train: ImageSet, dynamics: ExampleDynamics, names: tuple[str, ...]) -> list[Tile]:
    return [_tile(int(number), train, dynamics, names) for number in shown]


def _tile(number: int, train: ImageSet, dynamics: ExampleDynamics, names: tuple[str, ...]) -> Tile:
    true, share = names[train.labels[number]], certainty(float(dynamics.confidence[number]))
    label = tr_html(
        "Training image {number}: true {true}, mean probability {share}", number=number, true=true, share=share
    )
    learnt, forgotten = int(dynamics.learnt[number]), int(dynamics.forgotten[number])
    when = tr_html("first right in epoch {epoch}", epoch=learnt) if learnt else tr_html("never right")
    often = tr_html(plural("forgotten {count} time", "forgotten {count} times", forgotten))
    return Tile(label, f"{label}; {when}; {often}", f"{escape(true)}<small>{escape(share)}</small>")
