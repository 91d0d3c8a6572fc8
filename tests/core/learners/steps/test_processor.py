"""What processor there is, and whether Intel's library is made for it."""

import platform

import pytest
import torch

from core.learners.steps import processor
from core.learners.steps.processor import has_quick_mkl, has_quick_onednn, processor_name


@pytest.fixture
def cpu_info_file(tmp_path, monkeypatch):
    """The file in which Linux describes its processors."""
    file = tmp_path / "cpuinfo"
    monkeypatch.setattr(processor, "_CPU_INFO_FILE", file)
    has_quick_mkl.cache_clear(), has_quick_onednn.cache_clear()
    yield file
    has_quick_mkl.cache_clear(), has_quick_onednn.cache_clear()


def test_the_processor_is_named_by_linux(cpu_info_file):
    cpu_info_file.write_text("processor\t: 0\nvendor_id\t: A\nmodel name\t: Made: 7\n\nmodel name\t: Other\n")
    assert processor_name() == "Made: 7"
    cpu_info_file.write_text("processor\t: 0\n")
    assert processor_name() == ""


def test_the_processor_is_named_by_python_elsewhere(cpu_info_file, monkeypatch):
    assert not cpu_info_file.exists()
    monkeypatch.setattr(platform, "processor", lambda: "Intel64 Family 6")
    assert processor_name() == "Intel64 Family 6"


@pytest.mark.parametrize(
    ("name", "has_mkl", "is_quick"),
    [
        ("Intel(R) Xeon(R) Processor", True, True),
        ("Intel(R) Xeon(R) Processor", False, False),
        ("AMD EPYC 7R13 Processor", True, False),
    ],
)
def test_mkl_is_quick_on_intels_processors(cpu_info_file, monkeypatch, name, has_mkl, is_quick):
    cpu_info_file.write_text(f"model name\t: {name}\n")
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: has_mkl)
    assert has_quick_mkl() is is_quick


@pytest.mark.parametrize(
    ("name", "instructions", "has_onednn", "is_quick"),
    [
        ("AMD EPYC 9R14", "AVX512", True, True),
        ("AMD EPYC 9R14", "AVX512", False, False),
        ("AMD EPYC 7R13 Processor", "AVX2", True, False),
        ("Intel(R) Xeon(R) Processor", "AVX512", True, False),
    ],
)
def test_onednn_is_quick_on_other_processors_with_avx_512(
    cpu_info_file, monkeypatch, name, instructions, has_onednn, is_quick
):
    cpu_info_file.write_text(f"model name\t: {name}\n")
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: instructions)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: has_onednn)
    monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", None, raising=False)
    assert has_quick_onednn() is is_quick
