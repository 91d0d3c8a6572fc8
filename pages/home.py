"""Home: what the app is for, a card for each page, and the networks that there are."""

from collections.abc import Mapping

import streamlit as st

from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.texts.message import message, plural
from pages.components.classroom.services import nicknames
from pages.components.home.hero import hero_html
from pages.components.home.networks import best_by_dataset, measured_networks
from pages.components.home.preload import preload_charts
from pages.components.runs.owners import owner_label, tells_owners
from pages.components.runs.status import has_old_result
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import PAGES, enter, offered_pages
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import percent

enter()

_COLUMNS = 3
_CARD_WIDTH = 220
# Rows of one's own networks, at most.
_SHOWN = 6

# The link covers the whole card.
_STYLE = """
<style>
[class*=st-key-card_] { position: relative; }
[class*=st-key-card_] .stElementContainer { position: static; }
[class*=st-key-card_]:hover { border-color: currentColor; }
[class*=st-key-card_] a { position: static; background: none; padding-left: 0; }
[class*=st-key-card_] a p { font-size: 1.1rem; }
[class*=st-key-card_] a::after { content: ""; position: absolute; inset: 0; z-index: 1; }
</style>
"""


def show_cards() -> None:
    """A card for each page."""
    st.html(_STYLE)
    with st.grid(_COLUMNS, min_column_width=_CARD_WIDTH):
        for name, page in offered_pages().items():
            if page.summary:
                with st.container(border=True, key=f"card_{name}", height="stretch"):
                    show_link(name, tr("**{title}**", title=message(page.title)))
                    st.caption(tr(page.summary))


def show_link(name: str, label: str, run_id: str | None = None) -> None:
    """A link to a page, for one run where its id is given."""
    query = {"run": run_id} if run_id else None
    st.page_link(f"pages/{name}.py", label=label, icon=offered_pages()[name].icon, query_params=query)


def show_networks(networks: list[RunRecord]) -> None:
    """One's own networks, newest first, and the best of each data set, with links to use them.

    The operator of an open app sees everybody's, with their owners.
    """
    if not networks:
        st.subheader(tr("Networks"), anchor=False)
        st.caption(tr("None yet. Train one, and it will be listed here."))
        return
    own = [record for record in networks if not record.bundled]
    if own:
        st.subheader(tr("Everybody’s networks") if tells_owners() else tr("Your networks"), anchor=False)
        show_rows(own[:_SHOWN], "own")
        say_how_many_more(len(own) - _SHOWN)
    for name, best in best_by_dataset(networks).items():
        st.subheader(tr("Highest test accuracy on {dataset}", dataset=message(find_dataset(name).title)), anchor=False)
        show_rows(best, "best")


def show_rows(records: list[RunRecord], part: str) -> None:
    """A row for each network. part: of the page, since a network can stand in two; only "own" mixes data sets."""
    names = nicknames() if tells_owners() else None
    for record in records:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{part}_{record.id}"):
            st.text(_describe(record, names) if part == "own" else record.name, width="stretch")
            st.markdown(_accuracy(record), width="content")
            with st.container(horizontal=True, width="content", gap="xsmall"):
                for name in ("draw", "evaluate"):
                    show_link(name, tr(PAGES[name].title), record.id)


def say_how_many_more(count: int) -> None:
    """Where the networks are for which there is no row."""
    if count > 0:
        text = plural(
            "{count} more is in the table on the Train page.", "{count} more are in the table on the Train page.", count
        )
        st.caption(tr(text))


def _accuracy(record: RunRecord) -> str:
    accuracy = percent(record.result.test_accuracy if record.result else None)
    if has_old_result(record):
        return tr("**{accuracy}** with earlier weights", accuracy=accuracy)
    return tr("**{accuracy}**", accuracy=accuracy)


def _describe(record: RunRecord, names: Mapping[str, str] | None) -> str:
    title = tr_plain(find_dataset(record.config.dataset).title)
    words = [record.name] if title in record.name else [record.name, title]
    return " · ".join(words if names is None else [*words, owner_label(record, names)])


st.html(
    hero_html(
        tr_html(
            "Train a small network on handwritten digits and watch it learn. Draw a digit for it. "
            "Then see what it gets wrong."
        ),
        tr_html("Training goes on in the background while you look around."),
    )
)
show_cards()
show_networks(measured_networks(run_store().all()))
preload_charts()
