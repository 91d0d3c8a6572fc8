"""The command line, called in this process, on the embedded digits."""

import os
import signal
import subprocess
import sys

import pytest
import torch

from core.cli import main, progress
from core.cli.progress import CLEAR_LINE, ProgressPrinter, bar_line, clock, epoch_line
from core.cli.records import open_store
from core.config.recipes import RECIPES
from core.errors import CheckpointError
from core.runs.control_file import FileControl
from core.runs.record import FINISHED, INTERRUPTED, STOPPED
from core.settings import DATA_VARIABLE, PROJECT
from core.training.control import Command
from core.training.events import EpochEnd, RunStarted, StepEnd
from models import create_model

QUICK = ("train", "--dataset", "digits", "--hidden", "8", "--epochs", "2", "--no-accel")


@pytest.fixture(autouse=True)
def _data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def own_runs():
    return [record for record in open_store().all() if not record.bundled]


def error_of(capsys, *arguments):
    """The exit code, and the one line on standard error."""
    code = main(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return code, err


def test_train_makes_a_run_of_the_store_and_prints_a_line_an_epoch(capsys):
    assert main([*QUICK, "--name", "First"]) == 0
    out = capsys.readouterr().out
    (record,) = own_runs()
    assert (record.name, record.state.status) == ("First", FINISHED)
    assert out.startswith(f"{record.id}: MLP 8 · Digits")
    assert [line.split("  ")[0] for line in out.splitlines()[1:3]] == ["epoch 1/2", "epoch 2/2"]
    wrong = 360 - sum(record.result.confusion[digit][digit] for digit in range(10))
    assert out.endswith(
        f"test loss {record.result.test_loss:.4f} accuracy {record.result.test_accuracy:.2%} ({wrong} wrong)\n"
    )


def test_every_setting_reaches_the_configuration(capsys):
    arguments = (
        "--batch-size 32 --test-batch-size 50 --lr 0.02 --gamma 0.5 --seed 7 --optimizer sgd --momentum 0.9 "
        "--val-fraction 0.2 --scaling unit --augment warp --watch-test --no-keep-best --activation tanh --dropout 0.1 "
        "--start normal"
    )
    assert main([*QUICK, *arguments.split()]) == 0
    config = own_runs()[0].config
    assert (config.batch_size, config.test_batch_size, config.lr, config.gamma) == (32, 50, 0.02, 0.5)
    # As in the classic example, a factor means that the rate falls.
    assert config.schedule == "step"
    assert (config.seed, config.optimizer, config.momentum, config.val_fraction) == (7, "sgd", 0.9, 0.2)
    assert (config.scaling, config.augment, config.device) == ("unit", "warp", "cpu")
    assert (config.watch_test, config.keep_best) == (True, False)
    assert dict(config.options) == {"hidden": (8,), "activation": "tanh", "dropout": 0.1, "start": "normal"}
    assert "test loss" in capsys.readouterr().out


def test_a_recipe_can_be_followed_or_changed():
    quick = ["--dataset", "digits", "--epochs", "1", "--no-accel"]
    assert main(["train", "--recipe", "tiny-mlp-2", *quick]) == 0
    config = own_runs()[0].config
    recipe = RECIPES["tiny-mlp-2"].config
    assert config == recipe.replace(dataset="digits", epochs=1, device="cpu")
    assert own_runs()[0].tags == {}


def test_a_run_that_follows_its_recipe_carries_its_name(monkeypatch):
    recipe = RECIPES["tiny-mlp-2"]
    quick = recipe.config.replace(dataset="digits", epochs=1, device="cpu")
    monkeypatch.setitem(RECIPES, "quick", type(recipe)("quick", "Quick", "One epoch.", quick))
    assert main(["train", "--recipe", "quick"]) == 0
    assert own_runs()[0].tags == {"recipe": "quick"}


def test_another_architecture_takes_its_own_options_and_what_it_can_do():
    assert main(["train", "--recipe", "tiny-mlp-4", "--dataset", "digits", "--arch", "numpy-mlp", "--epochs", "1"]) == 0
    config = own_runs()[0].config
    assert (config.arch, config.optimizer, dict(config.options)) == ("numpy-mlp", "sgd", {"hidden": (128, 128)})


def test_a_dry_run_does_one_step_and_keeps_nothing(capsys, tmp_path):
    assert main([*QUICK, "--dry-run", "--log-interval", "1", "--save-model", "dry.pt"]) == 0
    out = capsys.readouterr().out
    assert out.count("epoch 1  batch") == 1
    assert "test loss" in out
    assert out.endswith("dry run: one step done, no run kept\n")
    assert own_runs() == []
    assert (tmp_path / "dry.pt").is_file()


def test_the_log_interval_counts_batches_of_an_epoch(capsys):
    assert main([*QUICK, "--log-interval", "10"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "batch" in line]
    assert [line.rsplit("  loss")[0] for line in lines] == [
        f"epoch {epoch}  batch {batch}/21" for epoch in (1, 2) for batch in (10, 20)
    ]


def test_each_logged_batch_has_its_own_loss(capsys):
    show = ProgressPrinter(epochs=2, log_interval=2)
    show(RunStarted(0, 0, 6, 3, 90, 10, 7850, "cpu"))
    for step, epoch, losses in ((2, 1, (1.0, 2.0)), (3, 1, (3.0,)), (5, 2, (4.0, 5.0))):
        show(StepEnd(step, epoch, losses, 0.5, 0.1, 1.0, 1.0))
    assert capsys.readouterr().out.splitlines() == [
        "epoch 1  batch 2/3  loss 2.0000",
        "epoch 2  batch 2/3  loss 5.0000",
    ]


def test_the_model_is_saved_as_a_state_dict(capsys, tmp_path):
    assert main([*QUICK, "--save-model"]) == 0
    weights = torch.load(tmp_path / "digits_mlp.pt", weights_only=True)
    assert {name: tuple(tensor.shape) for name, tensor in weights.items()} == {
        "fc1.weight": (8, 784), "fc1.bias": (8,), "fc2.weight": (10, 8), "fc2.bias": (10,),
    }  # fmt: skip
    assert "weights written to digits_mlp.pt" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_cleanly_and_goes_on_to_the_same_bits(capsys, monkeypatch, number, code):
    assert main(QUICK) == 0
    whole = own_runs()[0].weights_file.read_bytes()
    show = progress.ProgressPrinter.__call__

    def interrupt(self, event):
        show(self, event)
        if isinstance(event, EpochEnd) and event.epoch == 1:
            signal.raise_signal(number)

    before = signal.getsignal(number)
    monkeypatch.setattr(progress.ProgressPrinter, "__call__", interrupt)
    assert main(QUICK) == code
    assert signal.getsignal(number) is before
    record = next(record for record in own_runs() if record.state.status == INTERRUPTED)
    assert record.checkpoint_file.is_file()
    assert capsys.readouterr().out.endswith(f"go on with: python -m core train --resume {record.id}\n")
    monkeypatch.setattr(progress.ProgressPrinter, "__call__", show)
    assert main(["train", "--resume", record.id]) == 0
    assert record.weights_file.read_bytes() == whole


@pytest.mark.parametrize("is_dry", [False, True])
def test_an_interruption_by_no_signal_exits_with_1(capsys, monkeypatch, is_dry):
    monkeypatch.setattr(FileControl, "poll", lambda _: Command("interrupt"))
    monkeypatch.setattr("core.cli.train._OneStep.poll", FileControl.poll)
    assert main([*QUICK, *(["--dry-run"] if is_dry else [])]) == 1
    out = capsys.readouterr().out
    assert "interrupted after step 0\n" in out
    # What is not kept cannot go on.
    assert ("go on with: python -m core train --resume" in out) is not is_dry


def test_a_resumed_run_takes_another_learning_rate_and_nothing_else(capsys, monkeypatch):
    show = progress.ProgressPrinter.__call__

    def interrupt(self, event):
        show(self, event)
        if isinstance(event, EpochEnd):
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(progress.ProgressPrinter, "__call__", interrupt)
        assert main(QUICK) == 130
    (record,) = own_runs()
    capsys.readouterr()
    code, err = error_of(capsys, "train", "--resume", record.id, "--lr", "0.02", "--epochs", "9")
    assert (code, "so --epochs cannot be given with it" in err) == (2, True)
    code, err = error_of(capsys, "train", "--resume", record.id, "--lr", "0")
    assert (code, "lr is 0; it must be a number above 0, at most 100." in err) == (2, True)
    code, err = error_of(capsys, "train", "--resume", record.id, "--save-model", "no/such/folder.pt")
    assert (code, "there is no folder" in err) == (2, True)
    assert record.state.status == INTERRUPTED
    assert main(["train", "--resume", record.id, "--lr", "0.02"]) == 0
    rates = [event.lr for event in own_runs()[0].log.read()[0] if isinstance(event, StepEnd)]
    assert (rates[0], rates[-1]) == (record.config.lr, 0.02)


def test_a_second_interruption_ends_at_once(capsys, monkeypatch):
    def interrupt(_self, event):
        if isinstance(event, EpochEnd):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            raise AssertionError("it should have ended")

    monkeypatch.setattr(progress.ProgressPrinter, "__call__", interrupt)
    assert main(QUICK) == 130
    assert "interrupted after step" not in capsys.readouterr().out


def test_a_run_that_the_dashboard_stops_is_no_failure(monkeypatch):
    show = progress.ProgressPrinter.__call__

    def stop(self, event):
        show(self, event)
        if isinstance(event, EpochEnd):
            from core.runs.control_file import send

            send(own_runs()[0].path, "stop")

    monkeypatch.setattr(progress.ProgressPrinter, "__call__", stop)
    assert main([*QUICK, "--epochs", "500"]) == 0
    assert own_runs()[0].state.status == STOPPED


def test_a_failed_run_exits_with_1_and_its_reason(capsys):
    assert main([*QUICK, "--hidden", "64-64-64", "--lr", "100", "--optimizer", "sgd"]) == 1
    assert "error: The loss became" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "epochs is 0; it must be a whole number from 1 to 1,000"),
        (["--lr", "nan"], "lr is nan; it must be a number above 0"),
        (["--lr", "fast"], "argument --lr: invalid float value: 'fast'"),
        (["--arch", "resnet"], "argument --arch: invalid choice: 'resnet'"),
        (["--arch", "cnn"], "no option 'hidden'"),
        (["--hidden", "0"], "must be 1 to 8 whole numbers"),
        (["--recipe", "x"], "Unknown recipe 'x'"),
        (["--recipe", "mlp-sweep"], "is a grid of 16 runs"),
        (["--arch", "numpy-mlp", "--optimizer", "adam"], "it must be sgd"),
        (["--log-interval", "0"], "0 is not 1 or more"),
        (["--save-model", "no/such/folder.pt"], "there is no folder"),
        (["--save-model", "."], ". is a folder; name a file in it"),
        (["--device", "cpu", "--no-accel"], "not allowed with"),
        (["--resume", "some-run"], "so --dataset cannot be given with it"),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
    ],
)
def test_a_wrong_argument_exits_with_2_and_one_line(capsys, arguments, message):
    base = [argument for argument in QUICK if argument != "--no-accel"]
    code, err = error_of(capsys, *base, *arguments)
    assert code == 2
    assert message in err
    assert own_runs() == []


