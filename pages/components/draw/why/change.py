"""The smallest change of a picture that makes a network predict another class."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.explain.change import MOST_PIXELS, SmallestChange
from core.ink.rendering import Picture
from core.runs.record import RunRecord
from core.texts.message import plural
from core.uncertainty.prediction import Prediction
from core.uncertainty.temperature import apply_temperature
from models.texts import mark
from pages.components.draw.why.asking import ask_change
from pages.components.draw.why.choice import choose_class
from pages.components.draw.why.pictures import BLUE, ORANGE, Key, keys_html, pair_html, rivals_html, text_html
from pages.components.pictures.overlays import change_pixels
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

_HOW = mark(
    "Each of these pixels gets full ink or none. The search tries the most promising pixels first and takes back what "
    "is not needed: without any single one of them the prediction would not change. A smaller change may exist."
)


def show_smallest_change(record: RunRecord, picture: Picture, prediction: Prediction) -> None:
    """The choice of a class, the change, and a slider that makes it step by step. Raises LabError, OSError."""
    names = name_classes(prediction)
    best, second = (int(number) for number in np.argsort(-prediction.raw, kind="stable")[:2])
    others = [number for number in range(len(names)) if number != best]
    chosen = choose_class(tr("Turn it into"), "why_into", tr_plain("The runner-up"), others, names)
    target = second if chosen is None else chosen
    change = ask_change(record, picture, target)
    if not change:
        st.info(
            tr(
                "No change of at most {pixels} pixels was found that makes this network predict {label}.",
                pixels=MOST_PIXELS,
                label=names[target],
            )
        )
        return
    _show_change(picture, change, best, target, prediction)


def _show_change(picture: Picture, change: SmallestChange, best: int, target: int, prediction: Prediction) -> None:
    names, total = name_classes(prediction), len(change)
    turns = plural(
        "**{count} pixel turns** {before} into {after} for this network.",
        "**{count} pixels turn** {before} into {after} for this network.",
        total,
        before=names[best],
        after=names[target],
    )
    st.markdown(tr(turns))
    made = st.slider(tr("Changes made"), 0, total, total, key=f"why_made_{total}", width=468)
    # Calibrated, as in the prediction above.
    shares = apply_temperature(change.probabilities, prediction.temperature or 1.0)
    before, now = shares[0], shares[made]
    read = names[int(change.probabilities[made].argmax())]
    marked = (change_pixels(picture, change.rows, change.columns, change.inks, made), tr_plain("The pixels to change"))
    caption = tr_plain("After {made} of {total} changes it predicts {label}.", made=made, total=total, label=read)
    seen = (change.apply(picture, made), caption)
    rivals = [(names[number], float(before[number]), float(now[number])) for number in (best, target)]
    st.html(pair_html(marked, seen, rivals_html(rivals, read), keys_html(_keys(change)), text_html(tr_plain(_HOW))))


def _keys(change: SmallestChange) -> list[Key]:
    added = int((change.inks > 0).sum())
    removed = len(change) - added
    keys = [
        (BLUE, tr_plain("ink added: {count}", count=added), added),
        (ORANGE, tr_plain("ink removed: {count}", count=removed), removed),
    ]
    return [(colour, text) for colour, text, count in keys if count]
