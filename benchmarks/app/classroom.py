"""What the class's board costs the server: `python -m benchmarks.app.classroom [--pupils 30] [--times 20]`.

Makes a class with runs and digits in a temporary folder, and opens the board as the teacher, without a browser. Times,
in milliseconds: a look at whether anything has changed, which each screen takes every few seconds; and a redraw of each
view, which follows a change: where it shows the same, and where one pupil has just handed in other digits.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
from streamlit.testing.v1 import AppTest

from benchmarks.app.made_class import CODE, hand_in_some, make_class
from core.data.datasets import load_split
from core.operator.settings_file import variable_of
from core.owners.visitor import Visitor
from core.settings import PROJECT
from pages.components.classroom.datasets import state_of_runs
from pages.components.classroom.services import classroom
from pages.components.classroom.views import VIEWS
from pages.components.shell import visitor

_PATIENCE = 120


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, default=30)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {variable_of("runs"): folder, variable_of("class_code"): CODE}
        room = make_class(Path(folder), given.pupils)
        images, random = load_split("digits", Path(folder), "test"), np.random.default_rng(2)
        pupil = room.seen_by(Visitor(room.roll().members[0].owner))

        def hand_in_again() -> None:
            hand_in_some(pupil, images, random, 20)

        # Whoever sits at the machine is the teacher; AppTest has no connection that would say so.
        with patch.object(visitor, "_connection", lambda: (None, "localhost")):
            times = {name: _time_view(name, given.times, hand_in_again) for name in VIEWS}
            looks = [_seconds(_look) for _ in range(100)]
    figures = {"pupils": given.pupils, "digits": 20 * given.pupils, "look_ms": _median_ms(looks), "redraw_ms": times}
    print(json.dumps(figures, indent=1))


def _time_view(name: str, times: int, change: Callable[[], None]) -> dict[str, float]:
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=_PATIENCE).run()
    app.switch_page("pages/classroom.py")
    app.query_params["board"] = name
    app.run()
    assert not app.exception
    same = [_seconds(app.run) for _ in range(times)]
    changed = []
    for _ in range(times):
        change()
        changed.append(_seconds(app.run))
    return {"same": _median_ms(same), "after_a_hand_in": _median_ms(changed)}


def _look() -> None:
    """What each screen does by its timer."""
    roll = classroom().roll()
    assert roll.version
    assert state_of_runs(roll)


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _median_ms(seconds: list[float]) -> float:
    return round(1000 * statistics.median(seconds), 1)


if __name__ == "__main__":
    main()
