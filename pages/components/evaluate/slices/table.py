"""The table of weak groups, in which a row is chosen; the choice stands in the address (`?slice=…`)."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from core.slices.search import WeakSlice
from pages.components.shell.address import choose, follow, named, settle
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import interval_text

# The parameter in the page's address.
SLICE = "slice"
# Rows up to which the table is as high as they are.
_MOST_ROWS = 12
# Its height in pixels where there are more.
_HEIGHT = 460
# Of the columns in pixels: in a window of 1280 pixels all of them up to p are in sight.
_WIDTHS = {
    "group": 205,
    "error": 60,
    "interval": 110,
    "rest": 56,
    "mistakes": 74,
    "images": 62,
    "p": 72,
    "rest_interval": 120,
}


def choose_slice(found: Sequence[WeakSlice], key: str) -> WeakSlice:
    """Draw the table of these groups, at least one; returns the chosen one, at first the first. key: of the table."""
    names = [weak.slice.name for weak in found]
    wanted = follow(SLICE)
    if wanted in names:
        settle(SLICE, wanted)
    elif wanted is not None and named(SLICE) is not None:
        text = tr("The group {name!r} in the address is not among those with more mistakes.", name=wanted)
        st.warning(text, icon=":material/search_off:")
    chosen = names.index(wanted) if wanted in names else 0
    st.dataframe(
        _rows(found),
        key=key,
        hide_index=True,
        height="content" if len(found) <= _MOST_ROWS else _HEIGHT,
        column_config=_columns(),
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [chosen]}},
        on_select=callback(lambda: _take(key, names)),
        alt=tr_plain("Groups of test images with more mistakes than chance explains"),
    )
    return found[chosen]


def _take(key: str, names: Sequence[str]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        choose(SLICE, names[rows[0]])


def _rows(found: Sequence[WeakSlice]) -> dict[str, list[object]]:
    return {
        "group": [tr_plain(weak.slice.title) for weak in found],
        "error": [100 * weak.inside.share for weak in found],
        "interval": [interval_text(weak.inside.interval, 1) for weak in found],
        "rest": [100 * weak.outside.share for weak in found],
        "mistakes": [weak.inside.wrong for weak in found],
        "images": [weak.inside.n for weak in found],
        "p": [_p_text(weak.adjusted) for weak in found],
        "rest_interval": [interval_text(weak.outside.interval, 1) for weak in found],
    }


def _p_text(p: float) -> str:
    """Two digits of p, such as "0.0012" or "1.2e-5"."""
    return f"{p:.2g}".replace("e-0", "e-")


def _columns() -> dict[str, ColumnConfig]:
    number = st.column_config.NumberColumn
    text = st.column_config.TextColumn
    rest = tr("The error on all other images; for a part of a class, on the other images of the class.")
    group = tr(
        "What the images have in common. Those that are “alike to the network” lie close to each other in its features."
    )
    chance = tr("Fisher’s exact test, corrected for the number of groups that were tried.")
    columns: dict[str, ColumnConfig] = {
        "group": text(tr_plain("Group"), help=group),
        "error": number(tr_plain("Error"), format="%.1f%%", help=tr("The share of mistakes among these images.")),
        "interval": text(tr_plain("95% interval"), help=tr("Wilson’s interval of the error.")),
        "rest": number(tr_plain("Rest"), format="%.1f%%", help=rest),
        "mistakes": number(tr_plain("Mistakes"), format="localized"),
        "images": number(tr_plain("Images"), format="localized"),
        "p": text(tr_plain("p"), help=chance),
        "rest_interval": text(tr_plain("95% of the rest"), help=tr("Wilson’s interval of the rest’s error.")),
    }
    for name, width in _WIDTHS.items():
        columns[name]["width"] = width
    return columns
