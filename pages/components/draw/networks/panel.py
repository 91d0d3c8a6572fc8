"""What many networks read in the same picture, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.data.catalog import find_dataset
from core.errors import LabError
from core.ink.rendering import SIDE
from core.runs.record import FINISHED, RunRecord
from core.uncertainty.agreement import predict_all
from pages.components.draw.networks.view import NetworkRow, networks_html
from pages.components.draw.prediction.number_view import ordinal
from pages.components.draw.subject import Subject
from pages.components.runs.run_picker import browser_timezone, run_labels
from pages.components.shell.services import job_queue, run_store, warm_up_call

# Own networks, the newest, that are shown without being asked for.
_NEWEST = 3
# As many as the computing process keeps loaded.
_MOST = 30
# Seconds for which a look at all runs' folders is good: strokes come faster than runs.
_FRESH = 5.0


def show_networks(record: RunRecord, subject: Subject) -> None:
    """A sentence on their agreement and a table with a row for each network."""
    records = choose_networks(record)
    pictures = np.stack([digit.picture for digit in subject.digits])
    try:
        answers = job_queue().compute.call(predict_all, [each.path for each in records], pictures)
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    if subject.parts:
        st.caption(f"Asked of the {ordinal(subject.place)} digit; the numbers are of all.")
    labels = run_labels(records, browser_timezone())
    rows, failed = [], []
    for each, answer in zip(records, answers, strict=True):
        if isinstance(answer, str):
            failed.append((each.name, answer))
        else:
            about = labels[each.id].removeprefix(each.name).lstrip(" ·")
            number = "".join(map(str, answer.argmax(1))) if subject.parts else ""
            rows.append(NetworkRow(each.name, about, answer[subject.place], number, each.id == record.id))
    st.html(networks_html(rows, failed, find_dataset(record.config.dataset).class_names))


def prepare_networks(record: RunRecord) -> None:
    """While there is nothing to read: the choice of networks, which are loaded in the meantime."""
    runs = [each.path for each in choose_networks(record)]
    warm_up_call(predict_all, runs, np.zeros((1, SIDE, SIDE), np.uint8))
    st.caption("Draw something, and every network says what it reads.")


def choose_networks(record: RunRecord) -> list[RunRecord]:
    """The choice of networks of the same classes as `record`; returns them, the best by test accuracy first."""
    classes = find_dataset(record.config.dataset).class_names
    offered = {each.id: each for each in _networks() if find_dataset(each.config.dataset).class_names == classes}
    offered[record.id] = record
    key = _key(record)
    before = st.session_state.get(key, usual_networks(list(offered.values()), record))
    st.session_state[key] = [run_id for run_id in before if run_id in offered]
    labels = run_labels(list(offered.values()), browser_timezone())
    with st.popover("Choose networks", icon=":material/checklist:"):
        chosen = st.multiselect(
            "Networks to ask",
            list(offered),
            key=key,
            persist_state="session",
            format_func=labels.__getitem__,
            max_selections=_MOST,
            placeholder=f"At least {record.name}",
        )
    return sorted((offered[run_id] for run_id in chosen or [record.id]), key=_test_accuracy, reverse=True)


def ask_also(record: RunRecord) -> None:
    """Have this network among the asked ones; to be called before the choice is drawn, as in a callback."""
    # It may be newer than the last look at the runs' folders.
    _networks.clear()
    chosen = st.session_state.get(_key(record))
    if chosen and record.id not in chosen:
        st.session_state[_key(record)] = [record.id, *chosen[: _MOST - 1]]


def _key(record: RunRecord) -> str:
    return f"networks_{find_dataset(record.config.dataset).class_names[0]}"


def usual_networks(records: Sequence[RunRecord], chosen: RunRecord) -> list[str]:
    """The runs asked at first, by their ids: those that come with the app, the newest own ones, and the chosen one."""
    own = [each.id for each in records if not each.bundled and not each.is_trial and each.state.status == FINISHED]
    shown = {chosen.id, *own[:_NEWEST]}
    return [each.id for each in records if each.bundled or each.id in shown]


@st.cache_resource(ttl=_FRESH, show_spinner=False)
def _networks() -> list[RunRecord]:
    """All runs with a network, the newest first."""
    return [record for record in run_store().all() if record.can_predict]


def _test_accuracy(record: RunRecord) -> float:
    return record.result.test_accuracy if record.result else 0.0
