"""What the server knows of the files without torchvision agrees with torchvision."""

import subprocess
import sys

import numpy as np
import pytest

from core.data.catalog import DATASETS
from core.data.datasets import load_split
from core.data.download import find_published
from core.data.files import data_files

DOWNLOADED = [name for name, info in DATASETS.items() if not info.embedded]


@pytest.mark.parametrize("name", DOWNLOADED)
def test_the_table_has_torchvisions_files(name):
    info = DATASETS[name]
    published = find_published(info)
    assert [f"{file}.gz" for file in data_files(info)] == list(published.archives)
    assert all(len(md5) == 32 for md5 in published.archives.values())
    assert published.mirrors
    assert all(url.startswith("http") and url.endswith("/") for url in published.mirrors)


@pytest.mark.parametrize("split", ["train", "test"])
def test_torchvision_reads_the_same_images_and_labels(mnist_root, split):
    from torchvision.datasets import MNIST

    theirs, ours = MNIST(str(mnist_root), train=split == "train"), load_split("mnist", mnist_root, split)
    np.testing.assert_array_equal(theirs.data.numpy(), ours.images)
    np.testing.assert_array_equal(theirs.targets.numpy(), ours.labels)


def test_the_server_watches_a_download_without_torch():
    code = "import sys, core.data.download_jobs, core.data.folder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
