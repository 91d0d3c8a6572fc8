"""A network's layers as a diagram and as a table."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.anatomy.counting import LayerRow, table
from core.anatomy.layers import Anatomy
from core.charts.network import network_data
from pages.components.charts.network import network_chart
from pages.components.shell.texts import tr_html

# On a phone every row becomes a small box.
_STYLE = """
<style>
.lab-layers { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.lab-layers th { text-align: left; font-weight: 600; font-size: 0.85rem; opacity: 0.7; padding: 0.5rem 1rem 0.5rem 0; }
.lab-layers td { padding: 0.65rem 1rem 0.65rem 0; vertical-align: top; line-height: 1.4;
  border-top: 1px solid color-mix(in srgb, currentColor 13%, transparent); }
.lab-layers small { display: block; font-size: 0.82rem; opacity: 0.65; }
.lab-layers .number { text-align: right; padding-right: 0; white-space: nowrap; }
.lab-layers tfoot td { font-weight: 600; }
@media (max-width: 640px) {
  .lab-layers, .lab-layers tbody, .lab-layers tfoot, .lab-layers tr, .lab-layers td { display: block; }
  .lab-layers thead { display: none; }
  .lab-layers tr { padding: 0.6rem 0; border-top: 1px solid color-mix(in srgb, currentColor 13%, transparent); }
  .lab-layers td { border: 0; padding: 0.1rem 0; }
  .lab-layers td:empty { display: none; }
  .lab-layers .number { text-align: left; }
  .lab-layers tbody .number { display: none; }
  .lab-layers [data-label]:not(:empty)::before { content: attr(data-label) " "; opacity: 0.65; font-size: 0.82rem; }
}
</style>
"""


def show_layers(anatomy: Anatomy) -> None:
    """Draw the chain of layers, and under it a table with the arithmetic of their sizes."""
    # st.html removes SVG elements.
    st.markdown(network_chart(network_data(anatomy)), unsafe_allow_html=True)
    st.html(_table_html(anatomy))


def _table_html(anatomy: Anatomy) -> str:
    titles = (tr_html("Layer"), tr_html("What it does"), tr_html("Output"), tr_html("How the parameters are counted"))
    head = "".join(f"<th>{text}</th>" for text in titles)
    body = "".join(_row(row) for row in table(anatomy))
    parameters = tr_html("Parameters")
    return (
        f'{_STYLE}<table class="lab-layers"><thead><tr>{head}<th class="number">{parameters}</th></tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><td>{tr_html("In all")}</td><td></td><td></td><td></td><td class="number" '
        f'data-label="{parameters}">{anatomy.n_parameters:,}</td></tr></tfoot></table>'
    )


def _row(row: LayerRow) -> str:
    count = f"{row.count:,}" if row.count else ""
    return (
        f"<tr><td><b>{escape(row.name)}</b></td>"
        f"<td>{tr_html(row.title)}<small>{tr_html(row.sentence)}</small></td>"
        f'<td data-label="{tr_html("Output")}">{row.shape}<small>{row.shape_reason}</small></td>'
        f'<td data-label="{tr_html("Parameters")}">{row.count_reason}</td><td class="number">{count}</td></tr>'
    )
