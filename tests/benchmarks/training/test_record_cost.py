"""What reports and records cost: every second of the processor counts once, where it was spent."""

from types import SimpleNamespace

import pytest

from benchmarks.training import record_cost, speed
from benchmarks.training.record_cost import Stopwatch, measure
from tests.made import make_config


@pytest.fixture
def clock(monkeypatch):
    """The processor time, which tests set."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(record_cost, "time", SimpleNamespace(process_time=lambda: now.seconds))
    return now


def test_what_lies_within_another_part_counts_for_itself_alone(clock):
    watch = Stopwatch()
    clock.seconds = 1.0
    with watch.time("reports"):
        clock.seconds = 3.0
        with watch.time("measuring"):
            clock.seconds = 7.0
        clock.seconds = 15.0
    clock.seconds = 31.0
    with watch.time("records"):
        clock.seconds = 63.0
    assert watch.seconds == {"training": 1.0 + 16.0, "reports": 2.0 + 8.0, "measuring": 4.0, "records": 32.0}


def test_an_error_ends_a_part_too(clock):
    watch = Stopwatch()
    with pytest.raises(OSError, match="full"), watch.time("records"):
        raise OSError("full")
    clock.seconds = 2.0
    with watch.time("reports"):
        clock.seconds = 3.0
    assert watch.seconds["training"] == 2.0


def test_a_run_s_parts_are_shares_of_its_time(store):
    shares = measure(store, make_config(arch="mlp", epochs=2))
    assert set(shares) == {"reports", "records", "live"}
    assert all(0 < share < 1 for share in shares.values())
    assert sum(shares.values()) < 1


def test_the_command_prints_medians_without_the_first_run(monkeypatch, capsys):
    found = iter([0.9, 0.01, 0.03, 0.02])
    monkeypatch.setattr(speed, "is_available", lambda *_: True)
    monkeypatch.setattr(record_cost, "measure", lambda *_: dict.fromkeys(("reports", "records", "live"), next(found)))
    assert record_cost.main(["cnn", "--images", "640"]) == 0
    assert capsys.readouterr().out == (
        "cnn: reports 2.00%, records 2.00%, together 4.00% (2.00% to 6.00%); live 2.00%\n"
    )
