"""What a lesson has done, as a small table."""

from __future__ import annotations

from core.charts.palette import RIGHT, WRONG
from core.teaching.lesson import KEEP_ASIDE_FROM, Comparison, LessonReport
from pages.components.shell.wording import percent

# Up to so many pictures are counted; more are told in per cent.
_COUNTED = 500
# A share of the test images, half a percentage point.
_CLEAR_LOSS = 0.005

_STYLE = f"""
<style>
.lab-lesson {{ max-width: 38rem; }}
.lab-lesson table {{ border-collapse: collapse; width: 100%; margin: 0; font-variant-numeric: tabular-nums; }}
.lab-lesson th, .lab-lesson td {{ border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent);
  padding: 0.45rem 0.5rem 0.45rem 0; font-weight: 400; text-align: right; }}
.lab-lesson th:first-child {{ text-align: left; }}
.lab-lesson thead th {{ font-size: 0.85rem; opacity: 0.65; }}
.lab-lesson .better {{ color: color-mix(in srgb, {RIGHT} 65%, currentColor); }}
.lab-lesson .worse {{ color: color-mix(in srgb, {WRONG} 75%, currentColor); }}
.lab-lesson p {{ font-size: 0.85rem; line-height: 1.4; opacity: 0.7; margin: 0.5rem 0 0; }}
.lab-lesson p.advice {{ opacity: 1; }}
</style>
"""


def report_html(report: LessonReport, title: str) -> str:
    """The table, and what has to be known to read it. title: of the data set that the test images belong to."""
    rows = [_row(f"Digits taught, {report.taught.total}", report.taught)]
    if report.aside.total:
        rows.append(_row(f"Digits kept aside, {report.aside.total}", report.aside))
    rows.append(_row(f"{title}, {report.test.total:,} test images", report.test))
    head = "<tr><th></th><th>Before</th><th>After</th><th></th></tr>"
    return (
        f'{_STYLE}<div class="lab-lesson" data-testid="lesson"><table><thead>{head}</thead>'
        f"<tbody>{''.join(rows)}</tbody></table><p>{_explain(report)}</p>{_advise(report.test, title)}</div>"
    )


def _row(name: str, comparison: Comparison) -> str:
    before, after = (_amount(right, comparison.total) for right in (comparison.before, comparison.after))
    kind, change = _change(comparison)
    return f'<tr><th scope="row">{name}</th><td>{before}</td><td>{after}</td><td class="{kind}">{change}</td></tr>'


def _amount(right: int | None, total: int) -> str:
    if right is None:
        return "not measured"
    return f"{right} of {total}" if total <= _COUNTED else percent(right / total)


def _change(comparison: Comparison) -> tuple[str, str]:
    """The kind of a change and its words."""
    if comparison.before is None or comparison.after is None:
        return "", ""
    more = comparison.after - comparison.before
    if not more:
        return "", "the same"
    return ("better", f"{more:,} more right") if more > 0 else ("worse", f"{-more:,} more wrong")


def _explain(report: LessonReport) -> str:
    if report.aside.total:
        return "The digits kept aside were not taught: they tell how well it reads this hand beyond what it was shown."
    return (
        "It is asked for the very digits it was taught, so expect them right. "
        f"From {KEEP_ASIDE_FROM} digits on, every fifth is kept aside for a fairer figure."
    )


def _advise(test: Comparison, title: str) -> str:
    """What helps where much was forgotten of the data set called `title`; nothing elsewhere."""
    if test.before is None or test.after is None or test.before - test.after < _CLEAR_LOSS * test.total:
        return ""
    return (
        f'<p class="advice">It has forgotten some of {title}. Next time, keep more digits, look again at the labels '
        f"of those that the network reads differently, and leave “Keep practising {title}” on.</p>"
    )
