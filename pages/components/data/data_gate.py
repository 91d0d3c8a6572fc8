"""The panel that a page shows instead of its content while its data set is not on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core import settings
from core.data.catalog import DatasetInfo, find_dataset
from core.data.download_jobs import DownloadJob, DownloadManager, DownloadProgress
from core.data.files import count_bytes, data_files, find_faults, raw_folder
from core.data.folder import use_folder
from core.errors import DataCorrupt, DataError
from core.texts.message import NO_MESSAGE, Message, message
from models.texts import mark
from pages.components.shell.errors import callback, fragment
from pages.components.shell.texts import tr
from pages.components.shell.visitor import is_owner

# How often the progress of a download is drawn anew.
_REFRESH_SECONDS = 0.5


def require_dataset(name: str, on_use_digits: Callable[[], None] | None = None) -> bool:
    """Whether the data set is here and its checksums are right; if not, draws a panel that gets it.

    on_use_digits: called when the visitor chooses the embedded digits instead; without it they are not offered.
    Raises ConfigError for an unknown name.
    """
    info, root = find_dataset(name), settings.data_root()
    # Before the files are checked, so that a download that ends in between is not missed.
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
    st.markdown(tr("**Downloading {title}**", title=title))
    st.progress(progress.share, text=tr(describe_progress(progress)))
    if st.button(tr("Cancel"), icon=":material/close:"):
        job.cancel()
        st.rerun()


def describe_progress(progress: DownloadProgress) -> Message:
    """What the download does, with the megabytes done and in all where they are known."""
    step = progress.step or message("Starting")
    if not progress.bytes_total:
        return message("{step}…", step=step)
    done, total = progress.bytes_done / 1e6, progress.bytes_total / 1e6
    return message("{done:.1f} of {total:.1f} MB · {step}", done=done, total=total, step=step)


def _explain(info: DatasetInfo, root: Path, faults: Mapping[str, DataError], progress: DownloadProgress | None) -> None:
    if progress and progress.state == "failed":
        st.error(tr(progress.reason), icon=":material/cloud_off:")
    elif problem := describe_damage(info, root, faults):
        st.warning(tr(problem), icon=":material/broken_image:")
    else:
        size = count_bytes(info.name, faults) / 1e6
        text = mark("**{title} is not on this machine yet** ({size:.1f} MB to download).")
        if len(faults) < len(data_files(info)):
            text = mark("**{title} is only partly on this machine yet** ({size:.1f} MB to download).")
        st.markdown(tr(text, title=info.title, size=size))
    # A path of the server's disk is no visitor's business.
    if is_owner():
        st.caption(tr("Data folder: {folder}", folder=root))


def describe_damage(info: DatasetInfo, root: Path, faults: Mapping[str, DataError]) -> Message:
    """What is wrong with the first file that is there but cannot be used; empty when files are only missing."""
    for file, fault in faults.items():
        if isinstance(fault, DataCorrupt):
            size = (raw_folder(info, root) / file).stat().st_size
            return message(
                "{title}'s file {file} is damaged ({size:,} bytes, wrong checksum).",
                title=info.title,
                file=file,
                size=size,
            )
        if (raw_folder(info, root) / file).exists():
            # Without the folder, which is told to the owner alone.
            return replace(fault.message, values={**fault.message.values, "file": file})
    return NO_MESSAGE


def _offer(
    info: DatasetInfo,
    root: Path,
    faults: Mapping[str, DataError],
    progress: DownloadProgress | None,
    on_use_digits: Callable[[], None] | None,
) -> None:
    failed = progress is not None and progress.state == "failed"
    if failed:
        label = tr("Retry")
    elif describe_damage(info, root, faults):
        label = tr("Download again")
    else:
        label = tr("Download")
    with st.container(horizontal=True):
        if st.button(label, type="primary", icon=":material/refresh:" if failed else ":material/download:"):
            _start(info, root)
        # On an app that is open to others, a visitor must not have the server look into its folders.
        if is_owner():
            with st.popover(tr("Choose a folder"), icon=":material/folder_open:"):
                _offer_folder(info, root)
        if on_use_digits:
            st.button(tr("Use the embedded digits"), icon=":material/grid_view:", on_click=callback(on_use_digits))


def _start(info: DatasetInfo, root: Path) -> None:
    try:
        _downloads().start(info.name, root)
    except OSError as error:
        st.error(tr("The download of {title} cannot be started: {reason}.", title=info.title, reason=error.strerror))
    else:
        st.rerun()


def _offer_folder(info: DatasetInfo, root: Path) -> None:
    if settings.data_root_is_fixed():
        st.markdown(
            tr(
                "The environment variable {variable} fixes the data folder to {folder}. "
                "To use another one, change it and start the app again.",
                variable=settings.DATA_VARIABLE,
                folder=root,
            )
        )
        return
    with st.form("data-folder", border=False):
        text = st.text_input(
            tr("Folder with {subfolder}/raw in it", subfolder=info.torchvision_class), placeholder="/path/to/data"
        )
        if st.form_submit_button(tr("Use this folder")):
            _use_folder(info, text)


def _use_folder(info: DatasetInfo, text: str) -> None:
    try:
        use_folder(info.name, text)
    except DataError as error:
        st.error(tr(error))
    else:
        st.rerun()
