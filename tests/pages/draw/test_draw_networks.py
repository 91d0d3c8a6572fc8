"""The Draw page's panel of all networks."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.ink.rendering import picture_from_strokes
from core.runs.record import RUNNING, RunState, write_state
from core.uncertainty.prediction import calibrated_proba
from tests.made import wait_until
from tests.pages.drawing import ONE, find, html, texts
from tests.pages.made_runs import set_accuracy


@pytest.fixture
def visit(visit_drawing):
    def open_page(*strokes, **parameters):
        return visit_drawing(*strokes, look="networks", **parameters)

    return open_page


def names(app):
    """The networks in the table, from its top."""
    return re.findall(r'class="name"><span>(.*?)</span>', html(app))


def mark_as_trial(folder):
    values = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(values | {"tags": {"sweep": "s"}}))


def test_all_networks_read_the_same_picture_the_best_first(visit, add_run, host):
    folders = [add_run("weak"), add_run("strong")]
    set_accuracy(folders[0], 0.5)
    set_accuracy(folders[1], 0.9)
    app = visit(ONE, run="weak")
    assert not app.exception
    assert names(app) == ["strong", "weak"]
    rows = re.findall(r'<tr class="(.*?)"><th scope="row" class="name">.*?<small>(.*?)</small>', html(app))
    assert rows == [("", "Digits (embedded) · 90.00%"), ("chosen", "Digits (embedded) · 50.00%")]
    picture = picture_from_strokes([np.array(ONE, float)]).picture
    share = calibrated_proba(folders[0], picture[None])[0].max()
    assert html(app).count(f"{share:.1%} <small>then") == 2
    assert [folders[1], folders[0]] in host.asked


def test_without_a_drawing_the_networks_are_loaded(visit, add_run, host):
    folder = add_run("small")
    app = visit()
    assert "see every network's prediction" in texts(app.caption)
    wait_until(lambda: [folder] in host.asked)


def test_own_networks_beyond_the_newest_and_unfinished_ones_wait_to_be_chosen(visit, add_run, tmp_path):
    for number in range(5):
        add_run(f"run-{number}")
    write_state(add_run("run-9"), RunState(RUNNING))
    add_run("clothes", dataset="fashion-mnist")
    (tmp_path / "bundled").mkdir()
    add_run("of-the-app").rename(tmp_path / "bundled" / "of-the-app")
    mark_as_trial(add_run("run-8"))
    app = visit(ONE, run="run-0")
    assert sorted(names(app)) == ["of-the-app", "run-0", "run-2", "run-3", "run-4"]
    choice = find(app.multiselect, "Networks")
    # The newest first; all have the same test accuracy.
    numbers = [9, 8, 4, 3, 2, 1, 0]
    assert [label.split(" · ")[:2] for label in choice.options] == [
        [name, "Digits (embedded)"] for name in (*(f"run-{number}" for number in numbers), "of-the-app")
    ]
    assert choice.value == ["run-4", "run-3", "run-2", "run-0", "of-the-app"]
    choice.set_value(["run-1"]).run()
    assert names(app) == ["run-1"]
    find(app.multiselect, "Networks").set_value([]).run()
    assert names(app) == ["run-0"]


def test_a_network_that_cannot_be_read_is_named_with_the_reason(visit, add_run):
    add_run("small")
    (add_run("broken") / "weights.safetensors").write_bytes(b"nothing of use")
    app = visit(ONE, run="small")
    assert not app.exception
    assert names(app) == ["small"]
    assert re.search(r'"failed"><th scope="row" class="name">broken</th><td[^>]*>[^<]*weights.safetensors', html(app))


def show_clothes():
    import numpy as np

    from pages.components.draw.networks.panel import show_networks
    from pages.components.draw.subject import Subject
    from pages.components.shell.services import run_store

    show_networks(run_store().get("clothes"), Subject(np.zeros((28, 28), np.uint8)))


@pytest.mark.usefixtures("host")
def test_a_network_for_clothes_is_compared_with_its_like(add_run):
    add_run("clothes", dataset="fashion-mnist")
    add_run("small")
    app = AppTest.from_function(show_clothes).run()
    assert not app.exception
    assert names(app) == ["clothes"]
    assert "<span>Ankle boot</span>" in html(app)
