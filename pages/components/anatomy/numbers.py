"""Single numbers and rows of numbers as a reader sees them in a computation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

# From here on, a number is too long for its column.
_LARGE = 10_000

# The style of `table_html`.
_STYLE = """
<style>
.lab-sums { overflow-x: auto; margin: 0.3rem 0 0.6rem; }
.lab-sums table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.lab-sums :is(th, td) { padding: 0.22rem 0.7rem 0.22rem 0; border: none; text-align: right; white-space: nowrap; }
.lab-sums th { font-weight: 500; opacity: 0.75; font-size: 0.8rem; }
.lab-sums :is(th, td):first-child { text-align: left; white-space: normal; min-width: 9rem; }
.lab-sums .total td { font-weight: 600; border-top: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
@media (max-width: 40rem) {
  .lab-sums :is(th, td) { padding-right: 0.45rem; font-size: 0.8rem; }
  .lab-sums :is(th, td):first-child { min-width: 3.5rem; }
  .lab-sums th { white-space: normal; }
}
</style>
"""


def number(value: float, digits: int = 3) -> str:
    """A number with so many digits after the point, or three that count where it is too small or too large for that."""
    size = abs(value)
    if size < _LARGE and value == int(value):
        return f"{value:.0f}".replace("-", "−")
    text = f"{value:.{digits}f}" if 10.0 ** (1 - digits) <= size < _LARGE else f"{value:.2e}"
    mantissa, _, exponent = text.partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def table_html(head: Sequence[str], rows: Sequence[Sequence[str]], totals: Sequence[int] = ()) -> str:
    """A table of plain texts. totals: the rows that are sums, which are set apart."""
    cells = "".join(f"<th>{escape(text)}</th>" for text in head)
    lines = "".join(_row_html(row, is_total=place in totals) for place, row in enumerate(rows))
    return f'{_STYLE}<div class="lab-sums"><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>'


def _row_html(row: Sequence[str], is_total: bool) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in row)
    return f'<tr class="total">{cells}</tr>' if is_total else f"<tr>{cells}</tr>"
