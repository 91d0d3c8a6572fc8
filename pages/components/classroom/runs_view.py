"""The best run of each pupil, the best of all on top."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.classroom.classroom import Roll
from core.classroom.runs import BoardRow, ClassRun, board_rows
from core.config.recipes import recipe_followed
from core.runs.record import PAUSED, RUNNING, RunRecord
from core.texts.message import Message
from pages.components.classroom.datasets import choose_dataset, runs_of_class, state_of_runs
from pages.components.classroom.live import show_live
from pages.components.runs.status import status_text
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import percent

# Two columns where there is room, filled from top to bottom, so that a class of thirty is seen at once.
_STYLE = """
<style>
.lab-board { columns: 21rem 2; column-gap: 2.5rem; list-style: none; margin: 0 !important; padding: 0 !important; }
.lab-board li { display: flex; align-items: center; gap: 0.8rem; margin: 0; padding: 0.3rem 0; break-inside: avoid;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.lab-board i { font-style: normal; width: 1.6rem; text-align: right; opacity: 0.6; }
.lab-board div { flex: 1 1 0; min-width: 0; line-height: 1.25; }
.lab-board b { display: block; font-size: 1.15rem; overflow-wrap: anywhere; }
.lab-board small { display: block; font-size: 0.85rem; opacity: 0.7; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.lab-board strong { font-size: 1.35rem; font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.lab-board strong small { font-weight: 400; }
</style>
"""


def show_best_runs() -> None:
    """Draw the view."""
    show_live(_draw, state=state_of_runs)


def _draw(roll: Roll) -> None:
    runs = runs_of_class(roll)
    dataset = choose_dataset(runs)
    if dataset is None:
        st.info(tr("No pupil has begun a run since joining."), icon=":material/play_circle:")
        return
    st.html(_STYLE + board_html(board_rows(roll.members, runs, dataset)))
    st.caption(
        tr("Ranked by the accuracy on the run’s own validation images. A run without validation images is not ranked.")
    )


def board_html(rows: tuple[BoardRow, ...]) -> str:
    """The list."""
    return f'<ol class="lab-board">{"".join(_row(row, place) for place, row in enumerate(rows, start=1))}</ol>'


def _row(row: BoardRow, place: int) -> str:
    accuracy = row.best.accuracy if row.best else None
    rank = str(place) if accuracy is not None else ""
    return (
        f"<li><i>{rank}</i><div><b>{escape(row.member.nickname)}</b><small>{_network(row.best)}</small></div>"
        f"<strong>{percent(accuracy)}<small>{_status(row)}</small></strong></li>"
    )


def _network(run: ClassRun | None) -> str:
    if run is None:
        return tr_html("no run yet")
    recipe = recipe_followed(run.record.config)
    return tr_html(Message(recipe.title) if recipe else run.record.config.network_label())


def _status(row: BoardRow) -> str:
    if row.on_show is None:
        return ""
    return escape(_state(row.on_show.record))


def _state(record: RunRecord) -> str:
    status = status_text(record.state.status)
    if record.state.status in (RUNNING, PAUSED):
        return tr_plain(
            "{status}, {done} of {all} epochs", status=status, done=record.state.epoch, all=record.config.epochs
        )
    return status
