"""What each view of the board shows."""

import re

import numpy as np
import pyarrow as pa
import pytest

from core import settings
from core.charts.class_curves import class_curves
from core.classroom.members import Member
from core.classroom.runs import BoardRow, ClassRun
from core.classroom.teaching import CLASS_TAG
from core.config.recipes import RECIPES
from core.data.catalog import find_dataset
from core.errors import LimitReached
from core.execution.job_queue import JobQueue
from core.inference.networks import predict_proba
from core.owners.visitor import Visitor, visitor_with
from core.runs.record import FINISHED, RUNNING, RunState, read_run, write_state
from core.runs.store import RunStore
from core.teaching.fine_tuning import TAUGHT_FROM
from core.training.events import EpochEnd
from pages.components.charts.class_curves import class_curves_chart
from pages.components.classroom.runs_view import board_html
from tests.pages.charts import curves
from tests.pages.drawing import find, html, texts
from tests.pages.frontend import cell_texts
from tests.pages.made_runs import make_result, make_run, set_accuracy
from tests.pages.mine import made


@pytest.fixture
def run_of(store, keys):
    """A run of a new pupil of this nickname, who has handed in some digits."""

    def make(nickname, run_id, accuracy=None, digits=0, **config):
        owner = visitor_with(keys(nickname, digits=[digits])[nickname]).owner
        result = make_result(val_accuracy=accuracy) if accuracy else None
        return make_run(store.seen_by(Visitor(owner)), run_id, result=result, **config)

    return make


def entries(app):
    """Rank, nickname and accuracy of each row."""
    return re.findall(r"<li><i>(\d*)</i><div><b>(.+?)</b>.*?<strong>(.+?)<small>", html(app))


def refuse(*_):
    raise LimitReached("The queue is full.")


def log_epochs(record, *accuracies):
    for epoch, accuracy in enumerate(accuracies, start=1):
        record.log.append(EpochEnd(5 * epoch, epoch, 0.5, 0.5, 0.5, accuracy, None, None, 1.0))


def test_the_best_runs_are_ranked_by_validation_accuracy(visit, run_of, keys):
    run_of("Ada", "a1", 0.91), run_of("Bo", "b1", 0.95), run_of("Cy", "c1")
    keys("Dee")
    app = visit(board="runs")
    assert entries(app) == [("1", "Bo", "95.00%"), ("2", "Ada", "91.00%"), ("", "Cy", "–"), ("", "Dee", "–")]
    assert "no run yet" in html(app)
    assert "validation images is not ranked" in texts(app.caption)


def test_a_class_without_runs_says_so(visit, keys):
    keys("Ada")
    for view in ("runs", "curves"):
        app = visit(board=view)
        assert app.info
        assert not entries(app)


def test_runs_on_two_data_sets_are_not_ranked_together(visit, run_of):
    run_of("Ada", "a1", 0.91), run_of("Bo", "b1", 0.95), run_of("Cy", "c1", 0.99, dataset="mnist")
    app = visit(board="runs")
    assert [name for _, name, accuracy in entries(app) if accuracy != "–"] == ["Bo", "Ada"]
    app.pills(key="board_data").set_value("mnist").run()
    assert [name for _, name, accuracy in entries(app) if accuracy != "–"] == ["Cy"]
    assert app.query_params["board_data"] == "mnist"


def test_what_the_map_of_evaluate_is_of_does_not_choose_the_boards_data_set(visit, run_of):
    run_of("Ada", "a1", 0.91), run_of("Cy", "c1", 0.99, dataset="mnist")
    assert not visit(board="runs", of="penultimate").warning


def test_a_row_names_the_recipe_and_how_far_the_run_in_training_is(run_of, store):
    record = run_of("Ada", "a1")
    config = RECIPES["cnn"].config
    training = store.create(config)
    write_state(training.path, RunState(RUNNING, epoch=2))
    training = read_run(training.path)
    training = type(training)(**{**vars(training), "state": RunState(RUNNING, epoch=2)})
    member = Member(record.owner, "Ada", None)
    page = board_html((BoardRow(member, ClassRun(record, 0.9), ClassRun(training, None)),))
    assert f"Training, 2 of {config.epochs} epochs" in page
    assert "<small>Softmax" in page
    page = board_html((BoardRow(member, ClassRun(training, 0.9), None),))
    assert f"<small>{RECIPES['cnn'].title}</small>" in page
    write_state(training.path, RunState(FINISHED))
    assert "Finished" in board_html((BoardRow(member, ClassRun(read_run(training.path), 0.9), None),))


