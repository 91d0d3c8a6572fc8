"""What learning curves end with, in words: for readers who do not see the charts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.charts.learning import AccuracyCurve, Curve, LossCurve
from core.texts.message import Message, join, message
from models.texts import mark

_MEASURES = (
    ("train", mark("training accuracy {share:.2%}")),
    ("val", mark("validation accuracy {share:.2%}")),
    ("test", mark("test accuracy {share:.2%}")),
)


def describe_losses(curves: Sequence[LossCurve]) -> Message:
    """The last smoothed loss of each run and its epoch; runs without one are left out."""
    runs = [
        message("{name}: loss {loss:.4f} at epoch {epoch:.1f}", name=curve.name, loss=float(loss), epoch=float(epoch))
        for curve in curves
        for epoch, loss in zip(curve.epoch[-1:], curve.smooth[-1:], strict=True)
    ]
    return join([message("Loss curve"), *runs], ". ")


def describe_accuracies(curves: Sequence[AccuracyCurve]) -> Message:
    """The last accuracies of each run; what a run has not measured is left out."""
    runs = [message("{name}: {values}", name=curve.name, values=values) for curve in curves if (values := _last(curve))]
    return join([message("Accuracy curve"), *runs], ". ")


def _last(curve: AccuracyCurve) -> Message:
    found = [(text, _last_number(getattr(curve, measure))) for measure, text in _MEASURES]
    return join([message(text, share=share) for text, share in found if share is not None], ", ")


def _last_number(values: Curve) -> float | None:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None
