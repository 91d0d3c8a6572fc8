"""What fine-tuning did, as a small table."""

from __future__ import annotations

from core.teaching.fine_tuning import HOLD_OUT_FROM, Comparison, FineTuningReport
from core.texts.message import Message, message, plural
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import percent

# Largest number of pictures that is shown as a count; larger ones are shown in per cent.
_MAX_COUNT = 500
# Loss of test accuracy from which on there is advice.
_CLEAR_LOSS = 0.005

_STYLE = f"""
<style>
.lab-fine-tuning {{ max-width: 38rem; }}
.lab-fine-tuning table {{ border-collapse: collapse; width: 100%; margin: 0; font-variant-numeric: tabular-nums; }}
.lab-fine-tuning th, .lab-fine-tuning td {{ border: 0; text-align: right; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent);
  padding: 0.45rem 0.5rem 0.45rem 0; }}
.lab-fine-tuning th:first-child {{ text-align: left; }}
.lab-fine-tuning thead th {{ font-size: 0.85rem; opacity: 0.65; }}
.lab-fine-tuning .better {{ color: color-mix(in srgb, {RIGHT} 65%, currentColor); }}
.lab-fine-tuning .worse {{ color: color-mix(in srgb, {WRONG} 75%, currentColor); }}
.lab-fine-tuning p {{ font-size: 0.85rem; line-height: 1.4; opacity: 0.7; margin: 0.5rem 0 0; }}
.lab-fine-tuning p.advice {{ opacity: 1; }}
</style>
"""


def report_html(report: FineTuningReport, title: Message) -> str:
    """The table with its explanation. title: of the data set of the test images."""
    rows = [_row(message("Training digits, {count}", count=report.taught.total), report.taught)]
    if report.held_out.total:
        rows.append(_row(message("Hold-out digits, {count}", count=report.held_out.total), report.held_out))
    rows.append(_row(message("{dataset}, {count:,} test images", dataset=title, count=report.test.total), report.test))
    head = f"<tr><th></th><th>{tr_html('Before')}</th><th>{tr_html('After')}</th><th></th></tr>"
    return (
        f'{_STYLE}<div class="lab-fine-tuning" data-testid="fine_tuning"><table><thead>{head}</thead>'
        f"<tbody>{''.join(rows)}</tbody></table><p>{_explain(report)}</p>{_advise(report.test, title)}</div>"
    )


def _row(name: Message, comparison: Comparison) -> str:
    before, after = (_amount(right, comparison.total) for right in (comparison.before, comparison.after))
    kind, change = _change(comparison)
    heading = f'<th scope="row">{tr_html(name)}</th>'
    return f'<tr>{heading}<td>{before}</td><td>{after}</td><td class="{kind}">{change}</td></tr>'


def _amount(right: int | None, total: int) -> str:
    if right is None:
        return tr_html("not measured")
    return tr_html("{right} of {total}", right=right, total=total) if total <= _MAX_COUNT else percent(right / total)


def _change(comparison: Comparison) -> tuple[str, str]:
    """The CSS class of a change, and its words."""
    if comparison.before is None or comparison.after is None:
        return "", ""
    more = comparison.after - comparison.before
    if not more:
        return "", tr_html("the same")
    if more > 0:
        return "better", tr_html("{count:,} more right", count=more)
    return "worse", tr_html("{count:,} more wrong", count=-more)


def _explain(report: FineTuningReport) -> str:
    if report.held_out_pupils:
        return tr_html(
            plural(
                "The hold-out digits are those of {count} pupil, none of which were trained on. They show what it does "
                "for handwriting that it has not seen.",
                "The hold-out digits are those of {count} pupils, none of which were trained on. They show what it "
                "does for handwriting that it has not seen.",
                report.held_out_pupils,
            )
        )
    if report.held_out.total:
        return tr_html(
            "The hold-out digits were not trained on. They show how well the network reads this handwriting beyond the "
            "digits it has seen."
        )
    return tr_html(
        "These are the digits it was trained on, so expect them right. From {count} digits on, every fifth is held out "
        "for a fairer figure.",
        count=HOLD_OUT_FROM,
    )


def _advise(test: Comparison, title: Message) -> str:
    """Advice where much of the data set called `title` was forgotten; empty elsewhere."""
    if test.before is None or test.after is None or test.before - test.after < _CLEAR_LOSS * test.total:
        return ""
    advice = tr_html(
        "It has forgotten some of {dataset}. Next time, keep more digits, check the labels of those that the network "
        "predicts differently, and leave “Also train on {dataset}” on.",
        dataset=title,
    )
    return f'<p class="advice">{advice}</p>'
