"""The settings of Streamlit that the app is started with, on one's own machine and on Community Cloud."""

import tomllib

import pytest

from core.photo import open_photo
from core.settings import PROJECT
from core.teaching import collection_file


@pytest.fixture(scope="module")
def options():
    return tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_no_larger_file_is_taken_than_a_page_needs(options):
    needed = max(open_photo.MAX_MEGABYTES, collection_file.MAX_MEGABYTES)
    assert options["server"]["maxUploadSize"] == needed


def test_a_visitor_sees_no_traceback_and_no_developer_s_buttons(options):
    assert options["client"]["showErrorDetails"] == "none"
    assert options["client"]["toolbarMode"] == "viewer"


def test_community_cloud_is_not_locked_out(options):
    assert not {"address", "port", "enableCORS", "enableXsrfProtection"} & options["server"].keys()
