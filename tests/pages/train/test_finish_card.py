"""What a run that has ended says it came to, and where it leads."""

import re

import pytest

from core.config.recipes import RECIPES
from core.errors import LimitReached
from core.execution.job_queue import JobQueue
from core.training.speed import estimate_seconds
from pages.components.data import data_gate, start
from pages.components.runs import step_cost
from pages.components.shell.wording import about
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result, make_run
from tests.pages.shared_compute import SharedCompute


def mistaken(counts):
    """A result with ten right answers of each class, and these mistakes of a true class for another."""
    matrix = [[10 * (row == column) for column in range(10)] for row in range(10)]
    for (true, predicted), count in counts.items():
        matrix[true][predicted] = count
    n_test = 100 + sum(counts.values())
    return make_result(test_accuracy=100 / n_test, n_test=n_test, confusion=tuple(map(tuple, matrix)))


@pytest.fixture
def add(store):
    """Adds a finished run with weights."""

    def make(run_id, result, **config):
        make_run(store, run_id, result=result, **config).weights_file.touch()

    return make


def sentence(app):
    [found] = [entry.value for entry in app.markdown if "test images" in entry.value]
    return found


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({(4, 9): 9, (3, 5): 2}, "**90.09%** of the test images: 11 mistakes, most often **4\u00a0→\u00a09**."),
        ({(4, 9): 1}, "**99.01%** of the test images: 1 mistake, **4\u00a0→\u00a09**."),
        ({}, "**100.00%** of the 100 test images: no mistake."),
    ],
)
def test_the_mistakes_are_counted_and_the_most_frequent_is_named(add, visit, counts, text):
    add("a", mistaken(counts))
    assert sentence(visit(run="a")) == text


def test_its_links_lead_to_its_mistakes_and_to_drawing_for_it(add, visit):
    add("a", make_result())
    links = [link.proto for link in visit(run="a").get("page_link")]
    assert [(link.label, link.page, link.query_string) for link in links] == [
        ("See its mistakes", "evaluate", "run=a"),
        ("Draw for it", "draw", "run=a"),
    ]


def next_button(app):
    return app.button(key="next_step_button")


@pytest.fixture
def begun(monkeypatch):
    """The folders of the runs whose training has begun; nothing is trained."""
    folders = []
    monkeypatch.setattr(SharedCompute, "train", lambda _self, _name, folder, _root: folders.append(folder))
    return folders


def test_a_click_trains_the_next_better_network_and_shows_it(add, visit, store, begun):
    add("a", make_result(), arch="mlp")
    app = visit(run="a")
    find(app.text_input, "Name").set_value("Mine").run()
    next_button(app).click().run()
    assert not app.exception
    [folder] = begun
    record = store.get(folder.name)
    assert record.config == RECIPES["sprint"].config.replace(dataset="digits")
    assert record.name != "Mine"
    assert app.query_params["run"] == record.id
    # The form keeps what the reader has typed.
    assert find(app.text_input, "Name").value == "Mine"
    assert find(app.selectbox, "Architecture").value == "mlp"
    app.run()
    assert len(begun) == 1


def test_on_the_recipe_s_own_images_the_run_carries_the_recipe_s_name(add, visit, store, begun, monkeypatch):
    monkeypatch.setattr(data_gate, "find_faults", lambda *_: {})
    add("a", make_result(), arch="mlp", dataset="mnist")
    next_button(visit(run="a")).click().run()
    record = store.get(begun[0].name)
    # The one that comes with the app has the name already.
    assert (record.name, record.tags) == ("Sprint (2)", {"recipe": "sprint"})
    assert record.config == RECIPES["sprint"].config


@pytest.mark.usefixtures("begun")
def test_the_time_on_the_button_is_that_of_the_form(add, visit):
    add("a", make_result(), arch="mlp")
    add("b", make_result(seconds=600.0), arch="sprint", batch_size=64)
    app = visit(run="a")
    [found] = re.findall(r"Train a CNN \((about .+)\)", next_button(app).label)
    app = visit(run="a", recipe="sprint", dataset="digits")
    assert f"Takes {found} on this machine." in texts(app.caption)


def test_the_time_on_the_button_comes_from_steps_of_the_network_that_it_trains(add, visit, monkeypatch):
    better = RECIPES["sprint"].config.replace(dataset="digits")
    monkeypatch.setattr(step_cost, "_ask", lambda configs: [0.5] if configs == [better] else None)
    add("a", make_result(), arch="mlp")
    assert next_button(visit(run="a")).label == f"Train a CNN ({about(estimate_seconds(better, 0.5))})"


def test_why_it_is_refused_is_said_in_its_place(add, visit, begun, monkeypatch):
    def refuse(*_):
        raise LimitReached("That is one too many.")

    add("a", make_result(), arch="mlp")
    app = visit(run="a")
    monkeypatch.setattr(JobQueue, "submit", refuse)
    next_button(app).click().run()
    assert not app.exception
    assert texts(app.error) == "That is one too many."
    assert app.subheader[0].value == "a"
    assert begun == []


def test_a_data_set_that_is_not_here_is_downloaded_first_and_the_reader_hears_of_it(add, visit, begun, monkeypatch):
    asked = []
    monkeypatch.setattr(start, "start_download", asked.append)
    add("a", make_result(), arch="mlp", dataset="mnist")
    app = next_button(visit(run="a")).click().run()
    assert not app.exception
    assert [missing.info.name for missing in asked] == ["mnist"]
    assert "Downloads MNIST first (11.6 MB)." in texts(app.toast)
    # The form has the run that will begin then.
    assert find(app.selectbox, "Recipe").value == "sprint"
    assert begun == []


def test_a_run_whose_weights_are_gone_says_so_and_leads_nowhere(store, visit):
    make_run(store, "a", result=make_result())
    app = visit(run="a")
    assert "The weights of this run are gone" in app.warning[0].value
    assert not app.get("page_link")
