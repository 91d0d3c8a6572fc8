"""The command: what it runs, what it prints and what it keeps; and the busy process beside it."""

import json
import signal
import subprocess
import sys

import psutil
import pytest

from benchmarks.training import speed
from benchmarks.training.busy import busy_process
from benchmarks.training.report import as_text, ratio
from benchmarks.training.speed import COMPARED, compared_config
from core.config.recipes import find_recipe
from core.settings import PROJECT
from tests.made import wait_until


def has_ended(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def figures(processor, **more):
    return {"processor": processor, "wall": 2 * processor} | more


def make_entry(rounds):
    floor = {"flops": 3e9, "libraries": {"oneDNN": 2, "torch.mm": 1}}
    return {
        "recipe": "deep-mlp",
        "threads": 1,
        "images": 6000,
        "epochs": 1,
        "precision": "float32",
        "busy": False,
        "load": 0.25,
        "rounds": [
            {
                "tutorial": figures(tutorial, accuracy=0.9),
                "ours": figures(ours, accuracy=0.91),
                "floor": figures(1.0, **floor),
            }
            for tutorial, ours in rounds
        ],
    }


def test_ratios_are_of_medians_with_the_range_of_the_pairs():
    entry = make_entry([(8.0, 2.0), (9.0, 3.0), (20.0, 2.5)])
    assert ratio(entry, "tutorial", "ours", "processor") == (9.0 / 2.5, 3.0, 8.0)
    text = as_text(entry)
    assert "deep-mlp, 1 thread, 6,000 images (load before: 0.2)" in text
    assert "processor seconds an epoch: tutorial's loop 9 (8–20), ours 2.5 (2–3), floor 1 (1–1)" in text
    assert "wall seconds an epoch: tutorial's loop 18 (16–40), ours 5 (4–6), floor 2 (2–2)" in text
    assert "tutorial's loop / ours 3.60 (3.00–8.00); ours / floor 2.50 (2.00–3.00)" in text
    assert "test accuracy: tutorial's loop 90.00%, ours 91.00%" in text
    assert "floor: 3 GFLOP an epoch at 3 a processor second; a step's 2 by oneDNN, 1 by torch.mm" in text


def test_the_recipe_is_trained_as_it_is_without_measuring_between():
    config = compared_config(find_recipe("torch-mlp"), 2, None, epochs=3)
    # Of the 60,000 images the recipe keeps 10,000 for validation.
    assert (config.count_train(60_000), config.count_val(60_000)) == (50_000, 0)
    assert (config.threads, config.epochs, config.device) == (2, 3, "cpu")
    watched = find_recipe("cnn").config
    same = compared_config(find_recipe("cnn"), 1, 640, epochs=1)
    assert same.count_train(60_000) == 640
    assert not same.watch_test
    assert same.replace(epochs=14, train_images=60_000, watch_test=True, device="auto") == watched


def test_trials_alternate_and_all_figures_are_kept(monkeypatch, tmp_path, capsys):
    calls = []
    answers = make_entry([(8.0, 2.0)])["rounds"][0]

    def run_trial(kind, config):
        calls.append((config.arch, config.threads, kind))
        return answers[kind]

    monkeypatch.setattr(speed, "run_trial", run_trial)
    monkeypatch.setattr(speed, "is_available", lambda *_: True)
    file = tmp_path / "speed.json"
    assert speed.main(["cnn", "numpy-mlp", "--rounds", "2", "--images", "640", "--json", str(file)]) == 0
    kinds = ["tutorial", "ours", "floor"] * 2
    expected = [(arch, threads, kind) for arch in ("cnn", "numpy-mlp") for threads in (1, 2) for kind in kinds]
    assert calls == expected
    kept = json.loads(file.read_text())
    assert [(entry["recipe"], entry["threads"]) for entry in kept["entries"]] == [
        ("cnn", 1),
        ("cnn", 2),
        ("numpy-mlp", 1),
        ("numpy-mlp", 2),
    ]
    assert kept["entries"][0]["rounds"] == [answers, answers]
    assert kept["entries"][0]["images"] == 640
    assert {"torch", "numpy", "python"} <= kept["machine"]["versions"].keys()
    assert "numpy-mlp, 2 threads, 640 images" in capsys.readouterr().out


def test_all_single_recipes_of_the_tutorials_are_compared(capsys):
    assert len(COMPARED) == 9
    assert {"cnn", "numpy-mlp", "torch-mlp", "fashion-mlp-scratch"} <= {*COMPARED}
    for arguments in (["mlp-sweep"], ["cnn", "--rounds", "0"]):
        with pytest.raises(SystemExit):
            speed.main(arguments)
    assert "Unknown recipe 'mlp-sweep'" in capsys.readouterr().err


def test_missing_files_are_named(monkeypatch, capsys):
    monkeypatch.setattr(speed, "is_available", lambda name, _: name == "mnist")
    assert speed.main(["cnn", "fashion-mlp"]) == 1
    assert "error: fashion-mnist is missing" in capsys.readouterr().err


def test_the_busy_process_ends_with_an_error_too():
    pids = []

    def fail():
        with busy_process() as pid:
            assert not has_ended(pid)
            pids.append(pid)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not psutil.pid_exists(pids[0])


@pytest.mark.skipif(sys.platform == "win32", reason="the process is killed by a signal")
def test_the_busy_process_ends_when_its_parent_is_killed():
    code = """
import sys
from benchmarks.training.busy import busy_process
with busy_process() as pid:
    print(pid, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        assert not has_ended(pid)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: has_ended(pid))
