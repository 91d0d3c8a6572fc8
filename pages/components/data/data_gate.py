"""What a page shows instead of itself while its data set is not on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from core import settings
from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import raw_folder
from core.data.download_jobs import DownloadJob, DownloadManager, DownloadProgress
from core.data.integrity import ARCHIVE_BYTES, count_bytes, find_faults, use_folder
from core.errors import DataCorrupt, DataError
from pages.components.shell.errors import fragment
from pages.components.shell.visitor import is_owner

_REFRESH_SECONDS = 0.5


def require_dataset(name: str, on_use_digits: Callable[[], None] | None = None) -> bool:
    """Whether the data set is here and its checksums are right; if not, draws a panel that gets it.

    `on_use_digits` is called when the visitor chooses the embedded digits instead; without it the panel
    does not offer them. Raises ConfigError for an unknown name.
    """
    info, root = find_dataset(name), settings.data_root()
    # Asked before the files are looked at: a download that ends in between must not be missed.
    job = _downloads().find(name, root)
    progress = job.progress if job else None
    faults = find_faults(name, root)
    if not faults:
        return True
    with st.container(border=True):
        if job and progress and progress.state == "running":
            fragment(_watch, run_every=_REFRESH_SECONDS)(job, info.title)
        else:
            _explain(info, root, faults, progress)
            _offer(info, root, faults, progress, on_use_digits)
    return False


@st.cache_resource(show_spinner=False)
def _downloads() -> DownloadManager:
    return DownloadManager()


def _watch(job: DownloadJob, title: str) -> None:
    progress = job.progress
    if progress.state != "running":
        st.rerun()
    st.markdown(f"**Downloading {title}**")
    st.progress(progress.share, text=describe_progress(progress))
    if st.button("Cancel", icon=":material/close:"):
        job.cancel()
        st.rerun()


def describe_progress(progress: DownloadProgress) -> str:
    """Megabytes done and in all, and what is on its way."""
    step = progress.message or "starting"
    if not progress.bytes_total:
        return f"{step.capitalize()}…"
    return f"{progress.bytes_done / 1e6:.1f} of {progress.bytes_total / 1e6:.1f} MB · {step}"


def _explain(info: DatasetInfo, root: Path, faults: Mapping[str, DataError], progress: DownloadProgress | None) -> None:
    if progress and progress.state == "failed":
        st.error(progress.message, icon=":material/cloud_off:")
    elif problem := describe_damage(info, root, faults):
        st.warning(problem, icon=":material/broken_image:")
    else:
        size = f"{count_bytes(info.name, faults) / 1e6:.1f} MB"
        partly = "only partly" if len(faults) < len(ARCHIVE_BYTES[info.torchvision_class]) else "not"
        st.markdown(f"**{info.title} is {partly} on this machine yet** ({size} to download).")
    st.caption(f"Data folder: `{root}`")


def describe_damage(info: DatasetInfo, root: Path, faults: Mapping[str, DataError]) -> str:
    """A sentence about the first file that is there but cannot be used; empty when files are only missing."""
    for file, fault in faults.items():
        if isinstance(fault, DataCorrupt):
            size = (raw_folder(info, root) / file).stat().st_size
            return f"{info.title}'s file {file} is damaged ({size:,} bytes, wrong checksum)."
        if (raw_folder(info, root) / file).exists():
            return str(fault)
    return ""


def _offer(
    info: DatasetInfo,
    root: Path,
    faults: Mapping[str, DataError],
    progress: DownloadProgress | None,
    on_use_digits: Callable[[], None] | None,
) -> None:
    failed = progress is not None and progress.state == "failed"
    label = "Retry" if failed else "Download again" if describe_damage(info, root, faults) else "Download"
    with st.container(horizontal=True):
        if st.button(label, type="primary", icon=":material/refresh:" if failed else ":material/download:"):
            _start(info, root)
        # On an app that is open to others, a visitor must not have the server look into its folders.
        if is_owner():
            with st.popover("Choose a folder", icon=":material/folder_open:"):
                _offer_folder(info, root)
        if on_use_digits:
            st.button("Use the embedded digits", icon=":material/grid_view:", on_click=on_use_digits)


def _start(info: DatasetInfo, root: Path) -> None:
    try:
        _downloads().start(info.name, root)
    except OSError as error:
        st.error(f"The download of {info.title} cannot be started: {error.strerror}.")
    else:
        st.rerun()


def _offer_folder(info: DatasetInfo, root: Path) -> None:
    if settings.data_root_is_fixed():
        st.markdown(
            f"The environment variable `{settings.DATA_VARIABLE}` fixes the data folder to `{root}`. "
            "To use another one, change it and start the app again."
        )
        return
    with st.form("data-folder", border=False):
        text = st.text_input(f"Folder with {info.torchvision_class}/raw in it", placeholder="/path/to/data")
        if st.form_submit_button("Use this folder"):
            _use_folder(info, text)


def _use_folder(info: DatasetInfo, text: str) -> None:
    try:
        use_folder(info.name, text)
    except DataError as error:
        st.error(str(error))
    else:
        st.rerun()
