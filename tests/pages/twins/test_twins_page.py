"""The Twins page, as a visitor without a browser."""

import re
from functools import partial

import pytest
import torch

from core.charts.twins import tensor_rows
from core.errors import ComputeError
from core.execution.children import BACKGROUND
from core.execution.compute_client import ComputeClient
from core.twins import lock_step
from core.twins.session import TwinBench
from core.twins.setup import MAX_STEPS, TwinSetup, TwinState
from models.numpy_mlp import Linear
from pages.components.twins.words import scientific
from tests.made import make_dataset
from tests.pages.drawing import find, texts
from tests.pages.frontend import click_tab, send

# The script itself, as `timers` calls it.
PAGE = "__main__"


@pytest.fixture
def visit(visit_script):
    """Opens the Twins page; see `visit_script`."""
    return partial(visit_script, "twins")


@pytest.fixture
def here(monkeypatch):
    """The host's work is done in the test's own process, on made data, so that it can be tampered with."""
    train = make_dataset().train
    monkeypatch.setattr(lock_step, "load_train", lambda *_: train)
    monkeypatch.setattr("core.twins.gradient_check.load_train", lambda *_: train)
    monkeypatch.setattr(ComputeClient, "start", lambda self: self.is_ready.set())
    monkeypatch.setattr(ComputeClient, "call", lambda _self, function, *args, **_: function(*args))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


DIGITS = {"twin_dataset": "Digits (embedded)", "twin_hidden": "24-16"}


def click(app, label):
    return find(app.button, label).click().run()


def open_tab(app, name):
    app.session_state["twin_tab"] = name
    return app.run()


def figures(app):
    return " ".join(element.proto.body for element in app.get("html"))


def numbers(app, label):
    """The numbers that are shown digit by digit under a label, by what stands beside each."""
    table = figures(app).split(f'<div class="twin-label">{label}')[1].partition("</table>")[0]
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>", table)
    return {name: re.sub("<.*?>", "", value) for name, value in rows}


def bench(app) -> TwinBench:
    return app.session_state["twin_bench"]


def test_without_mnist_the_page_offers_the_embedded_digits(visit):
    app = visit()
    assert not app.exception
    assert all(button.label != "Play" for button in app.button)
    next(button for button in app.button if "embedded" in button.label).click().run()
    assert find(app.button, "Play")
    assert find(app.selectbox, "Data set").value == "digits"


@pytest.mark.usefixtures("shared_compute")
def test_a_step_is_computed_in_the_host(visit):
    app = visit(**DIGITS)
    click(app, "Step")
    assert not app.exception
    assert not app.error
    assert "Loss of step 1" in figures(app)
    assert bench(app).run.history.largest < 1e-9
    open_tab(app, "Gradient check")
    assert not app.exception
    assert "fc1.weight[0, 406]" in figures(app)


