"""Fine-tuning on the Draw page. It runs in this process, or not at all."""

import json
import re

import pytest

from core.errors import RunError
from core.execution.compute_client import ComputeClient
from core.execution.train_run import train_run
from core.hosting.jobs import VisitorJobs
from core.runs.control_file import read_command
from core.runs.record import FINISHED, MEASURING, STARTING, RunState, read_run, write_state
from core.teaching.fine_tuning import TAUGHT_FROM, Comparison, FineTuningReport
from core.training.events import RunStarted, StepEnd
from pages.components.draw.my_digits import fine_tuning
from pages.components.draw.my_digits.report import report_html
from tests.pages.drawing import ONE, find, html, texts
from tests.pages.mine import made, upload

PRACTISE = "Also train on {}, so that it forgets less"


@pytest.fixture
def visit(visit_drawing, add_run):
    """Opens the panel with 12 digits beside the network "small"; changes are to that network's settings."""

    def open_page(*strokes, **changes):
        add_run("small", name="Small", **changes)
        return upload(visit_drawing(*strokes, run="small", look="mine"), made(12))

    return open_page


def teach(app):
    app.button(key="my_digits_teach").click().run()
    assert not app.exception
    return app


def keys(app):
    return {button.key for button in app.button}


def test_fine_tuning_makes_a_run_of_its_own_and_says_what_it_did(visit, school, runs_folder):
    app = teach(visit())
    assert not app.error
    (folder,) = school.folders
    record = read_run(folder)
    assert (record.name, record.state.status) == ("Small, taught 10 digits", FINISHED)
    assert record.tags[TAUGHT_FROM] == "small"
    assert record.config.train_images == 1437
    assert record.start_file.read_bytes() == (runs_folder / "small" / "weights.safetensors").read_bytes()
    page = html(app)
    assert "Training digits, 10" in page
    assert "Hold-out digits, 2" in page
    assert "Digits (embedded), 360 test images" in page
    assert "Small, taught 10 digits" in texts(app.markdown)
    links = [(link.proto.label, link.proto.page, link.proto.query_string) for link in app.get("page_link")]
    assert links == [
        ("How it learned", "train", f"run={record.id}"),
        ("See its mistakes", "evaluate", f"run={record.id}"),
    ]


def test_fine_tuning_teaches_what_was_kept_at_the_last_moment(visit, school):
    app = visit()
    app.session_state["my_digits"] = made(15)
    teach(app)
    record = read_run(school.folders[0])
    assert record.name == "Small, taught 12 digits"


def test_the_data_set_may_come_while_the_page_is_open(visit, school, monkeypatch):
    monkeypatch.setattr(fine_tuning, "is_available", lambda *_: False)
    app = visit()
    monkeypatch.undo()
    monkeypatch.setattr(ComputeClient, "train", lambda client, *arguments: school.train(client, *arguments))
    teach(app)
    assert read_run(school.folders[0]).config.train_images


def test_the_taught_network_can_be_used_and_keeps_its_report(visit, school, visit_drawing):
    app = teach(visit())
    app.button(key="my_digits_use").click().run()
    tuned = read_run(school.folders[0])
    assert find(app.selectbox, "Network").value == app.query_params["run"] == tuned.id
    assert "Training digits, 10" in html(app)
    assert "my_digits_use" not in keys(app)
    # Another visitor has no digits, but the network tells what it was taught.
    other = visit_drawing(run=tuned.id, look="mine")
    assert "Training digits, 10" in html(other)


def test_fine_tuning_is_compared_with_all_networks_and_those_chosen_before(visit, school, add_run):
    add_run("other")
    app = visit(ONE)
    # Looked at before, the choice of networks is a fixed one.
    app.query_params["look"] = "networks"
    app.run()
    find(app.multiselect, "Networks").set_value(["small"]).run()
    app.query_params["look"] = "mine"
    teach(app.run())
    app.button(key="my_digits_compare").click().run()
    assert not app.exception
    assert app.query_params["look"] == "networks"
    assert find(app.multiselect, "Networks").value == [school.folders[0].name, "small"]
    assert re.findall(r'class="name"><span>(.*?)</span>', html(app)) == ["Small, taught 10 digits", "Small"]


