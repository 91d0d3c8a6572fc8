"""The results of a sweep as they come in: the best cell, the map, what is more than chance, and any cell's runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.charts.sweep import sweep_data
from core.charts.sweep_bars import sweep_bars
from core.runs.record import FAILED
from core.sweep.cells import Cell, best_cell, gather_cells
from core.sweep.differences import find_differences
from core.sweep.records import Sweep, Trial
from core.sweep.search_space import SearchSpace
from core.sweep.table import sweep_csv
from core.sweep.trend import find_trends
from core.texts.message import Message, join, message, plural
from pages.components.charts.cell_chart import Cell as Place
from pages.components.charts.cell_chart import show_cell_chart
from pages.components.charts.figure import draw_figure
from pages.components.charts.sweep import sweep_chart
from pages.components.charts.sweep_bars import sweep_bars_chart
from pages.components.shell.presenter import enlargement, form_key
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import percent

_FAILURES_SHOWN = 3
# Width of a column of the map in pixels where there is room.
_WIDEST = 150
# Width of a column in pixels below which the map is scrolled.
_NARROWEST = 48
# Height of a row in pixels, of a map with few rows.
_HIGH_ROW = 64
# Height of a row in pixels, of every other map.
_LOW_ROW = 40
_FEW_ROWS = 8
# Height of the names below the map in pixels.
_LOWER_AXIS = 60
# Width of the names left of the map in pixels.
_LEFT_AXIS = 70

_STYLE = """
<style>
.st-key-sweep_map { max-width: %dpx; overflow-x: auto; }
.st-key-sweep_map > div { min-width: %dpx; }
</style>
"""


def draw_results(sweep: Sweep, trials: Sequence[Trial]) -> None:
    """Draw what is known by now. trials: all of the sweep."""
    cells = gather_cells(sweep.space, trials)
    _best(sweep, cells)
    draw_map(sweep.space, cells, _choice_key(sweep))
    _legend(sweep)
    _error_bars(sweep, cells)
    _failures(sweep, trials)
    _statements(sweep, cells)
    _cell(sweep, cells)
    _download(sweep, cells)


def _error_bars(sweep: Sweep, cells: Sequence[Cell]) -> None:
    """Draw the means with their spread, where one setting was varied over several seeds."""
    if bars := sweep_bars(sweep.space, cells):
        alt = tr_plain("Validation accuracy at each value, with a bar of one standard deviation over the seeds")
        draw_figure(sweep_bars_chart(bars), "sweep_bars", alt)


def _download(sweep: Sweep, cells: Sequence[Cell]) -> None:
    if not best_cell(cells):
        return
    with st.container(key=form_key("download_sweep")):
        st.download_button(
            tr("Download as CSV"),
            lambda: sweep_csv(sweep.space, cells),
            "sweep.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _legend(sweep: Sweep) -> None:
    if sweep.space.seeds == 1:
        st.caption(tr("Validation accuracy in per cent. ★ best · … training · ✕ failed · ‖ cut short"))
        return
    st.caption(
        tr(
            "Validation accuracy in per cent, mean ± standard deviation over the seeds. ★ best · ☆ not clearly worse "
            "than the best · … training · ✕ failed · ‖ cut short"
        )
    )


def draw_map(space: SearchSpace, cells: Sequence[Cell], choice_key: str) -> None:
    """Draw the map; a click keeps the cell's number in the session under `choice_key`."""
    data = sweep_data(space, cells)
    n_rows, n_columns = len(data.rows.names), len(data.columns.names)

    def choose(cell: Place | None) -> None:
        st.session_state[choice_key] = None if cell is None else cell[0] * n_columns + cell[1]

    widest, narrowest = (enlargement() * (width * n_columns + _LEFT_AXIS) for width in (_WIDEST, _NARROWEST))
    st.html(_STYLE % (widest, narrowest))
    height = (_HIGH_ROW if n_rows <= _FEW_ROWS else _LOW_ROW) * n_rows + _LOWER_AXIS
    chosen = st.session_state.get(choice_key)
    show_cell_chart(
        sweep_chart(data),
        "sweep_map",
        n_columns,
        None if chosen is None else divmod(chosen, n_columns),
        choose,
        alt=tr_plain("Validation accuracy of each cell in per cent"),
        height=round(enlargement() * height),
    )


