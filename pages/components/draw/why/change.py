"""The smallest change of a picture that makes a network read another class."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts.explanation import change_pixels
from core.explain.change import MOST_PIXELS, SmallestChange
from core.ink.rendering import Picture
from core.runs.record import RunRecord
from core.uncertainty.prediction import Prediction
from core.uncertainty.temperature import apply_temperature
from pages.components.draw.why.asking import ask_change
from pages.components.draw.why.choice import choose_class
from pages.components.draw.why.pictures import BLUE, ORANGE, Key, keys_html, pair_html, rivals_html, text_html

_HOW = (
    "Each of these pixels gets full ink or none. The search tries what promises most and takes back what is not "
    "needed: without any one of them it would fail. Another change may be smaller still."
)


def show_smallest_change(record: RunRecord, picture: Picture, reading: Prediction) -> None:
    """The choice of a class, the change, and a slider that makes it step by step. Raises LabError, OSError."""
    names = reading.class_names
    best, second = (int(number) for number in np.argsort(-reading.raw, kind="stable")[:2])
    others = [number for number in range(len(names)) if number != best]
    chosen = choose_class("Turn it into", "why_into", "What comes second", others, names)
    target = second if chosen is None else chosen
    change = ask_change(record, picture, target)
    if not change:
        st.info(f"No change of at most {MOST_PIXELS} pixels was found that makes this network read {names[target]}.")
        return
    _show_change(picture, change, best, target, reading)


def _show_change(picture: Picture, change: SmallestChange, best: int, target: int, reading: Prediction) -> None:
    names, total = reading.class_names, len(change)
    words = "1 pixel turns" if total == 1 else f"{total} pixels turn"
    st.markdown(f"**{words}** {names[best]} into {names[target]} for this network.")
    made = st.slider("Changes made", 0, total, total, key=f"why_made_{total}", width=468)
    # As the reading above says them.
    shares = apply_temperature(change.probabilities, reading.temperature or 1.0)
    before, now = shares[0], shares[made]
    read = names[int(change.probabilities[made].argmax())]
    marked = (change_pixels(picture, change.rows, change.columns, change.inks, made), "The pixels to change")
    seen = (change.apply(picture, made), f"After {made} of {total} changes it reads {read}.")
    rivals = [(names[number], float(before[number]), float(now[number])) for number in (best, target)]
    st.html(pair_html(marked, seen, rivals_html(rivals, read), keys_html(_keys(change)), text_html(_HOW)))


def _keys(change: SmallestChange) -> list[Key]:
    added = int((change.inks > 0).sum())
    counts = ((BLUE, "ink added", added), (ORANGE, "ink rubbed out", len(change) - added))
    return [(colour, f"{text}: {count}") for colour, text, count in counts if count]
