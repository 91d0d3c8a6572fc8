"""A data set's images held in memory once for all visitors."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.data.datasets import ImageSet, load_split


@st.cache_resource(max_entries=3, show_spinner=False)
def load_test_images(dataset: str, root: Path) -> ImageSet:
    """A data set's test images and labels, read from the data folder `root`; not to be changed. Raises DataError."""
    return load_split(dataset, root, "test")


# The larger data sets' training images take 47 MB each.
@st.cache_resource(max_entries=2, show_spinner=False)
def load_train_images(dataset: str, root: Path) -> ImageSet:
    """As `load_test_images`, the training images."""
    return load_split(dataset, root, "train")
