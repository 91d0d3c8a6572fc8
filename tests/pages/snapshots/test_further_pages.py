"""Pages in further states, as `test_pages.py` compares them."""

import shutil

import pytest

from core.data.datasets import load_split
from core.execution.compute_client import ComputeClient
from core.runs.record import FAILED, PAUSED, RUNNING, RunState, write_state
from core.storage.locks import hold_as_worker
from core.stress.kinds import KINDS
from core.stress.result import save_stress
from core.sweep.records import SweepStore
from core.texts.message import message
from core.training.breakdown import PARTS, Breakdown
from models import MODELS
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.evaluate.report.page import report_html
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.runs.curves import COMPARE_KEY
from tests.made import make_stress
from tests.pages.drawing import DASH, LEFT, MIDDLE, ONE, as_object, find
from tests.pages.made_runs import make_result, make_run
from tests.pages.mine import made
from tests.pages.photographs import LINES, as_file, page_of, photo_of_one
from tests.pages.presenting import present
from tests.pages.snapshots.outline import outline_of_html
from tests.sweeps import add_trial, make_space


@pytest.mark.parametrize("page", ["home", "train", "draw", "evaluate", "twins", "anatomy"])
def test_while_presenting(visit, check, mine, page):
    check(present(visit(page, run=mine.id)))


@pytest.mark.parametrize("view", ["calibration", "map", "slices"])
def test_a_view_while_presenting(visit, check, mine, view):
    check(present(visit("evaluate", run=mine.id, view=view)))


