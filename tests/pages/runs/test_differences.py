"""The table of what differs between the compared runs."""

import pytest

from tests.pages.drawing import texts
from tests.pages.made_runs import make_result, make_run


def script():
    from pages.components.runs.curves import runs_on_show
    from pages.components.runs.differences import show_differences
    from pages.components.shell.services import run_store

    show_differences(runs_on_show(run_store().get("a")))


@pytest.fixture
def compared(visit):
    def compare(*others):
        app = visit(script, run="a")
        app.session_state["compare_runs"] = list(others)
        return app.run()

    return compare


def test_a_single_run_has_no_table(store, compared):
    make_run(store, "a")
    assert not compared().expander


def test_the_table_says_what_differs_in_words(store, compared):
    make_run(store, "a", result=make_result(), lr=0.5, keep_best=False)
    make_run(store, "b", result=make_result(val_accuracy=None, test_loss=0.25, n_parameters=1_000_000, seconds=61))
    table = compared("b").dataframe[0].value
    assert {row.label: (row.a, row.b) for row in table.fillna("–").itertuples()} == {
        "Learning rate": ("0.5", "0.01"),
        "Keep the best epoch": ("no", "yes"),
        "Parameters": ("25,818", "1,000,000"),
        "Validation accuracy": ("91.23%", "–"),
        "Test loss": ("0.4567", "0.2500"),
        "Training time": ("1 min 23 s", "1 min 1 s"),
    }


def test_runs_that_are_alike_are_said_to_be(store, compared):
    make_run(store, "a", result=make_result())
    make_run(store, "b", result=make_result())
    app = compared("b")
    assert "These runs have the same settings and the same results." in texts(app.caption)
    assert not app.dataframe
