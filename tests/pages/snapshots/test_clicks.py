"""What comes of a click, finished or still under way, as `test_pages.py` compares pages."""

import pytest

from core.execution.compute_client import ComputeClient
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs.record import FINISHED, MEASURING, RUNNING, RunState, read_run, write_state
from core.storage.arrays import save_arrays
from core.storage.locks import hold_as_worker
from pages.components.draw.canvas.canvas import DRAWING
from tests.pages.calls import MadeCall
from tests.pages.drawing import ONE, as_object, find
from tests.pages.made_runs import make_run
from tests.pages.mine import made


@pytest.fixture
def fresh(store):
    """Makes a finished run with the weights that its network begins with."""

    def make(**config):
        record = make_run(store, "fresh", "Fresh", **config)
        save_arrays(record.weights_file, create_learner(record.config).state_dict())
        return record

    return make


@pytest.mark.parametrize("arch", ["mlp", "cnn"])
def test_a_run_s_layers_without_activations(visit, check, fresh, arch):
    record = fresh(arch=arch)
    check(visit("anatomy", {"anatomy_tab": "Why an activation?"}, run=record.id), without=r"\d·10⁻[⁶⁷⁸]")


@pytest.mark.parametrize("source", ["test", "drawing"])
@pytest.mark.parametrize("layer", ["conv1", "fc2", "softmax"])
def test_a_step_of_one_unit(visit, check, source, layer):
    session = {"anatomy_tab": "Activations", "anatomy_image_source": source, DRAWING: [as_object(ONE)]}
    app = visit("anatomy", session, arch="cnn")
    find(app.selectbox, "How a value is computed").set_value(layer).run()
    rounding = r"(?<=\.json\.)(weight_gradients|new_kernel) = .*" if layer == "conv1" else ""
    check(find(app.button_group, "Direction").set_value("backward").run(), "unit_detail", without=rounding)


def test_the_twins_differences_after_a_step(visit, check):
    app = visit("twins", {"twin_tab": "Differences"}, twin_dataset="digits", twin_hidden="24-16")
    find(app.button, "Step").click().run()
    rounding = r"(?<=\.data\.)(log )?(activations|gradients|weights|Last step|Largest so far) = .*|yAxis\.m(in|ax) = .*"
    check(app, "button_group", "echarts_chart", "dataframe", without=rounding)


def test_one_of_the_digits_kept(visit, check, mine):
    check(visit("draw", {"my_digits": made(3), "my_digits_chosen": 1}, look="mine", run=mine.id), "draw_panel")


@pytest.fixture
def teach(visit, mine, school):
    """The Draw page while a network is being taught, and the folder of that network."""
    school.ends = False
    app = visit("draw", {"my_digits": made(3)}, look="mine", run=mine.id)
    app.button(key="my_digits_teach").click().run()
    return app, school.folders[0]


@pytest.mark.parametrize("status", [RUNNING, MEASURING])
def test_a_network_that_is_being_taught(check, teach, status):
    app, folder = teach
    write_state(folder, RunState(status))
    with hold_as_worker(folder):
        check(app.run(), "draw_panel")


def test_a_network_that_has_been_taught(check, teach):
    app, folder = teach
    assert train_run(read_run(folder), folder).status == FINISHED
    check(app.run(), "draw_panel")


@pytest.mark.parametrize("view", ["slices", "map"])
def test_a_computation_under_way(visit, check, mine, monkeypatch, view):
    monkeypatch.setattr(ComputeClient, "start_long_call", lambda *_, **_options: MadeCall())
    app = visit("evaluate", view=view, run=mine.id)
    if view == "slices":
        app.button(key=f"slices_{mine.id}_start").click().run()
    check(app)
