"""The command `sweep`, called in this process, on the embedded digits."""

import os
import signal
from contextlib import contextmanager

import pytest

from core.cli import main
from core.cli.records import open_store
from core.config.recipes import RECIPES
from core.settings import DATA_VARIABLE, RUNS_VARIABLE
from core.sweep.cells import gather_cells
from core.sweep.records import SweepStore
from core.sweep.runner import train_trial
from core.sweep.search_space import SearchSpace
from tests.sweeps import Direct, add_trial, make_space, make_trials

QUICK = ("sweep", "--dataset", "digits", "--arch", "softmax", "--epochs", "1")


@pytest.fixture(autouse=True)
def _data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))


@pytest.fixture
def trained(monkeypatch):
    """Trials are trained in this process; returns a list to which the workers that were asked for are added."""
    asked = []

    @contextmanager
    def open_here(workers, _compute, _folder, dask):
        asked.append((workers.processes, workers.on_cluster, dask))
        yield Direct(), workers.processes

    monkeypatch.setattr("core.cli.sweep.open_executor", open_here)
    return asked


def sweeps():
    return SweepStore(open_store())


def error_of(capsys, *arguments):
    """The exit code, and the one line on standard error."""
    code = main(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return code, err


@pytest.mark.usefixtures("trained")
def test_a_line_a_cell_as_it_is_trained(capsys):
    assert main([*QUICK, "--vary", "lr=0.001,0.01", "--vary", "batch-size=16,32,64", "--name", "Mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [sweep] = sweeps().all()
    trials = sweeps().trials(sweep)
    assert lines[0] == f"{sweep.id}: Mine, 6 cells"
    cells = [(lr, batch) for lr in ("0.001", "0.01") for batch in (16, 32, 64)]
    assert [line.partition("  about")[0] for line in lines[1:7]] == [
        f"{number}/6  Learning rate {lr} · Batch size {batch}  validation accuracy {trial.val_accuracy:.2%}"
        for number, ((lr, batch), trial) in enumerate(zip(cells, trials, strict=True), start=1)
    ]


@pytest.mark.usefixtures("trained")
def test_the_folder_of_runs_is_made_with_those_above_it(tmp_path, monkeypatch):
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path / "above" / "runs"))
    assert main([*QUICK, "--vary", "lr=0.01"]) == 0
    assert len(sweeps().all()) == 1


@pytest.mark.usefixtures("trained")
def test_a_line_says_how_long_the_others_take(capsys, monkeypatch):
    left = iter([75.0, 0.4])
    monkeypatch.setattr("core.cli.sweep.seconds_left", lambda *_: next(left))
    assert main([*QUICK, "--vary", "lr=0.001,0.01"]) == 0
    first, second = capsys.readouterr().out.splitlines()[1:3]
    assert first.endswith("%  about 1:15 left")
    assert second.endswith("%")


@pytest.mark.usefixtures("trained")
def test_the_grid_the_trends_and_the_best_stand_at_the_end(capsys):
    space = make_space(lr=(0.001, 0.01), batch_size=(16, 32, 64))
    sweep = make_trials(sweeps(), space, [0.71, 0.72, 0.76, 0.84, 0.91, 0.95])
    last = sweeps().trials(sweep)[5].record
    assert main(["sweep", "--resume", sweep.id]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{sweep.id}: {sweep.name}, 6 cells",
        r"Learning rate \ Batch size  16      32      64",
        "0.001                       71.00%  72.00%  76.00%",
        "0.01                        84.00%  91.00%  95.00%",
        "Learning rate: best at 0.01 (90.00% on average), worst at 0.001 (73.00% on average). Measured with one seed.",
        "Batch size: the larger the better (85.50% on average at 64, 77.50% on average at 16). "
        "With one seed and 144 validation images, a difference of up to 9.1 percentage points can be chance.",
        f"best: Learning rate 0.01 · Batch size 64  validation accuracy 95.00%  test accuracy 94.00%  ({last.id})",
    ]


@pytest.mark.usefixtures("trained")
def test_a_single_setting_is_a_table_of_one_row(capsys):
    sweep = make_trials(sweeps(), make_space(lr=(0.001, 0.01, 0.1)), [0.71, 0.95, 0.84])
    assert main(["sweep", "--resume", sweep.id]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["Learning rate:  0.001   0.01    0.1", "                71.00%  95.00%  84.00%"]
    assert lines[3] == "Learning rate: best at 0.01 (95.00%), worst at 0.001 (71.00%). Measured with one seed."


@pytest.mark.usefixtures("trained")
def test_a_failed_cell_is_said_with_its_reason_and_the_others_stand(capsys):
    diverging = ("--optimizer", "sgd", "--weight-decay", "1", "--vary", "lr=0.01,100")
    assert main([*QUICK, *diverging]) == 0
    out = capsys.readouterr().out
    assert "2/2  Learning rate 100  failed: The loss became " in out
    assert "best: Learning rate 0.01" in out
    assert main([*QUICK, *diverging[:-1], "lr=100"]) == 1
    assert "best:" not in capsys.readouterr().out


def test_workers_are_asked_for_as_given(trained):
    main([*QUICK, "--vary", "lr=0.01", "--workers", "3"])
    main([*QUICK, "--vary", "lr=0.01", "--dask", "tcp://host:1"])
    assert trained == [(3, False, ""), (1, True, "tcp://host:1")]


@pytest.mark.usefixtures("trained")
def test_an_interrupted_sweep_says_how_to_go_on_and_does(capsys, monkeypatch):
    def interrupt_after_first(_, trial):
        if trial.status == "finished":
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr("core.cli.sweep._Watch.__call__", interrupt_after_first)
        assert main([*QUICK, "--vary", "lr=0.001,0.01"]) == 130
    [sweep] = sweeps().all()
    out = capsys.readouterr().out
    assert f"go on with: python -m core sweep --resume {sweep.id}" in out
    # The test set is not looked at before all cells are there to choose from.
    assert "best: Learning rate 0.001" in out
    assert "test accuracy" not in out
    assert main(["sweep", "--resume", sweep.id]) == 0
    out = capsys.readouterr().out
    assert "1/2" not in out
    assert "2/2" in out
    assert "test accuracy" in out
    assert [trial.status for trial in sweeps().trials(sweep)] == ["finished", "finished"]


@pytest.mark.usefixtures("trained")
def test_failed_cells_are_tried_again_only_on_request():
    sweep = sweeps().create(make_space(lr=(0.01, 0.02)))
    add_trial(open_store(), sweep, 0, reason="The files were not there.")
    assert main(["sweep", "--resume", sweep.id]) == 0
    assert sweeps().trials(sweep)[0].status == "failed"
    assert main(["sweep", "--resume", sweep.id, "--retry-failed"]) == 0
    assert sweeps().trials(sweep)[0].status == "finished"


def test_a_recipe_gives_its_grid_unless_another_is_given(monkeypatch):
    made = []

    class Made(Exception):
        pass

    def make(base, grid, seeds):
        made.append(SearchSpace(base, grid, seeds))
        raise Made

    monkeypatch.setattr("core.cli.sweep.SearchSpace", make)
    for arguments in (["--recipe", "mlp-sweep"], ["--recipe", "mlp-sweep", "--vary", "seed=1,2", "--epochs", "3"]):
        with pytest.raises(Made):
            main(["sweep", *arguments])
    recipe = RECIPES["mlp-sweep"]
    assert made[0] == SearchSpace(recipe.config, recipe.grid)
    assert made[1] == SearchSpace(recipe.config.replace(epochs=3), {"seed": (1, 2)})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Nothing is varied: give --vary NAME=VALUES, or a recipe that has a grid: mlp-sweep."),
        (("--recipe", "deep-mlp"), "Nothing is varied"),
        (("--vary", "lr"), "--vary is 'lr'; it must be a setting and its values"),
        (("--vary", "lr="), "lr has no values to try"),
        (("--vary", "lr=1", "--vary", "lr=2"), "--vary names lr twice"),
        (("--vary", "lr=0.1,0.1"), "lr has the value 0.1 twice"),
        (("--vary", "colour=red"), "'colour' cannot be varied; what can: optimizer, lr"),
        (("--vary", f"seed={','.join(map(str, range(10_000)))}"), "10,000 cells; at most 400 are allowed"),
        (("--vary", "lr=1", "--workers", "0"), "The number of processes is 0; it must be a whole number from 1 to 32"),
        (("--vary", "lr=1", "--retry-failed"), "--retry-failed needs --resume"),
        (("--vary", "lr=1", "--seeds", "0"), "seeds is 0; it must be a whole number from 1 to 10"),
        (("--resume", "x"), "--resume goes on with a sweep as it is set, so --dataset cannot be given with it"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_left_behind(capsys, arguments, words):
    code, err = error_of(capsys, *QUICK, *arguments)
    assert (code, words in err) == (2, True), err
    assert sweeps().all() == []


def test_an_unknown_sweep_or_cluster_is_named_and_nothing_is_left_behind(capsys):
    assert error_of(capsys, "sweep", "--resume", "x") == (2, "error: There is no sweep 'x'.\n")
    pytest.importorskip("distributed")
    code, err = error_of(capsys, *QUICK, "--vary", "lr=1", "--dask", "nonsense")
    assert (code, "No Dask scheduler answers at 'nonsense'" in err) == (2, True)
    assert sweeps().all() == []


def test_a_missing_data_set_is_said_before_there_is_a_sweep(capsys):
    code, err = error_of(capsys, "sweep", "--dataset", "mnist", "--vary", "lr=1")
    assert (code, "MNIST is not in" in err) == (1, True)
    assert sweeps().all() == []


def test_processes_of_this_machine_train_the_cells(capsys):
    assert main([*QUICK, "--vary", "lr=0.001,0.01", "--workers", "2"]) == 0
    assert "2/2" in capsys.readouterr().out
    [sweep] = sweeps().all()
    for trial in sweeps().trials(sweep):
        alone = open_store().create(trial.config)
        train_trial(alone.path, alone.path)
        assert alone.weights_file.read_bytes() == trial.record.weights_file.read_bytes()


@pytest.mark.usefixtures("trained")
def test_each_cell_is_trained_with_as_many_seeds_as_asked(capsys):
    assert main([*QUICK, "--vary", "lr=0.001,0.01", "--seeds", "2", "--seed", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [sweep] = sweeps().all()
    low, high = gather_cells(sweep.space, sweeps().trials(sweep))
    assert list(low.shares) == [5, 6]
    assert lines[0].endswith(", 2 cells, 2 seeds each")
    assert lines[1].startswith("1/4  Learning rate 0.001 · Seed 5  validation accuracy ")
    assert lines[6].split("  ") == ["", *[""] * 7, *(f"{c.mean:.2%} ± {100 * c.deviation:.2f}" for c in (low, high))]
    assert "paired t-test over 2 seeds" in lines[8]
    test = f"test accuracy {high.test_accuracy:.2%}"
    assert lines[9].startswith(f"best: Learning rate 0.01  validation accuracy {high.describe_result()}  {test}  (")
