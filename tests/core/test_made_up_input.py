"""Every parser of outside input gives a good value or its own error, whatever it is given."""

import contextlib
import io
import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.config.run_config import RunConfig
from core.data.image_file import load_images
from core.errors import (
    CheckpointError,
    CollectionError,
    ConfigError,
    DataCorrupt,
    DrawingError,
    PhotoError,
    RecordError,
    RunError,
    VerdictError,
)
from core.export.state_dict import import_state_dict
from core.ink.fabric_json import brush_widths, objects_from_strokes, scale_objects, strokes_from_objects
from core.ink.rendering import picture_from_strokes
from core.labels.verdict_file import read_verdicts, verdict_path
from core.photo.open_photo import open_photo
from core.runs.control_file import read_command
from core.runs.event_log import EventLog
from core.runs.history import History
from core.runs.live import read_live
from core.runs.record import read_run, read_state
from core.storage.arrays import load_arrays, save_arrays
from core.storage.messages import message_from_json, message_to_json
from core.storage.reading import parse_json
from core.sweep.records import SweepStore
from core.sweep.search_space import SearchSpace, parse_values
from core.teaching.collection import make_digit, write_digits
from core.teaching.collection_file import read_digits
from core.texts.message import message, plural
from core.training.checkpoint import Checkpoint, TrainingProgress, load_checkpoint, save_checkpoint
from core.training.events import EpochEnd, RunFailed, RunStarted, StepEnd, StepMeans, from_line, to_line
from core.uncertainty.record import read_calibration
from tests.made import RESULT, make_config
from tests.made_up import JSON, changed, damaged

EVENTS = [
    RunStarted(0, 0, 20, 10, 320, 30, 7850, "cpu"),
    StepEnd(3, 1, (2.25, 1.5, 0.125), 0.5, 0.01, 1234.5, 0.25),
    StepMeans(6, 1, (2.0, 1.0), 0.5, 0.01, 1234.5, 0.25, 6),
    EpochEnd(10, 1, 1.5, 0.5, 1.0, 0.25, None, None, 1.0),
    RunFailed(13, message("{name!r} is {inner}.", name="a", inner=plural("{count} file", "{count} files", 2))),
]
STROKES = [[[30.0, 40.0], [50.0, 90.0], [70.0, 20.0]], [[10.0, 10.0]]]
OBJECTS = json.loads(json.dumps(objects_from_strokes(STROKES, [16.0, 8.0], "#000")))


def check_length(error, most):
    """What is wrong is said in few words, whatever it is about."""
    assert len(str(error)) <= most


@given(st.text() | JSON.map(json.dumps))
def test_json(text):
    try:
        value = parse_json(text)
    except RecordError as error:
        check_length(error, 500)
    else:
        assert parse_json(json.dumps(value)) == value
        json.dumps(value, ensure_ascii=False).encode()


@given(changed(json.loads(json.dumps(make_config().to_dict()))) | JSON)
def test_configuration(values):
    try:
        config = RunConfig.from_dict(values)
    except ConfigError as error:
        check_length(error, 1000)
    else:
        assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@given(st.text())
def test_values_of_a_sweep(text):
    with contextlib.suppress(ConfigError):
        SearchSpace(make_config(), {"lr": parse_values(text)})


@given(
    st.sampled_from(EVENTS).flatmap(lambda event: changed(json.loads(to_line(event)))).map(json.dumps)
    | JSON.map(json.dumps)
    | st.text()
)
def test_a_line_of_events(line):
    try:
        event = from_line(line)
    except ValueError:
        return
    assert from_line(to_line(event)) == event
    assert len(History().apply([EVENTS[0], event]).step_losses) <= 10**6


@given(damaged("".join(f"{to_line(event)}\n" for event in EVENTS).encode()))
def test_a_log_of_events(tmp_path_factory, content):
    log = EventLog(tmp_path_factory.mktemp("log") / "events.jsonl")
    log.file.write_bytes(content)
    events, cursor = log.read()
    assert len(events) <= content.count(b"\n")
    assert cursor <= len(content)


@given(changed(message_to_json(EVENTS[-1].reason)) | JSON)
def test_a_stored_text(stored):
    try:
        text = message_from_json(stored)
    except ValueError:
        return
    assert len(str(text)) < 50_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@given(
    st.sampled_from(["name", "created", "tags", "config"]).flatmap(lambda name: st.tuples(st.just(name), JSON)),
    changed(json.loads(json.dumps(asdict(RESULT)))),
    changed({"status": "stopped", "reason": "", "step": 3, "epoch": 1, "total_steps": 9}),
)
def test_the_records_of_a_run(folder, change, card, state):
    config = {"name": "a", "created": "2026-01-31T12:00:00+00:00", "tags": {}, "config": make_config().to_dict()}
    (folder / "config.json").write_text(json.dumps(config | dict([change])))
    (folder / "card.json").write_text(json.dumps(card))
    (folder / "state.json").write_text(json.dumps(state))
    (folder / "control.json").write_text(json.dumps(state))
    assert 0 <= read_state(folder).share <= 1
    assert read_command(folder).action in ("run", "pause", "stop")
    try:
        record = read_run(folder)
    except RunError as error:
        check_length(error, 1500)
    else:
        f"{record.name} {record.tags}".encode()
        assert record.result is None or 0 <= record.result.test_accuracy <= 1