def test_fine_tuning_s_report_is_shown_beside_its_own_networks_alone(visit, school, add_run):
    add_run("other")
    app = teach(visit())
    find(app.selectbox, "Network").select("other").run()
    assert "Training digits, 10" not in html(app)
    find(app.selectbox, "Network").select(school.folders[0].name).run()
    assert "Training digits, 10" in html(app)


def test_fine_tuning_s_steps_are_counted_and_shown_by_themselves(visit, school, timers):
    school.ends = False
    app = visit()
    assert "fine_tuning" not in timers
    teach(app)
    assert 0 < timers["fine_tuning"] < 1
    log = read_run(school.folders[0]).log
    log.append(RunStarted(0, 0, 64, 64, 4096, 0, 7850, "cpu"), StepEnd(16, 1, (1.0,) * 16, 0.5, 0.1, 500.0, 1.0))
    app.run()
    [bar] = app.get("progress")
    assert (bar.proto.text, bar.proto.value) == ("Step 16 of 64", 25)
    assert not app.button(key="my_digits_stop").disabled
    write_state(school.folders[0], RunState(MEASURING))
    [bar] = app.run().get("progress")
    assert (bar.proto.text, bar.proto.value) == ("Measuring on the test set…", 100)
    assert app.button(key="my_digits_stop").disabled
    [link] = [link.proto for link in app.get("page_link") if link.proto.label == "Watch it learn"]
    assert (link.page, link.query_string) == ("train", f"run={school.folders[0].name}")


def test_without_practice_the_data_set_s_images_are_left_out(visit, school):
    app = visit()
    find(app.toggle, PRACTISE.format("Digits (embedded)")).set_value(False).run()
    teach(app)
    assert read_run(school.folders[0]).config.train_images == 0


def test_without_the_data_set_it_is_said_what_cannot_be_done(visit, school):
    app = visit(dataset="mnist")
    toggle = find(app.toggle, PRACTISE.format("MNIST"))
    assert toggle.disabled
    assert not toggle.value
    assert "MNIST is not on this machine" in texts(app.caption)
    teach(app)
    assert read_run(school.folders[0]).state.status == FINISHED
    assert "MNIST, 10,000 test images" in html(app)
    assert "not measured" in html(app)


def test_fine_tuning_under_way_shows_how_far_it_is_and_can_be_stopped(visit, school):
    school.ends = False
    app = teach(visit())
    (folder,) = school.folders
    assert read_run(folder).state.status == STARTING
    assert app.button(key="my_digits_teach").disabled
    assert app.get("progress")[0].proto.text == "Getting ready…"
    app.button(key="my_digits_stop").click().run()
    assert read_command(folder).action == "stop"
    # It goes on while another page is looked at.
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/draw.py").run()
    assert "my_digits_stop" in keys(app)


def test_what_once_went_wrong_is_not_told_after_the_next_press(visit, school, monkeypatch):
    def refuse(*_):
        raise RunError("It is not there.")

    school.ends = False
    app = teach(visit())
    with monkeypatch.context() as refusing:
        refusing.setattr(VisitorJobs, "stop", refuse)
        app.button(key="my_digits_stop").click().run()
        assert "It is not there." in texts(app.error)
    app.button(key="my_digits_stop").click().run()
    assert not app.error


def test_fine_tuning_waits_its_turn(visit, school):
    school.ends = False
    app = teach(visit())
    app.session_state["my_digits_tuned"] = ""
    teach(app.run())
    assert len(school.folders) == 1
    assert app.get("progress")[0].proto.text == "Waiting: another run is being trained."
    app.button(key="my_digits_stop").click().run()
    assert "stopped before its first step" in texts(app.caption)
    # There is no network to use or to compare.
    assert not {"my_digits_use", "my_digits_compare"} & keys(app)
    assert not app.button(key="my_digits_teach").disabled


