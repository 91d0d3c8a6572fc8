"""The Home page, as a visitor without a browser."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from pages.components.shell import services as resources
from tests.made import make_config, make_confusion

# Plotly is not among them, since Streamlit itself imports it.
HEAVY = ("torch", "torchvision", "sklearn", "numpy", "pandas", "altair")

# What a first visitor of a fresh server gets, with nothing imported by other tests.
FIRST_VISIT = f"""
import json, sys
from streamlit.testing.v1 import AppTest
from pages.components.shell import services as resources

resources.warm_up = lambda: None
app = AppTest.from_file("app.py", default_timeout=30).run()
loaded = [name for name in {HEAVY} if name in sys.modules]
print(json.dumps([app.title[0].value, len(app.exception), loaded]))
"""


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """Opens the Home page; no bundled networks are there."""
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "bundled")
    monkeypatch.setattr(resources, "warm_up", lambda: None)
    st.cache_resource.clear()

    def open_page():
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30).run()
        assert not app.exception
        return app

    yield open_page
    st.cache_resource.clear()


def make_run(store, name, accuracy=None, tags=None, **config):
    record = store.create(make_config(**config), name, tags)
    record.weights_file.write_bytes(b"weights")
    if accuracy is not None:
        write_result(
            record.path, RunResult(1, 1, None, None, accuracy, 1.0, 10_000, 10, 1.0, "cpu", make_confusion(accuracy))
        )
    return record


def links(app):
    return [(link.proto.label, link.proto.page, link.proto.query_string) for link in app.get("page_link")]


def test_the_first_visit_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", FIRST_VISIT], cwd=settings.PROJECT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["MNIST Lab", 0, []]


def test_the_cards_lead_to_the_pages(visit):
    titles = ("Train", "Draw", "Evaluate", "Sweep", "Twins", "Anatomy")
    assert links(visit()) == [(f"**{title}**", title.lower(), "") for title in titles]


def test_without_networks_it_says_how_to_get_one(visit):
    assert any("None yet" in caption.value for caption in visit().caption)


def test_networks_are_listed_with_their_accuracy(visit, store):
    make_run(store, "First net", 0.9756)
    make_run(store, "Second net", 0.5)
    app = visit()
    names, accuracies = [text.value for text in app.text], [element.value for element in app.markdown]
    own, best = {"First net": "**97.56%**", "Second net": "**50.00%**"}, [("First net", "**97.56%**")]
    rows = list(zip(names, accuracies, strict=True))
    # Runs of the same second are in any order.
    assert dict(rows[:2]) == {f"{name} · Digits (embedded)": accuracy for name, accuracy in own.items()}
    assert rows[2:] == [*best, ("Second net", "**50.00%**")]


def test_a_network_leads_to_its_drawing_and_its_evaluation(visit, store):
    record = make_run(store, "First net", 0.9)
    pair = [("Draw", "draw", f"run={record.id}"), ("Evaluate", "evaluate", f"run={record.id}")]
    assert links(visit())[6:] == pair * 2


def headings(app):
    return [element.value for element in app.subheader]


def test_own_networks_come_first_then_the_best_three_of_each_data_set_and_no_trials(visit, store, tmp_path):
    bundled = RunStore(tmp_path / "bundled")
    for name, accuracy in (("Weak", 0.6), ("Strong", 0.9), ("Middling", 0.8)):
        make_run(bundled, name, accuracy)
    make_run(bundled, "Shirts", 0.85, dataset="fashion-mnist")
    make_run(store, "Own", 0.7)
    make_run(store, "Trial", 0.95, {"sweep": "s"})
    app = visit()
    names = [text.value.partition(" · ")[0] for text in app.text]
    assert names == ["Own", "Shirts", "Strong", "Middling", "Own"]
    assert headings(app) == [
        "Your networks",
        "Highest test accuracy on Fashion-MNIST",
        "Highest test accuracy on Digits (embedded)",
    ]


def test_a_visitor_without_networks_sees_the_best_ones_alone(visit, tmp_path):
    make_run(RunStore(tmp_path / "bundled"), "Strong", 0.9)
    assert headings(visit()) == ["Highest test accuracy on Digits (embedded)"]


def test_a_run_without_weights_or_figures_is_not_listed(visit, store):
    store.create(make_config(), "Only begun")
    make_run(store, "Not measured yet")
    assert not visit().text


def test_of_many_own_networks_the_newest_are_listed_and_the_best_of_the_app_still(visit, store, tmp_path):
    make_run(RunStore(tmp_path / "bundled"), "Strong", 0.99)
    runs = [make_run(store, f"Net {number}", 0.9) for number in range(8)]
    app = visit()
    newest = sorted(runs, key=lambda run: run.id, reverse=True)[:6]
    names = [text.value.partition(" · ")[0] for text in app.text]
    assert names[:7] == [*(run.name for run in newest), "Strong"]
    assert any("2 more" in caption.value for caption in app.caption)


def test_an_accuracy_of_earlier_weights_is_marked(visit, store):
    record = make_run(store, "Moved on", 0.75)
    write_result(record.path, replace(store.get(record.id).result, weights="of before"))
    assert "**75.00%** with earlier weights" in [element.value for element in visit().markdown]