@given(st.sampled_from(["weights", "words", "n", "temperature", "level", "threshold", "checks"]), JSON)
def test_a_calibration(folder, name, value):
    values = {"weights": "a", "words": "b", "n": 3, "temperature": 1.0, "level": 0.9, "threshold": None, "checks": []}
    (folder / "calibration.json").write_text(json.dumps(values | {name: value}))
    with contextlib.suppress(RunError):
        assert 0 <= read_calibration(folder).level <= 1


@given(changed({"base": make_config().to_dict(), "grid": {"lr": [0.1, 0.2], "seed": [1, 2]}, "name": "a"}))
def test_a_sweep(store, values):
    path = store.root / "sweeps" / "a"
    path.mkdir(parents=True, exist_ok=True)
    created = {"created": "2026-01-31T12:00:00+00:00"}
    (path / "sweep.json").write_text(json.dumps({**created, **values} if isinstance(values, dict) else values))
    sweeps = SweepStore(store)
    for sweep in sweeps.all():
        assert 1 <= len(sweeps.trials(sweep)) <= 400
        f"{sweep.name} {sweep.space.default_name()}".encode()
    assert len(sweeps.all()) + len(sweeps.damaged()) == 1


@given(changed({"format": "mnist-lab verdicts", "version": 1, "verdicts": [{"index": 3, "label": 2}]}))
def test_verdicts(tmp_path_factory, values):
    root = tmp_path_factory.mktemp("verdicts")
    path = verdict_path(root, "mnist", "test")
    path.parent.mkdir()
    path.write_text(json.dumps(values))
    with contextlib.suppress(VerdictError):
        read_verdicts(root, "mnist", "test")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file of arrays of every kind, and its content."""
    folder = tmp_path_factory.mktemp("files")
    weights = {"fc.weight": np.ones((3, 4), np.float32)}
    save_arrays(folder / "weights", weights, {"epoch": "1"})
    save_checkpoint(folder / "checkpoint", Checkpoint(TrainingProgress(1, 9), weights, {"seed": np.arange(4)}))
    save_arrays(folder / "images", {"images": np.zeros((2, 28, 28), np.uint8), "labels": np.arange(2)})
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(data=st.data())
def test_arrays(tmp_path_factory, files, data):
    name = data.draw(st.sampled_from(sorted(files)))
    path = tmp_path_factory.mktemp("arrays") / "live.safetensors"
    path.write_bytes(data.draw(damaged(files[name])))
    for read in (load_arrays, load_checkpoint, load_images, lambda file: read_live(file.parent)):
        with contextlib.suppress(CheckpointError, DataCorrupt):
            read(path)


@settings(max_examples=40)
@given(data=st.data())
def test_weights_of_pytorch(tmp_path_factory, store, data):
    import torch

    from models import create_model

    good = io.BytesIO()
    torch.save(create_model("softmax").state_dict(), good)
    path = tmp_path_factory.mktemp("imports") / "a.pt"
    path.write_bytes(data.draw(damaged(good.getvalue())))
    known = len(store.all())
    try:
        import_state_dict(path, RunConfig(arch="softmax", dataset="digits"), store)
    except (CheckpointError, RunError):
        assert (len(store.all()), store.damaged()) == (known, {})
    else:
        assert len(store.all()) == known + 1


def encoded(kind):
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (24, 20, 3), np.uint8))
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


@pytest.mark.filterwarnings("ignore")
@given(st.sampled_from(["PNG", "JPEG"]).flatmap(lambda kind: damaged(encoded(kind))))
def test_a_photograph(content):
    with contextlib.suppress(PhotoError):
        assert max(open_photo(content, "a.png").shape) <= 5000


@given(changed(OBJECTS))
def test_strokes(objects):
    if not isinstance(objects, list):
        return
    assert len(brush_widths([entry for entry in objects if isinstance(entry, dict)])) <= len(objects)
    for given_objects in (objects, scale_objects(objects, 2.0)):
        try:
            strokes = strokes_from_objects(given_objects)
        except DrawingError:
            continue
        assert all(stroke.shape[1] == 2 and np.isfinite(stroke).all() for stroke in strokes)
        picture_from_strokes(strokes)


DIGITS = json.loads(write_digits((make_digit(3, np.full((28, 28), 9, np.uint8), [np.array(STROKES[0])], ""),)))


@given(changed(DIGITS).map(json.dumps).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary())
def test_a_file_of_digits(content):
    with contextlib.suppress(CollectionError):
        for digit in read_digits(content):
            assert digit.picture.shape == (28, 28)


@given(damaged(json.dumps(DIGITS).encode()))
def test_a_damaged_file_of_digits(content):
    with contextlib.suppress(CollectionError):
        read_digits(content)
