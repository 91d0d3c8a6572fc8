"""What a run that has ended says it came to, and where it leads."""

import pytest

from tests.pages.drawing import find
from tests.pages.made_runs import make_result, make_run


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
        ({(4, 9): 9, (3, 5): 2}, "**90.09%** of the test images: 11 mistakes, most often **4 → 9**."),
        ({(4, 9): 1}, "**99.01%** of the test images: 1 mistake, **4 → 9**."),
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


def test_the_next_better_network_fills_the_form_and_the_run_stays_in_sight(add, visit):
    add("a", make_result(), arch="mlp")
    add("b", make_result(seconds=600.0), arch="sprint", batch_size=64)
    app = find(visit(run="a").button, "Train a CNN (about 10 min)").click().run()
    assert dict(app.query_params) == {"run": "a", "recipe": "sprint", "dataset": "digits"}
    assert find(app.selectbox, "Architecture").value == "sprint"
    assert app.subheader[0].value == "a"


def test_a_run_whose_weights_are_gone_says_so_and_leads_nowhere(store, visit):
    make_run(store, "a", result=make_result())
    app = visit(run="a")
    assert "The weights of this run are gone" in app.warning[0].value
    assert not app.get("page_link")
