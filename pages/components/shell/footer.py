"""A line below each page of an app that is open to others: how the server is, for its operator; else what to mind."""

from __future__ import annotations

import streamlit as st

from core import settings
from core.execution.compute_client import ComputeClient
from core.hosting.status import server_status
from core.learners.device_name import device_name
from pages.components.shell.services import whole_queue
from pages.components.shell.texts import tr
from pages.components.shell.visitor import current_visitor, has_key_in_address, put_key_into_address

_BYTES_A_MB = 10**6


def show_footer() -> None:
    """Draw it where there is something to say."""
    if not settings.is_open():
        return
    if current_visitor().is_operator:
        _show_status()
    elif has_key_in_address():
        put_key_into_address()
        st.caption(
            tr(
                "Your browser keeps no cookies for this app, so the key to your runs is part of the address. "
                "Bookmark it to come back to them, and take “visitor=…” out of it before you share it."
            )
        )


def _show_status() -> None:
    status, queue = server_status(), whole_queue()
    # Only a process with torch knows the device; it is there some seconds after the first page.
    device = _device(queue.compute) if queue.compute.is_ready.is_set() else "–"
    st.caption(
        tr(
            "MNIST Lab {version} · {device} · {memory:,.0f} MB of memory · load {load:.1f} on {cores} cores · "
            "{training} training, {waiting} waiting",
            version=status.version,
            device=device,
            memory=status.memory / _BYTES_A_MB,
            load=status.load,
            cores=status.cores,
            training=queue.n_training,
            waiting=queue.n_waiting,
        )
    )


@st.cache_resource(show_spinner=False)
def _device(_compute: ComputeClient) -> str:
    return _compute.call(device_name)