def test_runs_in_every_state(visit, check, store, mine):
    failed = RunState(FAILED, message("The loss became NaN at step {step}.", step=12), step=12, epoch=1, total_steps=40)
    make_run(store, "failed", "Failed", failed, lr=5.0)
    make_run(store, "finished", "Finished", result=make_result(), arch="mlp", options={"hidden": (24, 16)})
    write_state(mine.path, RunState(PAUSED, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        check(visit("train", run=mine.id))


@pytest.mark.parametrize("view", ["images", "weights"])
def test_live_views(visit, check, mine, view):
    write_state(mine.path, RunState(RUNNING, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        app = visit("train", run=mine.id)
        check(app.button_group(key="run_view").set_value(view).run())


def test_where_a_step_s_time_goes(visit, check, monkeypatch, mine):
    found = Breakdown({part: 0.001 * place for place, part in enumerate(PARTS, 1)}, 0.004, 32)
    monkeypatch.setattr(ComputeClient, "call_in_new_child", lambda *_: found)
    app = visit("train", run=mine.id)
    check(app.button(key="time_a_step").click().run())


def test_a_network_that_cannot_be_read(visit, check, mine):
    (mine.path.parent / "Other" / "weights.safetensors").write_bytes(b"damaged")
    check(visit("draw", {DRAWING: [as_object(ONE)]}, look="networks", run=mine.id))


@pytest.mark.parametrize("content", ["one", "lines"])
def test_a_photograph(visit, check, mine, content):
    app = visit("draw", source="upload", look="steps", run=mine.id)
    file = as_file(photo_of_one()) if content == "one" else page_of(LINES)
    (field,) = app.file_uploader
    check(field.set_value(("photo.png", file, "image/png")).run())


@pytest.mark.parametrize("strokes", [(LEFT, MIDDLE), (DASH,)])
def test_drawings_of_another_kind(visit, check, mine, strokes):
    check(visit("draw", {DRAWING: [as_object(stroke) for stroke in strokes]}, look="steps", run=mine.id))


def test_digits_that_were_kept(visit, check, mine):
    check(visit("draw", {DRAWING: [as_object(ONE)], "my_digits": made(12)}, look="mine", run=mine.id))


def test_a_cell_of_the_confusion_matrix(visit, check, mine):
    app = visit("evaluate", run=mine.id)
    find(app.selectbox, "True").set_value(8)
    find(app.selectbox, "Predicted").set_value(1)
    check(app.run())


@pytest.mark.parametrize("kind", KINDS)
def test_every_disturbance(visit, check, mine, kind):
    save_stress(mine, make_stress())
    app = visit("evaluate", view="stress", run=mine.id)
    check(app.pills(key="stress").set_value(kind).run())


@pytest.mark.parametrize("colour", ["difficulty", "right"])
def test_the_map_s_colours(visit, check, mine, colour):
    check(visit("evaluate", view="map", colour=colour, run=mine.id))


def test_the_contest_s_first_image(visit, check, mine):
    app = visit("evaluate", view="contest", run=mine.id)
    check(app.button[-1].click().run())


def test_a_sweep_over_seeds(visit, check, store):
    sweep = SweepStore(store).create(make_space(2, lr=(0.1, 0.2), batch_size=(16, 32)), "Mine")
    for number in range(8):
        add_trial(store, sweep, number, accuracy=0.7 + number / 50, seconds=2.0 + number)
    check(visit("sweep", sweep=sweep.id))


def test_the_twins_after_a_step(visit, check):
    app = visit("twins", {"twin_tab": "Loss"}, twin_dataset="digits", twin_hidden="24-16")
    check(find(app.button, "Step").click().run(), without=r"[\d.]+ × 10⁻¹.|(?<=<td>)\d\..+?(?=</td>)")


@pytest.mark.parametrize("arch", ["cnn", "mlp"])
@pytest.mark.parametrize("tab", ["Weights", "Activations"])
def test_networks_of_several_layers(visit, check, arch, tab):
    check(visit("anatomy", {"anatomy_tab": tab}, arch=arch))


@pytest.mark.parametrize("layer", ["conv1", "fc2"])
def test_one_unit(visit, check, layer):
    app = visit("anatomy", {"anatomy_tab": "Activations"}, arch="cnn")
    check(find(app.selectbox, "How a value is computed").set_value(layer).run())


def test_the_report(check_text, mine, tmp_path):
    test = load_split("digits", tmp_path, "test")
    html = report_html(mine, mine.result, mine.history(), (test, load_calibrated_samples(mine, test)))
    check_text(outline_of_html(html))


@pytest.mark.parametrize(("panel", "opened"), [("sure", "reliability"), ("why", "why_layers"), ("why", "why_change")])
def test_what_is_opened_on_request(visit, check, mine, panel, opened):
    check(visit("draw", {DRAWING: [as_object(ONE)], opened: True}, look=panel, run=mine.id))


def test_the_learning_rate_of_a_run_at_work(visit, check, mine):
    write_state(mine.path, RunState(RUNNING, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        check(visit("train", {f"lr_popover_{mine.id}": True}, run=mine.id), "run")


def test_a_part_of_a_photograph(visit, check, mine):
    app = visit("draw", {"upload_part": True}, source="upload", run=mine.id)
    app.file_uploader[0].set_value(("photo.png", page_of(LINES), "image/png"))
    app.session_state["upload_across"], app.session_state["upload_down"] = (10, 90), (45, 95)
    check(app.run())


@pytest.mark.parametrize("source", ["test", "pixels"])
def test_the_steps_of_what_is_not_drawn(visit, check, mine, source):
    check(visit("draw", source=source, look="steps", run=mine.id))


@pytest.mark.parametrize("drawn", [[], [as_object(ONE)]])
def test_one_s_own_drawing(visit, check, mine, drawn):
    session = {"anatomy_tab": "Activations", "anatomy_image_source": "drawing", DRAWING: drawn}
    check(visit("anatomy", session, run=mine.id))


@pytest.mark.parametrize("arch", MODELS)
@pytest.mark.parametrize("tab", ["Layers", "Formulas"])
def test_every_architecture(visit, check, arch, tab):
    check(visit("anatomy", {"anatomy_tab": tab}, arch=arch))


def test_runs_whose_curves_are_the_same(visit, check, mine):
    # The second copy covers one curve, the third covers two.
    for name in ("Copy", "Copy 2"):
        shutil.copytree(mine.path, mine.path.with_name(name))
    check(visit("train", {COMPARE_KEY: ["Copy", "Copy 2"]}, run=mine.id), "run")


@pytest.mark.parametrize("asked", ["Other", "gone", "Mine"])
def test_two_runs_by_the_address(visit, check, mine, asked):
    check(visit("evaluate", view="compare", other=asked, run=mine.id))
