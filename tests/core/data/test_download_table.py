import subprocess
import sys

import pytest

from core.data import download
from core.data import integrity as data_files
from core.data.catalog import DATASETS


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_torchvisions_table_is_read_from_its_source_or_imported(name, monkeypatch):
    info = DATASETS[name]
    published = download.find_published(info)
    assert set(published.archives) == {f"{file}.gz" for file in data_files.ARCHIVE_BYTES[info.torchvision_class]}
    assert all(url.startswith("http") and url.endswith("/") for url in published.mirrors)

    def fail(_):
        raise KeyError

    monkeypatch.setattr(download, "_read_table", fail)
    assert download.find_published(info) == published


def test_torch_is_not_imported():
    code = (
        "import sys, core.data.download_jobs; from core.data import catalog, download\n"
        "download.find_published(catalog.DATASETS['mnist'])\n"
        "sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
