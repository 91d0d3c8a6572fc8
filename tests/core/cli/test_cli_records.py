"""The commands `list` and `evaluate`, on records whose figures all differ."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, log_loss

from core.cli import main
from core.config.recipes import RECIPES
from core.data.datasets import load_split
from core.inference.networks import predict_proba
from core.learners.factory import create_learner
from core.runs.record import FAILED, FINISHED, INTERRUPTED, STOPPED, RunState, write_state
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from core.settings import DATA_VARIABLE
from core.storage.arrays import save_arrays
from core.texts.message import message
from tests.made import make_config, make_confusion

# Two epochs done of the seven that are set; the first one kept.
CARD = RunResult(
    2, 1, 0.9123, 0.3456, 0.8765, 0.4567, 10_000, 7850, 98.7, "cpu", make_confusion(0.8765), {"torch": "2.15"}
)


@pytest.fixture(autouse=True)
def _folders(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr("core.cli.records.BUNDLED_RUNS", tmp_path / "bundled")


def add_run(store, name, run_id=None, **changes):
    """A run with weights of its own, to be found under this id."""
    record = store.create(make_config(**changes), name, {"mood": name})
    save_arrays(record.weights_file, create_learner(record.config).state_dict(), {"epoch": "1"})
    return store.get(record.path.rename(store.root / (run_id or record.id)).name)


@pytest.fixture
def listed(store, tmp_path):
    """Three runs of one's own, the newest first, and one that comes with the app."""
    stopped = add_run(store, "Stopped early", "20260303-stopped", epochs=7)
    write_state(stopped.path, RunState(STOPPED, message("enough"), step=40, epoch=3, total_steps=70))
    write_result(stopped.path, CARD)
    failed = add_run(store, "Diverged", "20260202-failed", epochs=9)
    write_state(failed.path, RunState(FAILED, message("The loss became nan."), step=55, epoch=4, total_steps=90))
    new = add_run(store, "Not started", "20260101-new", epochs=5)
    bundled = add_run(RunStore(tmp_path / "bundled"), "With the app", "small", epochs=6)
    write_result(
        bundled.path, RunResult(6, 6, None, None, 0.7531, 0.8642, 10_000, 7850, 12.3, "cuda", make_confusion(0.7531))
    )
    return store.get(stopped.id), store.get(failed.id), new, RunStore(store.root, tmp_path / "bundled").get("small")


@pytest.mark.usefixtures("listed")
def test_the_table_has_a_row_for_each_run_and_every_figure_in_its_column(capsys):
    assert main(["list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ID                STATUS       EPOCHS  VALIDATION  TEST    NAME",
        "20260303-stopped  stopped      2/7     91.23%      87.65%  Stopped early",
        "20260202-failed   failed       4/9     -           -       Diverged",
        "20260101-new      interrupted  0/5     -           -       Not started",
        "small             bundled      6/6     -           75.31%  With the app",
    ]


def test_as_json_a_run_is_told_whole(capsys, listed):
    assert main(["list", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [value["id"] for value in values] == [record.id for record in listed]
    stopped, failed, new, bundled = values
    assert stopped == {
        "id": "20260303-stopped",
        "name": "Stopped early",
        "created": listed[0].created,
        "bundled": False,
        "folder": str(listed[0].path),
        "tags": {"mood": "Stopped early"},
        "state": {
            "status": "stopped",
            "reason": "enough",
            "step": 40,
            "epoch": 3,
            "total_steps": 70,
            "has_diverged": False,
            "measured": 0,
        },
        "config": make_config(epochs=7).to_dict(),
        "result": json.loads(json.dumps(asdict(CARD))),
    }
    assert (failed["state"]["reason"], failed["result"]) == ("The loss became nan.", None)
    assert (new["state"]["status"], new["config"]["epochs"]) == (INTERRUPTED, 5)
    assert (bundled["bundled"], bundled["result"]["test_accuracy"]) == (True, 0.7531)


def test_the_networks_that_come_with_the_app_are_listed(capsys, monkeypatch):
    monkeypatch.undo()
    assert main(["list", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert {"deep-mlp", "tiny-mlp-4"} <= {value["id"] for value in values if value["bundled"]}


def test_list_recipes(capsys):
    assert main(["list", "--recipes"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["ID", "SUMMARY"]
    assert [row.split(maxsplit=1) for row in rows] == [[recipe.id, recipe.summary] for recipe in RECIPES.values()]
    assert main(["list", "--recipes", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [value["id"] for value in values] == list(RECIPES)
    assert values[0] == {
        "id": "deep-mlp",
        "title": "Deep MLP",
        "summary": RECIPES["deep-mlp"].summary,
        "config": RECIPES["deep-mlp"].config.to_dict(),
    }


def test_list_warns_of_damaged_runs_and_shows_the_others(capsys, listed):
    broken = listed[0].path.parent / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{")
    assert main(["list"]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1 + len(listed)
    assert err == (
        "warning: broken cannot be read: broken/config.json: It is not JSON: "
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1).\n"
    )


@pytest.fixture
def measured(store):
    """A run on the embedded digits, with what scikit-learn says of its answers: labels and probabilities."""
    record = add_run(store, "Mine", arch="mlp", options={"hidden": (8,)}, seed=3)
    test = load_split("digits", record.path, "test")
    return record, test.labels, predict_proba(record.path, test.images)


def test_evaluate_measures_again(capsys, store, measured):
    record, labels, probabilities = measured
    assert main(["evaluate", record.id]) == 0
    right = int((probabilities.argmax(1) == labels).sum())
    exact = probabilities.astype(np.float64)
    loss = log_loss(labels, exact / exact.sum(1, keepdims=True))
    assert 0 < right < 360 - right, "a figure for right and wrong images each"
    assert capsys.readouterr().out.splitlines() == [
        "Mine, 360 test images of Digits (embedded)",
        f"accuracy {right / 360:.2%} ({360 - right} wrong)  loss {loss:.4f}",
    ]
    assert store.get(record.id).result.test_accuracy == right / 360
    assert record.predictions_file.is_file()


def test_evaluate_as_json_gives_the_whole_card(capsys, store, measured):
    record, labels, probabilities = measured
    assert main(["evaluate", record.id, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result == json.loads(json.dumps(asdict(store.get(record.id).result)))
    assert result["confusion"] == confusion_matrix(labels, probabilities.argmax(1), labels=range(10)).tolist()
    assert (result["n_test"], result["n_parameters"], result["kept_epoch"]) == (360, 785 * 8 + 90, 1)


def test_a_run_that_comes_with_the_app_is_measured_and_left_as_it_is(capsys, listed):
    bundled = listed[3]
    before = {path.name: path.read_bytes() for path in bundled.path.iterdir()}
    assert main(["evaluate", bundled.id]) == 0
    assert capsys.readouterr().out.startswith("With the app, 360 test images")
    assert {path.name: path.read_bytes() for path in bundled.path.iterdir()} == before


def test_evaluate_an_unknown_run(capsys):
    assert main(["evaluate", "nothing"]) == 2
    assert capsys.readouterr() == ("", "error: There is no run 'nothing'.\n")


def test_list_warns_of_a_finished_run_whose_weights_are_gone(store, capsys):
    record = store.create(make_config(), "lost")
    write_state(record.path, RunState(FINISHED))
    assert main(["list"]) == 0
    assert capsys.readouterr().err == f"warning: the weights of {record.id} are gone\n"
