"""The form for a new sweep, and starting it."""

import json
from threading import Event

import pytest

from core.errors import RunError
from core.execution.executors import Workers
from core.settings import DASK_VARIABLE
from core.sweep.cells import best_cell, gather_cells
from core.sweep.manager import SweepManager
from core.sweep.search_space import SearchSpace
from pages.components.sweep.services import sweep_manager
from tests.made import wait_until
from tests.pages.drawing import find, texts
from tests.pages.frontend import cell_texts
from tests.pages.sweep.seen import choose_quick, has, values
from tests.sweeps import make_space, make_trials


def test_a_first_visit_shows_the_tutorials_sweep_as_prepared(visit):
    app = visit()
    assert not app.exception
    assert not app.error
    recipes = find(app.selectbox, "Recipe")
    assert recipes.value == "mlp-sweep"
    assert recipes.options == ["Sweep of the MLP", "Quick sweep"]
    assert [find(app.selectbox, side).value for side in ("Rows", "Columns")] == ["hidden", "batch_size"]
    assert [field.value for field in values(app)] == ["32-32, 64-64, 128-128, 256-256", "8, 16, 32, 64"]
    # What is varied has no single value.
    assert not has(app.number_input, "Batch size")
    assert not has(app.text_input, "Hidden layers")
    # Cells are compared by their validation images alone.
    assert not has(app.toggle, "Watch the test set")
    assert has(app.toggle, "Keep the best epoch")
    rows, columns = (find(app.selectbox, side).options for side in ("Rows", "Columns"))
    assert "Hidden layers" in rows
    assert [option for option in rows if option != "Hidden layers"] == columns[:-1]
    assert columns[-1] == "Nothing"
    assert set(cell_texts(app).values()) == {"·"}
    assert len(cell_texts(app)) == 16
    assert (find(app.number_input, "Epochs").value, find(app.number_input, "Learning rate").value) == (10, 0.01)


def test_without_the_data_files_one_click_starts_on_the_embedded_digits(visit, monkeypatch):
    app = visit()
    assert "Downloads MNIST first (11.6 MB)." in texts(app.caption)
    begun = []

    def start(_, space, *__):
        begun.append(space)
        raise RunError("Not today.")

    monkeypatch.setattr(SweepManager, "start", start)
    find(app.button, "Start on the embedded digits").click().run()
    assert not app.exception
    assert find(app.selectbox, "Data set").value == "digits"
    assert [space.base.dataset for space in begun] == ["digits"]


def test_start_trains_every_cell_and_shows_the_best(visit, sweeps):
    app = choose_quick(visit())
    find(app.number_input, "Epochs").set_value(1)
    for field, text in zip(values(app), ("0.001, 0.01", "32, 64"), strict=True):
        field.set_value(text)
    find(app.text_input, "Name").set_value(" Mine ")
    app.run()
    assert "**4 networks**" in texts(app.caption)
    find(app.button, "Start").click().run()
    assert not app.exception
    [sweep] = sweeps.all()
    assert app.query_params["sweep"] == sweep.id
    assert sweep.name == "Mine"
    assert list(sweep.space.grid.values()) == [(0.001, 0.01), (32, 64)]
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    app.run()
    trials = sweeps.trials(sweep)
    assert [trial.status for trial in trials] == ["finished"] * 4
    best = best_cell(gather_cells(sweep.space, trials))
    assert find(app.metric, "Validation accuracy").value == f"{best.mean:.2%}"
    assert find(app.metric, "Test accuracy").value == f"{best.test_accuracy:.2%}"
    assert f"**Best cell**: {sweep.space.describe(best.number)}" in texts(app.markdown)
    assert "Learning rate: " in texts(app.markdown)


def test_a_sweep_that_cannot_be_started_says_why_once_beside_the_one_that_is_shown(visit, sweeps, monkeypatch):
    def full(*_):
        raise RunError("The sweep cannot be saved in /runs: No space left on device.")

    shown = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.8, 0.7])
    app = choose_quick(visit())
    monkeypatch.setattr(SweepManager, "start", full)
    find(app.button, "Start").click().run()
    assert not app.exception
    assert texts(app.error) == "The sweep cannot be saved in /runs: No space left on device."
    assert shown.name in texts(app.subheader)
    assert not app.run().error


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ("0.1, 0.1", "8", "Learning rate has the value 0.1 twice"),
        ("0.1, many", "8", "Learning rate is 'many'; it must be a number above 0, at most 100"),
        ("", "8", "Learning rate has no values to try"),
        ("0.1", "8, 0", "Batch size is 0; it must be a whole number from 1 to 60,000"),
        (
            ",".join(f"0.{n}" for n in range(1001, 1101)),
            ",".join(map(str, range(1, 101))),
            "10,000 cells (100 × 100); at most 400",
        ),
    ],
)
def test_what_cannot_be_tried_is_named_and_cannot_be_started(visit, rows, columns, words):
    app = choose_quick(visit())
    first, second = values(app)
    first.set_value(rows)
    second.set_value(columns)
    app.run()
    assert words in texts(app.error)
    assert find(app.button, "Start").disabled
    assert not app.exception


