"""The parts of the load kit that compute, and what it refuses."""

import random

import pytest

from benchmarks.load import kinds, memory, peak, visitors
from benchmarks.load.figures import Times, kept_share, quantile, table
from benchmarks.load.visitor import stream_of
from core.ink.fabric_json import objects_from_strokes, strokes_from_objects


@pytest.mark.parametrize("address", ["http://127.0.0.1:8501", "http://[::1]:8501", "http://127.3.2.1:80"])
def test_it_speaks_with_this_machine(address):
    assert stream_of(address) == f"ws{address.removeprefix('http')}/_stcore/stream"


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.2:8501",
        "http://example.org",
        "http://localhost:8501",
        "https://127.0.0.1",
        "127.0.0.1:8501",
        "",
    ],
)
def test_it_speaks_with_no_other(address):
    with pytest.raises(ValueError, match="no http address of this machine"):
        stream_of(address)


def test_quantiles_are_among_the_values():
    values = [float(number) for number in range(1, 101)]
    assert [quantile(values, share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 50, 95, 100]
    assert quantile([3.0], 0.95) == 3
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_the_table_says_each_kind_s_median_and_95th_percentile():
    times = Times()
    for seconds in (1.0, 2.0, 3.0):
        times.add("open Draw", seconds)
    heading, row = table(times.seconds).splitlines()
    assert heading.split() == ["times", "median", "p95", "max"]
    assert row.split() == ["open", "Draw", "3", "2.00", "3.00", "3.00"]


def test_training_beside_visitors_is_compared_with_training_alone():
    assert kept_share([(100, 10.0), (300, 30.0)], [(50, 10.0), (100, 10.0)]) == pytest.approx(0.75)
    with pytest.raises(ValueError, match="Nothing was trained alone"):
        kept_share([(0, 10.0)], [(5, 10.0)])


def test_a_visitor_s_stroke_is_one_that_the_app_can_read():
    stroke = kinds._stroke(random.Random(1))
    (points,) = strokes_from_objects(objects_from_strokes([stroke], [16.0], "#ffffff"))
    assert points.min() >= 0
    assert points.max() <= 312


@pytest.mark.parametrize(
    "arguments", [["--drawing", "1000"], ["--seconds", "1000"], ["--at-once", "draw", "--sessions", "0"]]
)
def test_it_is_bounded_in_sessions_and_time(arguments, capsys):
    with pytest.raises(SystemExit):
        visitors.main(arguments)
    assert "At most 200 sessions and 600 seconds" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "arguments"), [(memory, ["--visits", "100000"]), (peak, ["--seconds", "1e9"])])
def test_the_benchmarks_of_memory_are_bounded(command, arguments, capsys):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "At most" in capsys.readouterr().err
