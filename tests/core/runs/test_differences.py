import csv
import io

from core.runs.differences import compare_runs, differences_csv
from tests.pages.made_runs import make_result, make_run


def rows(*records):
    return {row.name: row for row in compare_runs(records)}


def words(row):
    return [text and str(text) for text in row.texts]


def test_only_what_differs_is_there_settings_before_results(store):
    one = make_run(store, "a", lr=0.01, optimizer="adam", result=make_result())
    other = make_run(store, "b", lr=0.3, optimizer="sgd", result=make_result(val_accuracy=0.95, seconds=7.5))
    found = rows(one, other)
    assert list(found) == ["optimizer", "lr", "val_accuracy", "seconds"]
    assert [row.kind for row in found.values()] == ["setting", "setting", "share", "seconds"]
    assert words(found["optimizer"]) == ["Adam", "SGD"]
    assert found["lr"].values == (0.01, 0.3)
    assert found["lr"].label == "Learning rate"
    assert found["val_accuracy"].values == (0.9123, 0.95)
    assert found["seconds"].values == (83.0, 7.5)


def test_the_third_run_alone_may_differ(store):
    runs = [make_run(store, run_id, batch_size=size) for run_id, size in (("a", 8), ("b", 8), ("c", 16))]
    assert rows(*runs)["batch_size"].values == (8, 8, 16)
    assert rows(*runs[:2]) == {}


def test_an_option_that_one_network_lacks_and_a_result_that_is_not_there_yet_are_none(store):
    mlp = make_run(store, "a", arch="mlp", options={"hidden": (64, 32)})
    softmax = make_run(store, "b", result=make_result())
    found = rows(softmax, mlp)
    assert found["hidden"].values == (None, (64, 32))
    assert words(found["hidden"]) == [None, "64-32"]
    assert found["hidden"].label == "Hidden layers"
    assert found["test_accuracy"].values == (0.8765, None)


def test_the_download_has_a_run_in_each_row_with_plain_values(store):
    mlp = make_run(store, "a", "One, two", arch="mlp", options={"hidden": (64, 32)}, result=make_result())
    softmax = make_run(store, "b", lr=0.001)
    table = differences_csv([mlp, softmax], compare_runs([mlp, softmax]))
    first, second = csv.DictReader(io.StringIO(table))
    assert (first["id"], first["name"], first["hidden"], first["lr"]) == ("a", "One, two", "64-32", "0.01")
    assert (first["test_accuracy"], first["kept_epoch"]) == ("0.8765", "6")
    assert (second["name"], second["hidden"], second["lr"], second["test_accuracy"]) == ("b", "", "0.001", "")