def test_what_is_varied_follows_the_architecture_and_gets_values_of_its_own(visit):
    app = choose_quick(visit())
    find(app.selectbox, "Rows").select("dropout").run()
    assert values(app)[0].value == "0, 0.45, 0.9"
    find(app.selectbox, "Rows").select("hidden").run()
    assert values(app)[0].value == "32, 64, 128, 256"
    find(app.selectbox, "Architecture").select("softmax").run()
    assert not app.exception
    assert find(app.selectbox, "Rows").value == "optimizer"
    assert values(app)[0].value == "sgd, adam, adamw, adadelta"
    assert "Dropout" not in find(app.selectbox, "Columns").options
    find(app.selectbox, "Columns").select("").run()
    assert "**4 networks**" in texts(app.caption)
    assert len(values(app)) == 1


def test_start_takes_what_was_chosen_at_the_last_moment(visit, sweeps):
    before = make_trials(sweeps, make_space(lr=(0.1, 0.2)), [0.8, 0.7])
    app = choose_quick(visit(sweep=before.id))
    # As when a slow server hears of both at once.
    find(app.number_input, "Epochs").set_value(2)
    find(app.button, "Start").click().run()
    [sweep] = [sweep for sweep in sweeps.all() if sweep != before]
    assert sweep.space.base.epochs == 2
    # The new one takes the place of the one that was looked at.
    assert app.query_params["sweep"] == sweep.id
    assert sweep.name in texts(app.subheader)
    sweep_manager().stop(sweep)
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)


def test_a_visitor_cannot_name_a_cluster_and_without_one_is_not_asked(visit):
    app = choose_quick(visit())
    assert not any("dask" in str(element.proto).lower() for element in app.main)
    assert not has(app.get("button_group"), "Networks are trained by")


def test_the_operators_cluster_can_be_chosen_and_that_it_does_not_answer_is_said(visit, sweeps, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv(DASK_VARIABLE, "nowhere")
    app = choose_quick(visit())
    assert "on the Dask cluster" not in texts(app.caption)
    place = find(app.get("button_group"), "Networks are trained by")
    assert [option.content for option in place.proto.options] == ["This machine", "The Dask cluster at nowhere"]
    place.set_value("cluster").run()
    assert "on the Dask cluster" in texts(app.caption)
    find(app.button, "Start").click().run()
    [sweep] = sweeps.all()
    wait_until(lambda: not sweep_manager().is_running(sweep))
    app.run()
    assert "No Dask scheduler answers at 'nowhere'" in texts(app.error)
    assert has(app.button, "Resume")


def test_a_sweep_is_resumed_on_the_operators_cluster_whatever_its_folder_says(visit, sweeps, monkeypatch):
    connected = Event()
    monkeypatch.setattr("core.execution.executors._connect", lambda _: connected.set())
    sweep = sweeps.create(make_space(lr=(0.1,)))
    for file in (sweep.path / "sweep.json", sweep.path / "control.json"):
        values = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(values | {"dask": "tcp://attacker:1", "workers": {"dask": "tcp://attacker:1"}}))
    app = visit(sweep=sweep.id)
    find(app.button, "Resume").click().run()
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert sweeps.trials(sweep)[0].status == "finished"
    assert not connected.is_set()


def test_while_a_sweep_runs_no_other_can_be_started(visit, tmp_path):
    space = make_space(lr=(0.01,))
    app = choose_quick(visit())
    long = SearchSpace(space.base.replace(epochs=1000), space.grid)
    sweep = sweep_manager().start(long, "long", tmp_path, Workers())
    app.run()
    assert find(app.button, "Start").disabled
    sweep_manager().stop(sweep)
    wait_until(lambda: not sweep_manager().is_running(sweep), 60)
    assert not find(app.run().button, "Start").disabled


def test_seeds_per_cell_count_for_the_networks_and_are_started(visit, monkeypatch):
    begun = []

    def start(_, space, *__):
        begun.append(space)
        raise RunError("Not today.")

    monkeypatch.setattr(SweepManager, "start", start)
    app = choose_quick(visit())
    find(app.number_input, "Seeds per cell").set_value(3).run()
    assert "**48 networks**" in texts(app.caption)
    find(app.button, "Start").click().run()
    assert [(space.seeds, space.n_cells) for space in begun] == [(3, 16)]


def test_seeds_beside_a_grid_over_seeds_are_refused(visit):
    app = choose_quick(visit())
    find(app.selectbox, "Columns").select("seed").run()
    find(app.number_input, "Seeds per cell").set_value(2).run()
    assert "varied by the grid already" in texts(app.error)