@pytest.mark.usefixtures("here")
class TestInThisProcess:
    def test_play_goes_on_by_itself_until_pause(self, visit, timers):
        app = visit(**DIGITS)
        assert timers[PAGE] is None
        click(app, "Play")
        assert 0 < timers[PAGE] < 1
        first = len(bench(app).run.history)
        app.run()
        second = len(bench(app).run.history)
        assert second > first > 0
        click(app, "Pause")
        third = len(bench(app).run.history)
        app.run()
        assert len(bench(app).run.history) == third >= second
        assert find(app.button, "Play")
        assert timers[PAGE] is None
        # A single step is done at once, so there is nothing to wait for.
        click(app, "Step")
        assert len(bench(app).run.history) == third + 1
        assert timers[PAGE] is None

    def test_as_many_steps_are_asked_for_as_are_wanted_for_a_short_time_and_behind_predictions(
        self, visit, monkeypatch
    ):
        asked = []
        advance = ComputeClient.call

        def call(client, function, *arguments, lane):
            asked.append((function.__name__, *arguments[3:], lane))
            return advance(client, function, *arguments)

        monkeypatch.setattr(ComputeClient, "call", call)
        app = visit(**DIGITS)
        click(app, "Step")
        click(app, "Play")
        assert asked == [("advance", 1, 0.15, BACKGROUND), ("advance", MAX_STEPS, 0.15, BACKGROUND)]
        click(app, "Pause")
        assert len(asked) == 2

    def test_reset_goes_back_to_the_start(self, visit):
        app = visit(**DIGITS)
        assert find(app.button, "Reset").disabled
        click(click(app, "Step"), "Step")
        history = bench(app).run.history
        assert numbers(app, "Loss of step 2<") == {
            "NumPy": f"{history.numpy_losses[-1]:.16f}",
            "PyTorch": f"{history.torch_losses[-1]:.16f}",
        }
        click(app, "Reset")
        assert bench(app).run.step == 0
        assert "Press **Play**" in texts(app.caption)

    def test_a_new_learning_rate_goes_on_and_a_new_seed_begins_anew(self, visit):
        app = visit(**DIGITS)
        click(app, "Step")
        find(app.number_input, "Learning rate").set_value(0.05).run()
        assert bench(app).run.step == 1
        find(app.number_input, "Seed").set_value(2).run()
        assert bench(app).run.step == 0

    def test_the_address_decides_the_experiment(self, visit):
        app = visit(**DIGITS, twin_precision="float32", twin_seed="7", twin_lr="0.5")
        assert bench(app).setup == TwinSetup("digits", (24, 16), "float32", 0.5, seed=7)

    def test_precisions_are_compared(self, visit):
        app = visit(**DIGITS)
        click(app, "Step")
        find(app.button_group, "Arithmetic").set_value("float32").run()
        assert app.query_params["twin_precision"] == "float32"
        click(click(app, "Step"), "Step")
        assert "float32 keeps about 7 digits" in texts(app.caption)
        history = bench(app).run.history
        largest = f'Largest difference so far</div><div class="twin-figure">{scientific(history.largest)}</div>'
        assert largest in figures(app)
        # The twins' own losses, in a step in which they differ.
        for _ in range(20):
            one, other = (f"{losses[-1]:.8f}" for losses in (history.numpy_losses, history.torch_losses))
            if one != other:
                break
            click(app, "Step")
        assert one != other
        assert numbers(app, f"Loss of step {len(history)}<") == {"NumPy": one, "PyTorch": other}
        open_tab(app, "Differences")
        assert not app.exception
        table = app.dataframe[0].value
        assert [tuple(row) for row in table.to_numpy().tolist()] == [
            (kind.capitalize(), *figures) for kind, *figures in tensor_rows(history)
        ]
        assert (table["Largest so far"] >= table["Last step"]).all()
        assert (table["Largest so far"] > table["Last step"]).any()
        assert table["Largest so far"].max() > 1e-9
        assert len(bench(app).other[1]) == 1
        # The curves of both precisions are there; of one kind of numbers only the present one's.
        assert "float64" in app.get("echarts_chart")[0].proto.spec
        app.session_state["twin_kind"] = "gradients"
        app.run()
        assert "float64" not in app.get("echarts_chart")[0].proto.spec

    def test_differences_can_be_narrowed_to_a_kind(self, visit):
        app = visit(**DIGITS)
        click(app, "Step")
        open_tab(app, "Differences")
        assert set(app.dataframe[0].value["Kind"]) == {"Activations", "Gradients", "Weights"}
        app.session_state["twin_kind"] = "gradients"
        app.run()
        assert list(app.dataframe[0].value["Tensor"])[:2] == ["fc1.weight", "fc1.bias"]
        assert set(app.dataframe[0].value["Kind"]) == {"Gradients"}

    def test_differences_before_any_step_say_so(self, visit):
        assert "no steps" in texts(open_tab(visit(**DIGITS), "Differences").info)

    def test_the_gradient_of_any_weight_can_be_checked(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.selectbox, "Layer").set_value(3).run()
        find(app.number_input, "Unit").set_value(4).run()
        find(app.number_input, "Input").set_value(5).run()
        assert not app.exception
        assert "fc3.weight[4, 5]" in figures(app)
        assert "right" in texts(app.success) or "exactly 0" in texts(app.success)
        assert not app.error
        find(app.checkbox, "The unit’s bias instead").check().run()
        assert "fc3.bias[4]" in figures(app)

    def test_the_chosen_weight_stays_within_another_network(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.number_input, "Unit").set_value(20).run()
        find(app.text_input, "Hidden layers").set_value("8").run()
        open_tab(app, "Gradient check")
        assert not app.exception
        assert not app.error
        assert find(app.number_input, "Unit").value == 7

    def test_the_chosen_layer_stays_within_a_network_of_fewer_layers(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.selectbox, "Layer").set_value(3).run()
        find(app.text_input, "Hidden layers").set_value("8").run()
        open_tab(app, "Gradient check")
        assert not app.error
        assert find(app.selectbox, "Layer").value == 2

    def test_a_click_on_the_picture_of_a_unit_chooses_that_weight(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.selectbox, "Layer").set_value(2).run()
        find(app.checkbox, "The unit’s bias instead").check().run()
        assert "fc2.bias[0]" in figures(app)
        [picture] = [chart for chart in app.get("echarts_chart") if "into unit 0" in chart.proto.alt]
        send(app, picture, {"selection": {"selected": [{"data_indices": [17]}], "areas": []}})
        assert find(app.number_input, "Input").value == 17
        assert "fc2.weight[0, 17]" in figures(app)

    def test_a_weight_at_random_is_one_of_its_layer(self, visit, monkeypatch):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.selectbox, "Layer").set_value(3).run()
        assert find(app.selectbox, "Layer").options == [
            "fc1: 784 inputs, 24 units",
            "fc2: 24 inputs, 16 units",
            "fc3: 16 inputs, 10 units",
        ]
        monkeypatch.setattr("random.randrange", lambda count: count - 1)
        click(app, "Random")
        assert "fc3.weight[9, 15]" in figures(app)

    def test_a_click_on_the_gradient_check_s_tab_pauses(self, visit):
        app = click(visit(**DIGITS), "Play")
        click_tab(app, "Differences")
        assert find(app.button, "Pause")
        click_tab(app, "Gradient check")
        assert find(app.button, "Play")
        assert "fc1.weight[0, 406]" in figures(app)

    def test_a_small_epsilon_is_explained(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        find(app.selectbox, "Layer").set_value(3).run()
        app.select_slider[0].set_value(1e-13).run()
        assert "too small" in texts(app.warning)
        assert "at ε = 1 × 10⁻¹³" not in texts(app.warning), "the surest ε is another one"

    def test_while_it_plays_no_gradient_is_checked(self, visit):
        app = open_tab(visit(**DIGITS), "Gradient check")
        click(app, "Play")
        assert "Pause" in texts(app.info)

    def test_a_wrong_backward_pass_is_seen_in_both_ways(self, visit, monkeypatch):
        backward = Linear.backward

        def wrong(self, grad):
            result = backward(self, grad)
            self.weight_grad = self.weight_grad * 1.01
            return result

        monkeypatch.setattr(Linear, "backward", wrong)
        app = click(visit(**DIGITS), "Step")
        assert bench(app).run.history.largest > 1e-5
        open_tab(app, "Gradient check")
        find(app.selectbox, "Layer").set_value(3).run()
        assert "The hand-written gradient is wrong" in texts(app.error)
        said = numbers(app, "Gradient of the loss by fc3.weight[0, 15]")
        found = {name: float(value.replace("−", "-")) for name, value in said.items()}
        assert list(found) == ["By hand", "PyTorch", "Finite differences"]
        assert found["By hand"] == pytest.approx(1.01 * found["PyTorch"])
        assert found["Finite differences"] == pytest.approx(found["PyTorch"], rel=1e-4)

    def test_the_mathematics_shows_sizes_and_code(self, visit):
        app = open_tab(visit(**DIGITS), "The mathematics")
        assert not app.exception
        assert r"\underset{784\times24}" in texts(app.latex)
        assert "grad.T @ self._x" in texts(app.code)

    @pytest.mark.parametrize(
        ("label", "value", "words"),
        [
            ("Learning rate", 0.0, "Learning rate is 0; it must be a number above 0, at most 100."),
            ("Learning rate", -1.0, "Learning rate is -1;"),
            ("Learning rate", 1e9, "Learning rate is 1000000000;"),
            ("Batch size", 5000, "Batch size is 5000; it must be a whole number from 1 to 256"),
        ],
    )
    def test_a_value_that_is_not_allowed_is_named_and_the_steps_before_it_stay_in_sight(
        self, visit, label, value, words
    ):
        app = click(visit(**DIGITS), "Step")
        losses = numbers(app, "Loss of step 1<")
        good = find(app.number_input, label).value
        find(app.number_input, label).set_value(value).run()
        assert not app.exception
        assert words in texts(app.error)
        assert numbers(app, "Loss of step 1<") == losses
        assert app.get("echarts_chart")
        assert [find(app.button, name).disabled for name in ("Play", "Step", "Reset")] == [True, True, False]
        for tab in ("Differences", "Gradient check", "The mathematics"):
            open_tab(app, tab)
            assert not app.exception
        find(app.number_input, label).set_value(good).run()
        assert not app.error
        assert bench(app).run.step == 1
        assert not find(app.button, "Step").disabled

    def test_a_value_that_is_not_allowed_pauses_the_twins(self, visit, timers):
        app = click(visit(**DIGITS), "Play")
        find(app.number_input, "Learning rate").set_value(0.0).run()
        reached = bench(app).run.step
        app.run()
        assert bench(app).run.step == reached > 0
        assert timers[PAGE] is None
        assert find(app.button, "Play").disabled

    def test_a_link_with_a_value_that_is_not_allowed_is_answered_in_words(self, visit):
        app = visit(**DIGITS, twin_lr="1e9")
        assert not app.exception
        assert "Learning rate is 1000000000;" in texts(app.error)
        assert all(button.label != "Play" for button in app.button)

    def test_the_offer_of_a_missing_data_set_keeps_the_steps_of_another_one(self, visit):
        app = click(visit(**DIGITS), "Step")
        find(app.selectbox, "Data set").set_value("mnist").run()
        assert all(button.label != "Play" for button in app.button)
        next(button for button in app.button if "embedded" in button.label).click().run()
        assert bench(app).run.step == 1

    def test_a_host_that_breaks_off_is_reported_and_play_can_be_pressed_again(self, visit, monkeypatch):
        def fail(*_, **__):
            raise ComputeError("The compute process broke off.")

        app = visit(**DIGITS)
        with monkeypatch.context() as broken:
            broken.setattr(ComputeClient, "call", fail)
            click(app, "Play")
        assert "broke off" in texts(app.error)
        assert not app.exception
        click(app, "Step")
        assert not app.error
        assert "Loss of step 1" in figures(app)

    def test_the_last_step_is_announced(self, visit):
        app = visit(**DIGITS)
        state = bench(app).run.state
        bench(app).run.reached = TwinState(MAX_STEPS - 1, state.numpy, state.torch)
        click(app, "Step")
        assert "stop after 20,000 steps" in texts(app.info)
        app.run()
        assert find(app.button, "Play").disabled

    def test_two_visitors_have_twins_of_their_own(self, visit):
        first, second = visit(**DIGITS), visit(**DIGITS)
        click(first, "Step")
        second.run()
        assert len(bench(first).run.history) == 1
        assert len(bench(second).run.history) == 0


def test_a_setting_stands_in_the_address_until_it_is_the_first_again(visit):
    app = visit()
    box = find(app.number_input, "Learning rate")
    first = box.value
    box.set_value(0.5).run()
    assert app.query_params["twin_lr"] == "0.5"
    find(app.number_input, "Learning rate").set_value(first).run()
    assert "twin_lr" not in app.query_params
