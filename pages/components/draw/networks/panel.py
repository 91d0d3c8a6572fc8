"""Predictions of many networks for the same picture, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.data.catalog import find_dataset
from core.errors import LabError
from core.ink.rendering import SIDE
from core.learners.base import Probabilities
from core.runs.record import FINISHED, RunRecord
from core.texts.message import Message
from core.uncertainty.agreement import predict_all
from pages.components.draw.networks.view import NetworkRow, networks_html
from pages.components.draw.prediction.number_view import digit_words
from pages.components.draw.subject import Subject, lines_of_numbers
from pages.components.runs.run_picker import browser_timezone, run_labels
from pages.components.shell.services import job_queue, run_store, warm_up_call
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import name_classes

# Number of the visitor's newest networks that are asked at first.
_NEWEST = 3
# Most networks that can be asked. The compute process keeps about as many loaded.
_MOST = 30
# Seconds for which the list of runs is kept. Strokes come faster than runs.
_FRESH_SECONDS = 5.0


def show_networks(record: RunRecord, subject: Subject) -> None:
    """A sentence on the networks' agreement, and a table with a row for each network."""
    records = choose_networks(record)
    pictures = np.stack([digit.picture for digit in subject.digits])
    try:
        answers = job_queue().compute.call(predict_all, [each.path for each in records], pictures)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    digit = digit_words(subject.parts, subject.place) if subject.parts else None
    if digit:
        st.caption(tr("Each number is what a network reads; the bars and colours are about {digit}.", digit=digit))
    labels = run_labels(records, browser_timezone())
    rows: list[NetworkRow] = []
    failed: list[tuple[str, Message]] = []
    for each, answer in zip(records, answers, strict=True):
        if isinstance(answer, Message):
            failed.append((each.name, answer))
        else:
            about = labels[each.id].removeprefix(each.name).lstrip(" ·")
            number = _numbers(answer, subject) if subject.parts else ""
            rows.append(NetworkRow(each.name, about, answer[subject.place], number, each.id == record.id))
    st.html(networks_html(rows, failed, name_classes(find_dataset(record.config.dataset)), digit))


def _numbers(answer: Probabilities, subject: Subject) -> str:
    """The numbers that a network with these class probabilities (N, 10) reads."""
    read = answer.argmax(1).astype(str)
    return " ".join("".join(read[number]) for line in lines_of_numbers(subject.parts) for number in line)


def prepare_networks(record: RunRecord) -> None:
    """While there is no picture: the choice of networks, which are loaded meanwhile."""
    runs = [each.path for each in choose_networks(record)]
    warm_up_call(predict_all, runs, np.zeros((1, SIDE, SIDE), np.uint8))
    st.caption(tr("Draw something to see every network's prediction."))


def choose_networks(record: RunRecord) -> list[RunRecord]:
    """The choice of networks with the same classes as `record`; returns them by test accuracy, the best first."""
    classes = find_dataset(record.config.dataset).class_names
    offered = {each.id: each for each in _networks() if find_dataset(each.config.dataset).class_names == classes}
    offered[record.id] = record
    key = _key(record)
    before = st.session_state.get(key, usual_networks(list(offered.values()), record))
    st.session_state[key] = [run_id for run_id in before if run_id in offered]
    labels = run_labels(list(offered.values()), browser_timezone())
    with st.popover(tr("Choose networks"), icon=":material/checklist:"):
        chosen = st.multiselect(
            tr("Networks"),
            list(offered),
            key=key,
            persist_state="session",
            format_func=labels.__getitem__,
            max_selections=_MOST,
            placeholder=tr_plain("At least {network}", network=record.name),
        )
    return sorted((offered[run_id] for run_id in chosen or [record.id]), key=_test_accuracy, reverse=True)


def ask_also(record: RunRecord) -> None:
    """Add this network to the asked ones; to be called before the choice is drawn, as in a callback."""
    # It may be newer than the cached list of runs.
    _networks.clear()
    chosen = st.session_state.get(_key(record))
    if chosen and record.id not in chosen:
        st.session_state[_key(record)] = [record.id, *chosen[: _MOST - 1]]


def _key(record: RunRecord) -> str:
    return f"networks_{find_dataset(record.config.dataset).class_names[0]}"


def usual_networks(records: Sequence[RunRecord], chosen: RunRecord) -> list[str]:
    """Ids of the runs asked at first: the bundled ones, the visitor's newest ones, and the chosen one."""
    own = [each.id for each in records if not each.bundled and not each.is_trial and each.state.status == FINISHED]
    shown = {chosen.id, *own[:_NEWEST]}
    return [each.id for each in records if each.bundled or each.id in shown]


@st.cache_resource(ttl=_FRESH_SECONDS, show_spinner=False)
def _networks() -> list[RunRecord]:
    """All runs with a network, the newest first."""
    return [record for record in run_store().all() if record.can_predict]


def _test_accuracy(record: RunRecord) -> float:
    return record.result.test_accuracy if record.result else 0.0
