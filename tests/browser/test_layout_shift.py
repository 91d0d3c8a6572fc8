"""What stands on the Train page stays where it is while a run starts, goes on and ends."""

import pytest

from benchmarks.app.layout_shift import SIZES, measure
from benchmarks.app.running_app import running_app
from core.runs.store import RunStore

# Chromium calls a page good below this. On a quiet machine it is 0.01; a busy one draws a run in more steps.
MOST_SHIFT = 0.1


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_run_moves_next_to_nothing(browser, tmp_path, width, height):
    store = RunStore(tmp_path)
    with running_app(tmp_path) as (address, _):
        shifts = measure(browser, address, store, width, height)
    assert sum(shift["value"] for shift in shifts) <= MOST_SHIFT, shifts
    assert len(store.all()) == 1
