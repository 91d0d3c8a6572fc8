"""What Plotly made of a chart."""

from playwright.sync_api import Locator

Margins = tuple[float, float]


def margins(chart: Locator) -> tuple[Margins, Margins]:
    """The left and lower margin that the page gave to this chart, and those that Plotly used, in pixels."""
    given, used = chart.evaluate(
        "chart => [chart.layout.margin, chart._fullLayout._size].map(sides => [sides.l, sides.b])"
    )
    return tuple(given), tuple(used)