def test_fine_tuning_whose_process_is_killed_says_so(visit, school):
    school.code = -9
    app = teach(visit())
    assert "The training process was killed; the machine may have run out of memory." in texts(app.error)
    school.code = 0
    teach(app)
    assert not app.error
    assert "Training digits, 10" in html(app)


def test_a_full_disk_is_said(visit, school, monkeypatch):
    def full(*_):
        raise RunError("The run cannot be saved in /runs: No space left on device.")

    app = visit()
    with monkeypatch.context() as patched:
        patched.setattr(fine_tuning, "prepare_fine_tuning", full)
        teach(app)
    assert "No space left on device" in texts(app.error)
    assert not school.folders
    teach(app)
    assert not app.error


def test_a_refused_file_is_told_until_the_digits_change_or_fine_tuning_begins(visit, school):
    app = upload(visit(), b"no digits", "bad.json")
    assert "bad.json was not read" in texts(app.error)
    find(app.toggle, "Clear the canvas after keeping").set_value(False).run()
    assert "bad.json was not read" in texts(app.error)
    app.session_state["my_digits"] = app.session_state["my_digits"][:11]
    app.run()
    assert not app.error
    upload(app, b"no digits", "bad.json")
    school.ends = False
    teach(app)
    assert not app.error


def test_a_deleted_fine_tuned_network_is_forgotten(visit, school, store):
    app = teach(visit())
    store.delete(school.folders[0].name)
    app.run()
    assert not app.exception
    assert "Training digits, 10" not in html(app)


def test_a_report_that_cannot_be_made_says_why(visit, school):
    app = visit()
    school.ends = False
    teach(app)
    folder = school.folders[0]
    train_run(read_run(folder), folder)
    values = json.loads((folder / "my_digits.json").read_text())
    (folder / "my_digits.json").write_text(json.dumps(values | {"version": 7}))
    app.run()
    assert not app.exception
    assert "version is 7" in texts(app.error)
    assert "my_digits_compare" not in keys(app)


def report(aside=(0, 0, 0), test=(10_000, 9_908, 9_890)):
    return report_html(FineTuningReport(Comparison(9, 5, 9), Comparison(*aside), Comparison(*test)), "MNIST")


def test_the_report_counts_few_digits_and_tells_many_in_per_cent():
    html = report()
    assert "<td>5 of 9</td><td>9 of 9</td>" in html
    assert "4 more right" in html
    assert "<td>99.08%</td><td>98.90%</td>" in html
    assert "18 more wrong" in html
    assert "the digits it was trained on" in html


def test_the_report_tells_of_digits_kept_aside():
    html = report(aside=(2, 1, 1))
    assert "Hold-out digits, 2" in html
    assert "the same" in html
    assert "the digits it was trained on" not in html


def test_what_was_not_measured_is_said():
    html = report(test=(10_000, 9_908, None))
    assert "<td>99.08%</td><td>not measured</td>" in html
    assert "more wrong" not in html


def test_where_much_was_forgotten_the_report_says_what_helps():
    advice = "leave “Also train on MNIST” on"
    assert advice in report(test=(10_000, 9_900, 9_850))
    assert advice not in report(test=(10_000, 9_900, 9_851))
    assert advice not in report(test=(10_000, 9_900, 9_950))
    assert advice not in report(test=(10_000, None, 9_850))


def test_the_report_says_so_where_whole_pupils_are_held_out():
    made = FineTuningReport(Comparison(9, 5, 9), Comparison(4, 1, 3), Comparison(100, 90, 90), held_out_pupils=2)
    html = report_html(made, "MNIST")
    assert "those of 2 pupils, none of which were trained on" in html
