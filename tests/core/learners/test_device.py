import pytest
import torch

from core.errors import ConfigError
from core.learners.device import resolve_device


@pytest.fixture
def machine(monkeypatch):
    """Makes the machine have these devices beside the processor."""

    def have(*devices):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in devices)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in devices)

    return have


@pytest.mark.parametrize(
    ("devices", "chosen"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")]
)
def test_auto_takes_the_fastest_there_is(machine, devices, chosen):
    machine(*devices)
    assert resolve_device("auto").type == chosen


def test_a_named_device_is_taken(machine):
    machine("cuda", "mps")
    assert [resolve_device(name).type for name in ("cpu", "cuda", "mps")] == ["cpu", "cuda", "mps"]


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_named(machine, name):
    machine()
    with pytest.raises(ConfigError) as caught:
        resolve_device(name)
    assert str(caught.value) == f"device is {name!r}, which this machine does not have; choose auto or cpu."
