"""What a run that has ended says it came to, and where it leads."""

import pytest

from tests.pages.drawing import find
from tests.pages.made_runs import make_result, make_run


def mistaken(counts):
    """Confusion counts with ten right answers of each class, and these mistakes of a true class for another."""
    matrix = [[10 * (row == column) for column in range(10)] for row in range(10)]
    for (true, predicted), count in counts.items():
        matrix[true][predicted] = count
    return tuple(map(tuple, matrix))


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
        ({(4, 9): 9, (3, 5): 2}, "**87.65%** of the test images: 11 mistakes, most often **4 → 9**."),
        ({(4, 9): 1}, "**87.65%** of the test images: 1 mistake, **4 → 9**."),
        ({}, "**87.65%** of the 100 test images: no mistake."),
    ],
)
def test_the_mistakes_are_counted_and_the_most_frequent_is_named(add, visit, counts, text):
    add("a", make_result(confusion=mistaken(counts)))
    assert sentence(visit(run="a")) == text


def test_its_links_lead_to_its_mistakes_and_to_drawing_for_it(add, visit):
    add("a", make_result())
    links = [link.proto for link in visit(run="a").get("page_link")]
    assert [(link.label, link.page, link.query_string) for link in links] == [
        ("See its mistakes", "evaluate", "run=a"),
        ("Draw for it", "draw", "run=a"),
    ]


def test_the_next_better_network_fills_the_form_and_the_run_stays_in_sight(add, visit):
    add("a", make_result(), arch="mlp")
    add("b", make_result(seconds=60.0), arch="cnn", batch_size=64)
    app = find(visit(run="a").button, "Train a CNN (about 8 min)").click().run()
    assert dict(app.query_params) == {"run": "a", "recipe": "cnn", "dataset": "digits"}
    assert find(app.selectbox, "Architecture").value == "cnn"
    assert app.subheader[0].value == "a"