def test_the_curves_are_of_every_pupil_that_has_measured_one(visit, run_of):
    for name, run_id, accuracies in (("Ada", "a1", (0.5, 0.75)), ("Bo", "b1", (0.25, 0.5, 0.625)), ("Cy", "c1", ())):
        log_epochs(run_of(name, run_id), *accuracies)
    app = visit(board="curves")
    [chart] = app.get("echarts_chart")
    assert curves(chart) == {"Ada": [(1, 0.5), (2, 0.75)], "Bo": [(1, 0.25), (2, 0.5), (3, 0.625)]}
    assert "1 run is not shown" in texts(app.caption)


def test_the_curves_are_sent_on_common_epochs_as_an_arrow_table():
    lines = class_curves(
        [("Ada", np.array([1.0, 3.0]), np.array([0.5, 0.8])), ("Bo", np.array([2.0]), np.array([0.7]))]
    )
    chart = class_curves_chart(lines)
    table = chart["dataset"][0]["source"]
    assert isinstance(table, pa.Table)
    assert table.to_pydict() == {"epoch": [1, 2, 3], "pupil 0": [0.5, None, 0.8], "pupil 1": [None, 0.7, None]}
    # A pupil's line goes on over the epochs of others.
    assert all(line["connectNulls"] for line in chart["series"])


def tiles(app):
    return re.findall(r'<span role="img" aria-label="(\d) by (\w+)"', html(app))


def headings(app):
    return re.findall(r"(?:<div class=\"lab-writing \w+\".*?>|</div>)<b>(.+?)</b>", html(app))


def test_everyones_handwriting_by_digit_and_by_pupil(visit, keys):
    keys("Ada", "Bo", digits=[3, 2])
    app = visit(board="handwriting")
    assert "**5 digits** of **2 pupils**." in texts(app.markdown)
    assert sorted(tiles(app)) == [("0", "Ada"), ("0", "Bo"), ("1", "Ada"), ("1", "Bo"), ("2", "Ada")]
    assert headings(app) == ["0", "1", "2"]
    find(app.segmented_control, "Order").set_value("pupil").run()
    assert sorted(headings(app)) == ["Ada", "Bo"]
    assert len(tiles(app)) == 5


def test_a_change_is_shown_though_the_page_is_kept(visit, keys, room):
    held = keys("Ada", digits=[3])
    app = visit(board="handwriting")
    assert len(tiles(app)) == 3
    room.seen_by(visitor_with(held["Ada"])).hand_in(made(5))
    assert len(tiles(app.run())) == 5


@pytest.mark.parametrize("view", ["handwriting", "confusion"])
def test_without_digits_it_is_said_how_to_hand_them_in(visit, add_run, view):
    add_run("small", name="Small")
    assert "Nobody has handed in digits yet" in texts(visit(board=view).info)


def test_without_a_network_there_is_none_to_look_at(visit, keys):
    keys("Ada", digits=[1])
    for view in ("confusion", "teach"):
        assert "no trained network yet" in texts(visit(board=view).info)


def test_one_confusion_matrix_of_a_network_on_the_class_s_digits(visit, keys, add_run):
    folder = add_run("small", name="Small")
    keys("Ada", "Bo", digits=[12, 8])
    app = visit(board="confusion", run="small")
    digits = [*made(12), *made(8)]
    y_pred = predict_proba(folder, np.stack([digit.picture for digit in digits])).argmax(1)
    right = sum(digit.label == label for digit, label in zip(digits, y_pred, strict=True))
    [metric] = app.metric
    assert (metric.label, metric.value) == ("Of 20 digits of the class, read right", f"{right / 20:.2%}")
    assert html(app).count("<figcaption>") == 20 - right
    # Beside the digits it holds the sums of mistakes: of rows, of columns, and of all.
    assert sum(map(int, cell_texts(app).values())) == 20 + 3 * (20 - right)
    # A cell leads to its digits.
    wrong = next((d.label, int(p)) for d, p in zip(digits, y_pred, strict=True) if d.label != p)
    find(app.selectbox, "True").set_value(wrong[0])
    find(app.selectbox, "Predicted").set_value(wrong[1])
    app.run()
    count = sum((d.label, p) == wrong for d, p in zip(digits, y_pred, strict=True))
    assert html(app).count("<figcaption>") == count
    assert f"{wrong[0]} by " in html(app)


def test_a_confused_pair_is_a_click_away(visit, keys, add_run):
    add_run("small", name="Small")
    keys("Ada", digits=[12])
    app = visit(board="confusion", run="small")
    pairs = [button for button in app.button if "→" in button.label]
    # Digits of noise are confused in more ways than have a button.
    assert len(pairs) == 3
    pair = pairs[0]
    true, predicted = re.match(r"(\d) → (\d)", pair.label).groups()
    pair.click().run()
    assert (app.query_params["true"], app.query_params["predicted"]) == (true, predicted)
    find(app.button, "Show all mistakes").click().run()
    assert "true" not in app.query_params