@pytest.mark.parametrize(
    "arguments",
    [["--batch-size", "9" * 5000], ["--batch-size", "9" * 4000], ["--hidden", "9" * 5000], ["--name", "n" * 5000]],
)
def test_a_long_value_is_not_repeated_in_full(capsys, arguments):
    _, err = error_of(capsys, *QUICK, *arguments)
    assert len(err) < 400
    assert own_runs() == []


def test_a_folder_in_the_place_of_the_file_for_the_weights_is_refused_before_training(capsys, tmp_path):
    (tmp_path / "digits_mlp.pt").mkdir()
    code, err = error_of(capsys, *QUICK, "--save-model")
    assert (code, "digits_mlp.pt is a folder" in err) == (2, True)
    assert own_runs() == []


def test_an_import_that_cannot_be_measured_leaves_no_run(capsys, monkeypatch):
    def fail(*_):
        raise CheckpointError("It cannot be measured.")

    torch.save(create_model("softmax").state_dict(), "weights.pt")
    monkeypatch.setattr("core.cli.exchange.evaluate_run", fail)
    assert main(["import", "weights.pt", "--dataset", "digits", "--arch", "softmax"]) == 1
    assert "It cannot be measured." in capsys.readouterr().err
    assert own_runs() == []


def test_the_module_exits_with_the_commands_code():
    command = [sys.executable, "-m", "core", "evaluate"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the following arguments are required: RUN")


def test_no_command_at_all(capsys):
    code, err = error_of(capsys)
    assert code == 2
    assert "--help" in err


def test_help_explains_each_setting_or_else_names_it_and_exits_with_0(capsys):
    assert main(["train", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "--test-batch-size N Decides speed and memory, not the result. [1000]" in shown
    assert "--optimizer {sgd,adam,adamw,adadelta} Optimizer [adam]" in shown
    assert "each step down. Chooses the step schedule. [0.7]" in shown
    assert "over the first 30 % of all steps" in shown
    assert "in each training step. [of mlp, handwriting]" in shown


@pytest.mark.parametrize("command", [["train"], ["evaluate", "tiny-mlp-4"]])
def test_missing_data_names_the_command_that_gets_it(capsys, tmp_path, command):
    code, err = error_of(capsys, *command)
    assert code == 1
    assert err == f"error: MNIST is not in {tmp_path / 'data'}; get it with: python -m core download mnist\n"
    assert own_runs() == []


def test_only_a_run_that_can_be_resumed_is(capsys):
    assert main(QUICK) == 0
    capsys.readouterr()
    assert error_of(capsys, "train", "--resume", own_runs()[0].id)[0] == 1
    assert error_of(capsys, "train", "--resume", "deep-mlp")[0] == 1
    assert error_of(capsys, "train", "--resume", "nothing")[0] == 2


def test_export_and_import_give_the_same_network(capsys):
    assert main(QUICK) == 0
    first = own_runs()[0]
    capsys.readouterr()
    assert main(["export", first.id, "weights.pt"]) == 0
    assert capsys.readouterr().out == "weights written to weights.pt\n"
    assert main(["import", "weights.pt", "--dataset", "digits", "--hidden", "8", "--name", "Back"]) == 0
    second = next(record for record in own_runs() if record.name == "Back")
    assert second.result.test_accuracy == first.result.test_accuracy
    figures = f"test loss {second.result.test_loss:.4f} accuracy {second.result.test_accuracy:.2%}"
    assert capsys.readouterr().out == f"{second.id}: {second.config.label()}\n{figures}\n"
    assert error_of(capsys, "import", "weights.pt", "--dataset", "digits", "--hidden", "9")[0] == 1
    assert error_of(capsys, "export", "nothing", "weights.pt")[0] == 2
    assert len(own_runs()) == 2


def test_an_import_whose_data_set_is_not_here_is_not_measured(capsys):
    torch.save(create_model("softmax").state_dict(), "weights.pt")
    assert main(["import", "weights.pt", "--arch", "softmax"]) == 0
    (record,) = own_runs()
    assert record.result is None
    assert capsys.readouterr().out == f"{record.id}: {record.config.label()}\n"


def test_the_bar_tells_share_and_time_left():
    event = StepEnd(250, 3, (0.5, 0.25), 0.9, 0.1, 12_345.6, 20.0)
    assert bar_line(event, 1000, 10) == (
        "epoch 3/10 [######..................]  25%  loss 0.2500  12,346 images/s  1:00 left"
    )


def test_an_epochs_line_tells_all_that_was_measured():
    event = EpochEnd(20, 2, 1.25, 0.75, 0.5, 0.875, 0.25, 0.95, 61.0)
    assert epoch_line(event, 7) == (
        "epoch 2/7  train loss 1.2500 accuracy 75.00%  validation loss 0.5000 accuracy 87.50%  "
        "test loss 0.2500 accuracy 95.00%  1:01"
    )
    unwatched = EpochEnd(20, 2, 1.25, 0.75, None, None, None, None, 61.0)
    assert epoch_line(unwatched, 7) == "epoch 2/7  train loss 1.2500 accuracy 75.00%  1:01"


def test_the_bar_is_drawn_on_a_terminal_only(capsys, monkeypatch):
    assert main(QUICK) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(QUICK) == 0
    assert "[####" in capsys.readouterr().err


def test_no_bar_is_left_on_a_terminal_before_or_after_a_line(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    # Both go to the same terminal.
    monkeypatch.setattr(sys, "stdout", sys.stderr)
    assert main(QUICK) == 0
    shown = capsys.readouterr().err
    assert "[####" in shown
    seen = [line.rpartition(CLEAR_LINE)[2] for line in shown.split("\n")]
    assert [line.split("  ")[0] for line in seen[1:3]] == ["epoch 1/2", "epoch 2/2"]
    assert not any("[" in line for line in seen)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3725, "1:02:05")])
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_listing_imports_no_torch_and_a_closed_pipe_is_no_traceback():
    code = "import sys; from core.cli import main; main(['list']); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "core", "list", "--json"]
    result = subprocess.run(command, cwd=PROJECT, stdout=write_end, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write_end)
    assert (result.returncode, result.stderr) == (1, "")