def _failures(sweep: Sweep, trials: Sequence[Trial]) -> None:
    failed = [trial for trial in trials if trial.status == FAILED]
    for trial in failed[:_FAILURES_SHOWN]:
        cell = sweep.space.describe_run(trial.number)
        st.caption(tr(":material/error: {cell}: {reason}", cell=cell, reason=trial.reason))
    if len(failed) > _FAILURES_SHOWN:
        more = plural(
            "{count} more has failed; choose a cell to see why.",
            "{count} more have failed; choose a cell to see why.",
            len(failed) - _FAILURES_SHOWN,
        )
        st.caption(tr(more))


def _choice_key(sweep: Sweep) -> str:
    return f"cell_of_{sweep.id}"


def _best(sweep: Sweep, cells: Sequence[Cell]) -> None:
    best = best_cell(cells)
    if best is None:
        return
    is_complete = all(trial.is_settled for cell in cells for trial in cell.trials)
    cell = sweep.space.describe(best.number)
    st.markdown(tr("**Best cell**: {cell}", cell=cell) if is_complete else tr("**Best so far**: {cell}", cell=cell))
    with st.container(horizontal=True, gap="medium"):
        st.metric(tr("Validation accuracy"), percent(best.mean), width="content")
        st.metric(
            tr("Test accuracy"),
            percent(best.test_accuracy) if is_complete else "–",
            width="content",
            help=tr("Shown for the best cell alone, and only once every cell has its result: nothing is chosen by it."),
        )


def _statements(sweep: Sweep, cells: Sequence[Cell]) -> None:
    for trend in find_trends(sweep.space, cells):
        st.markdown(tr(trend.describe()))
    if differences := find_differences(sweep.space, cells):
        st.markdown(tr(differences.describe()))


def _cell(sweep: Sweep, cells: Sequence[Cell]) -> None:
    """Draw the choice of a cell for keyboards, and links to its runs."""
    number = st.selectbox(
        tr("Cell"),
        range(len(cells)),
        index=None,
        key=_choice_key(sweep),
        format_func=lambda number: tr_plain(_cell_label(sweep, cells[number])),
        placeholder=tr_plain("Click a cell of the map, or choose one here"),
    )
    if number is None:
        return
    for trial in cells[number].trials:
        _run_of(trial, is_one_of_many=sweep.space.seeds > 1)


def _run_of(trial: Trial, is_one_of_many: bool) -> None:
    """Draw one network of the cell: its links, or why it has none."""
    if is_one_of_many:
        st.caption(tr(_seed_label(trial)))
    if trial.reason:
        st.error(tr(trial.reason), icon=":material/error:")
    if trial.record is None:
        st.caption(tr("This network waits for its turn."))
        return
    with st.container(horizontal=True, gap="medium"):
        _link(trial, "train", tr("Open its run"), ":material/open_in_full:")
        if trial.record.can_predict:
            _link(trial, "draw", tr("Draw for it"), PAGES["draw"].icon)
            _link(trial, "evaluate", tr("See its mistakes"), PAGES["evaluate"].icon)


def _seed_label(trial: Trial) -> Message:
    share = trial.val_accuracy
    result = trial.status_words if share is None else message("{share:.2%}", share=share)
    return message("Seed {seed}: {result}", seed=trial.config.seed, result=result)


def _link(trial: Trial, page: str, label: str, icon: str) -> None:
    assert trial.record is not None
    st.page_link(f"pages/{page}.py", label=label, icon=icon, query_params={"run": trial.record.id})


def _cell_label(sweep: Sweep, cell: Cell) -> Message:
    return join([sweep.space.describe(cell.number), cell.describe_result()], " · ")