def test_the_teacher_teaches_a_copy_and_reads_what_it_did_for_pupils_not_seen(visit, keys, add_run, school):
    add_run("small", name="Small")
    keys("Ada", "Bo", "Cy", digits=[10, 10, 10])
    app = visit(board="teach", run="small")
    assert "20 digits of 2 pupils are taught. 1 other pupil’s digits are held out" in texts(app.caption)
    app.button(key="teach_class").click().run()
    assert not app.error
    record = read_run(school.folders[0])
    assert (record.name, record.owner, record.state.status) == ("Small, taught 20 digits", "", FINISHED)
    # Its own data set is at hand, so it is practised.
    assert record.config.train_images == find_dataset("digits").n_train
    page = html(app)
    assert "Training digits, 20" in page
    assert "Hold-out digits, 10" in page
    assert "those of 1 pupil, none of which were trained on" in page
    # It is the one that reads the class now, and the one that is not taught again.
    assert find(app.selectbox, "Network").value == "small"
    app = visit(board="confusion")
    assert find(app.selectbox, "Network").value == record.id
    assert "trained on most of these digits" in texts(app.caption)
    app = visit(board="teach", run=record.id)
    assert "was taught some before" in texts(app.warning)
    assert find(app.selectbox, "Network").value == "small"


@pytest.mark.parametrize("dataset", ["digits", "mnist"])
def test_the_teacher_is_told_where_the_network_s_own_images_are_missing(visit, keys, add_run, dataset):
    add_run("small", name="Small", dataset=dataset)
    keys("Ada", digits=[10])
    told = "MNIST is not on this machine: it cannot be trained on" in texts(visit(board="teach").caption)
    assert told == (dataset == "mnist")


def test_a_copy_that_was_taught_digits_is_not_offered_for_teaching(visit, keys, add_run, store):
    add_run("small", name="Small")
    make_run(store, "copy", tags={TAUGHT_FROM: "small"}).weights_file.touch()
    keys("Ada", digits=[10])
    [offered] = find(visit(board="teach").selectbox, "Network").options
    assert offered.startswith("Small")


def test_the_class_s_network_reads_for_pupils_at_first(visit, keys, add_run, store):
    held = keys("Ada", digits=[10])
    add_run("z-small", name="Small")
    make_run(store, "class", "Taught", tags={CLASS_TAG: "yes"}).weights_file.write_bytes(
        (add_run("weights") / "weights.safetensors").read_bytes()
    )
    # A later one that has no weights yet does not take its place.
    make_run(store, "zz-later", tags={CLASS_TAG: "yes"})
    app = visit(held["Ada"], board="confusion")
    box = find(app.selectbox, "Network")
    assert box.value == "class"
    assert [label.split(" ·")[0] for label in box.options] == ["Taught"]


def test_before_there_is_one_of_the_class_s_own_the_best_bundled_network_reads(visit, keys, add_run, tmp_path):
    keys("Ada")
    (tmp_path / "bundled").mkdir()
    for name, accuracy in (("weak", 0.9), ("strong", 0.98), ("middling", 0.95)):
        set_accuracy(folder := add_run(name), accuracy)
        folder.rename(tmp_path / "bundled" / name)
    set_accuracy(add_run("own"), 0.99)
    assert find(visit(board="confusion").selectbox, "Network").value == "strong"


def test_a_class_network_in_training_is_followed_and_stopped(visit, keys, add_run, school):
    add_run("small", name="Small")
    keys("Ada", digits=[10])
    school.ends = False
    app = visit(board="teach", run="small")
    app.button(key="teach_class").click().run()
    assert app.button(key="teach_class").disabled
    assert app.get("progress")[0].proto.text == "Getting ready…"
    assert not app.button(key="my_digits_stop").disabled


def test_a_refused_teaching_of_the_class_is_not_said_of_ones_own_digits(visit, keys, add_run, monkeypatch):
    add_run("small", name="Small")
    keys("Ada", digits=[10])
    monkeypatch.setattr(JobQueue, "resume", refuse)
    app = visit(board="teach", run="small")
    app.button(key="teach_class").click().run()
    assert "The queue is full." in texts(app.error)
    # What was prepared for it is gone again.
    assert [record.id for record in RunStore(settings.runs_root()).all()] == ["small"]
    app.switch_page("pages/draw.py")
    app.query_params["run"], app.query_params["look"] = "small", "mine"
    app.session_state["my_digits"] = made(3)
    app.run()
    assert app.button(key="my_digits_teach")
    assert not app.error


def test_nothing_is_taught_without_digits(visit, add_run):
    add_run("small", name="Small")
    app = visit(board="teach", run="small")
    assert app.button(key="teach_class").disabled
    assert "nothing to teach" in texts(app.caption)
