"""Ways to spoil a run's folder, by name: what a hostile or unlucky hand may leave in the store."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.storage.arrays import load_arrays, save_arrays

Spoil = Callable[[Path], object]

NESTED = "[" * 100_000 + "]" * 100_000
_STARTED = {"event": "started", "step": 0, "epoch": 0, "total_steps": 20, "steps_per_epoch": 10, "n_train": 320}
_STARTED |= {"n_val": 30, "n_parameters": 7850, "device": "cpu"}
_MEANS = {"event": "means", "step": 3, "epoch": 1, "losses": [2.0], "accuracy": 0.5, "lr": 0.1, "seconds": 1.0}
_MEANS |= {"samples_per_second": 1.0, "n_steps": 3}


def _text(name: str, text: str) -> Spoil:
    return lambda folder: (folder / name).write_text(text)


def _changed(name: str, /, **changes: Any) -> Spoil:
    def change(folder: Path) -> None:
        values = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(values | changes))

    return change


def _pipe(name: str) -> Spoil:
    def replace(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return replace


def _huge(name: str) -> Spoil:
    def grow(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.truncate(10**13)

    return grow


def _events(*lines: dict[str, Any]) -> Spoil:
    return _text("events.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))


def _in_place(name: str, make: Callable[[Path], object]) -> Spoil:
    def replace(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        make(path)

    return replace


def _weights(change: Callable[[dict[str, Any]], dict[str, Any]], metadata: dict[str, str]) -> Spoil:
    def rewrite(folder: Path) -> None:
        file = folder / "weights.safetensors"
        save_arrays(file, change(load_arrays(file)[0]), metadata)

    return rewrite


def _diagonal(count: int) -> list[list[int]]:
    return np.diag([count] * 10).astype(object).tolist()


# Such a run is one row of the table that says what is wrong.
DAMAGED: dict[str, Spoil] = {
    "config-nested": _text("config.json", NESTED),
    "config-half-a-character": _changed("config.json", name="a\ud800"),
    "config-of-year-1": _changed("config.json", created="0001-01-01T00:00:00+00:00"),
    "config-of-year-9999": _changed("config.json", created="9999-12-31T23:59:59+00:00"),
    "config-huge": _huge("config.json"),
    "config-pipe": _pipe("config.json"),
    "config-folder": _in_place("config.json", Path.mkdir),
    "config-gone": lambda folder: (folder / "config.json").unlink(),
    "counts-of-30-digits": _changed("card.json", confusion=_diagonal(10**30)),
    "counts-negative": _changed("card.json", confusion=_diagonal(-1)),
    "counts-of-others": _changed("card.json", n_test=5),
    "accuracy-of-5": _changed("card.json", test_accuracy=5.0),
    "card-nested": _text("card.json", NESTED),
    "card-pipe": _pipe("card.json"),
}
# Such a run can be read, and everything that can be shown of it is.
READABLE: dict[str, Spoil] = {
    "state-nested": _text("state.json", NESTED),
    "state-of-impossible-steps": _changed("state.json", step=99, total_steps=3),
    "state-with-a-wide-field": _changed("state.json", reason={"id": "{x:>999999999}", "values": {"x": "a"}}),
    "state-pipe": _pipe("state.json"),
    "control-nested": _text("control.json", NESTED),
    "epochs-of-no-steps": _events(_STARTED | {"steps_per_epoch": 0}),
    "means-of-nothing": _events(_STARTED, _MEANS | {"losses": []}),
    "means-of-300-million-steps": _events(_STARTED, _MEANS | {"step": 3 * 10**8, "n_steps": 3 * 10**8}),
    "step-of-4000-digits": _events(_STARTED, _MEANS | {"step": 10**4000}),
    "events-nested": _text("events.jsonl", f'{{"event": "failed", "step": 1, "reason": {NESTED}}}\n'),
    "events-huge": _huge("events.jsonl"),
    "events-pipe": _pipe("events.jsonl"),
    "weights-of-the-best-epoch": _weights(lambda arrays: arrays, {"epoch": "best"}),
    "weights-of-another-network": _weights(lambda _: {"a": np.zeros(3, np.float32)}, {"epoch": "1"}),
    "weights-pipe": _pipe("weights.safetensors"),
    "weights-huge": _huge("weights.safetensors"),
    "weights-gone": lambda folder: (folder / "weights.safetensors").unlink(),
    "calibration-nested": _text("calibration.json", NESTED),
    "calibration-pipe": _pipe("calibration.json"),
    "predictions-pipe": _pipe("predictions.safetensors"),
    "predictions-of-3-images": _in_place(
        "predictions.safetensors", lambda path: save_arrays(path, {"probabilities": np.zeros((3, 10), np.float32)})
    ),
    "checkpoint-pipe": _pipe("checkpoint.safetensors"),
    "live-pipe": _pipe("live.safetensors"),
    "epochs-a-file": _in_place("epochs", Path.touch),
    "derived-a-file": _in_place("derived", Path.touch),
    "locks-pipes": lambda folder: [_pipe(f".{name}.lock")(folder) for name in ("queue", "worker", "result")],
}
