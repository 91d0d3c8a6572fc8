"""A run's report as one HTML page."""

from __future__ import annotations

from html import escape

import numpy as np

from core.charts.learning import accuracy_data, loss_data
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.evaluation.samples import Samples
from core.metrics.intervals import wilson_interval
from core.runs.history import History
from core.runs.record import RunRecord
from core.runs.result import RunResult
from core.texts.message import message
from pages.components.charts.palette import TEST, TRAIN, VALIDATION
from pages.components.evaluate.report.curves import Line, curves_svg
from pages.components.evaluate.report.tables import class_table, matrix_table, pairs_table, settings_table
from pages.components.evaluate.samples.gallery import gallery_html
from pages.components.shell.texts import tr_html, tr_plain
from pages.components.shell.wording import duration, name_classes, percent

# Misclassified images shown.
_MISTAKES = 36

# A report can be printed and read in light and dark.
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { line-height: 1.2; margin-bottom: 0.25rem; } h2 { margin-top: 2.5rem; }
.figures { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.figures b { display: block; font-size: 1.7rem; font-weight: 400; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
th, td { text-align: right; padding: 0.25rem 0.6rem; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
th:first-child { text-align: left; } thead th { opacity: 0.75; }
.wide { overflow-x: auto; } .matrix td { text-align: center; min-width: 2.2rem; padding: 0.25rem; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 2rem; } .pair > * { flex: 1 1 22rem; margin: 0; }
.curves svg { width: 100%; } .curves text { font-size: 11px; fill: currentColor; opacity: 0.75; }
.curves .grid { stroke: currentColor; opacity: 0.15; }
footer { margin-top: 3rem; font-size: 0.85rem; opacity: 0.75; }
"""


def report_html(record: RunRecord, result: RunResult, history: History, found: tuple[ImageSet, Samples] | None) -> str:
    """The page: figures, curves, confusion matrix, classes, mistakes and settings of a run.

    found: the test images and the network's predictions for them; None where the images are not at hand.
    """
    info, counts = find_dataset(record.config.dataset), np.array(result.confusion)
    names = name_classes(info)
    parts = [
        f"<h1>{escape(record.name)}</h1><div>{tr_html(message(info.title))} · {tr_html(record.config.label())}</div>",
        _figures(result, counts),
        _curves(history),
        f'<h2>{tr_html("Confusion matrix")}</h2><div class="wide">{matrix_table(counts, names)}</div>',
        f"<h2>{tr_html('Most often confused')}</h2>{pairs_table(counts, names)}",
        f'<h2>{tr_html("Classes")}</h2><div class="wide">{class_table(counts, names)}</div>',
        _mistakes(found, names),
        f"<h2>{tr_html('Settings')}</h2>{settings_table(record)}",
        _footer(record, result),
    ]
    title = tr_html("{name}, report", name=record.name)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f"<!doctype html><html><head>{head}<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"


def _figures(result: RunResult, counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    low, high = wilson_interval(int(counts.trace()), int(counts.sum()))
    figures = (
        (tr_html("Test accuracy"), percent(result.test_accuracy), f"{low:.2%} – {high:.2%}"),
        (tr_html("Mistakes"), f"{counts.sum() - counts.trace():,}", tr_html("of {count:,}", count=int(counts.sum()))),
        (tr_html("Test loss"), f"{result.test_loss:.4f}", ""),
        (tr_html("Validation accuracy"), percent(result.val_accuracy), ""),
        (tr_html("Parameters"), f"{result.n_parameters:,}", ""),
        (tr_html("Training time"), escape(duration(result.seconds)), escape(result.device)),
    )
    items = "".join(f"<li>{name}<b>{value}</b><small>{more}</small></li>" for name, value, more in figures)
    return f'<ul class="figures">{items}</ul>'


def _curves(history: History) -> str:
    if not history.step:
        return ""
    loss, accuracy = loss_data(history, ""), accuracy_data(history, "")
    lines = [Line(tr_plain("train"), TRAIN, accuracy.step_epoch, accuracy.train)]
    for name, colour, values in (
        (tr_plain("validation"), VALIDATION, accuracy.val),
        (tr_plain("test"), TEST, accuracy.test),
    ):
        measured = np.isfinite(values)
        if measured.any():
            lines.append(Line(name, colour, accuracy.epoch[measured], values[measured]))
    end = float(loss.epoch[-1])
    training_loss = [Line(tr_plain("train"), TRAIN, loss.epoch, loss.smooth)]
    charts = (
        curves_svg(tr_plain("Loss over epochs"), training_loss, end, is_share=False),
        curves_svg(tr_plain("Accuracy over epochs"), lines, end, is_share=True),
    )
    return f'<h2>{tr_html("Learning curves")}</h2><div class="pair">{"".join(charts)}</div>'


def _mistakes(found: tuple[ImageSet, Samples] | None, names: tuple[str, ...]) -> str:
    if found is None:
        return ""
    test, samples = found
    worst = samples.mistakes().worst_first()[:_MISTAKES]
    if not len(worst):
        return ""
    about = tr_html("Those whose true class got the lowest probability: true → predicted class.")
    return f"<h2>{tr_html('Mistakes')}</h2><p>{about}</p>{gallery_html(test.images[worst.index], worst, names)}"


def _footer(record: RunRecord, result: RunResult) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    text = tr_html(
        "MNIST Lab · run {run} of {created} · weights {weights} · test set {data} · {versions}",
        run=record.id,
        created=record.created[:10],
        weights=result.weights or "–",
        data=result.data or "–",
        versions=versions or "–",
    )
    return f"<footer>{text}</footer>"
