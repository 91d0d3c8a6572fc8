"""The benchmark that kills the app at random moments, for a few of them."""

import re
from pathlib import Path

import pytest

from benchmarks.load import kills


@pytest.mark.parametrize("rounds", ["0", "201"])
def test_it_is_bounded_in_rounds(rounds, capsys):
    with pytest.raises(SystemExit):
        kills.main(["--rounds", rounds])
    assert "1 to 200 rounds" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="kills processes as Linux does")
def test_whatever_is_killed_nothing_is_lost(capsys):
    kills.main(["--rounds", "3", "--seed", "7"])
    rounds = capsys.readouterr().out.splitlines()[1:-1]
    assert [re.search("worker|compute process|server", line)[0] for line in rounds] == [*kills._VICTIMS]
    assert all(line.endswith(": whole") for line in rounds)
