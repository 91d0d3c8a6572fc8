"""A network's layers: the diagram and the table."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.anatomy.counting import LayerRow, table
from core.anatomy.layers import Anatomy
from core.charts.network import network_chart, network_data

# On a phone every row becomes a small card.
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
    """Draw the chain of layers and under it where their sizes come from."""
    # st.html would take the SVG out.
    st.markdown(network_chart(network_data(anatomy)), unsafe_allow_html=True)
    st.html(_table_html(anatomy))


def _table_html(anatomy: Anatomy) -> str:
    titles = ("Layer", "What it does", "Output", "Parameters worked out")
    head = "".join(f"<th>{text}</th>" for text in titles)
    body = "".join(_row(row) for row in table(anatomy))
    return (
        f'{_STYLE}<table class="lab-layers"><thead><tr>{head}<th class="number">Parameters</th></tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><td>In all</td><td></td><td></td><td></td><td class="number" '
        f'data-label="Parameters">{anatomy.n_parameters:,}</td></tr></tfoot></table>'
    )


def _row(row: LayerRow) -> str:
    count = f"{row.count:,}" if row.count else ""
    return (
        f"<tr><td><b>{escape(row.name)}</b></td>"
        f"<td>{escape(row.title)}<small>{escape(row.sentence)}</small></td>"
        f'<td data-label="Output">{row.shape}<small>{row.shape_reason}</small></td>'
        f'<td data-label="Parameters">{row.count_reason}</td><td class="number">{count}</td></tr>'
    )
