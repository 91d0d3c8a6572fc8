"""The label detective, as a visitor without a browser."""

import json
import re

import numpy as np
import pytest
import streamlit as st

from core import settings
from core.data.datasets import load_split
from core.data.known_labels import KnownLabel
from core.evaluation.validation import predict_val
from core.execution.compute_client import ComputeClient
from core.labels.verdict_file import read_verdicts, verdict_path
from core.runs.epoch_files import find_epochs, read_epoch
from core.runs.record import read_run
from core.runs.trained_images import split_as_trained
from core.steps import finish
from tests.pages.calls import MadeCall
from tests.pages.drawing import find, html, texts
from tests.pages.evaluate.seen import NINES_FOR_FOURS, give, metrics


@pytest.fixture(autouse=True)
def compute(monkeypatch):
    """Stands for the compute process and answers at once."""
    monkeypatch.setattr(ComputeClient, "call", lambda _, function, *arguments: function(*arguments))
    st.cache_data.clear()


@pytest.fixture
def suspects(digits, answers):
    """The images whose labels the made network contradicts, the most suspicious first."""
    return np.argsort(answers[np.arange(len(digits)), digits.labels], kind="stable")[: NINES_FOR_FOURS + 1].tolist()


@pytest.fixture
def open_view(visit, make_run):
    def open_view(**parameters):
        make_run()
        return visit(view="labels", **parameters)

    return open_view


def shown(app):
    """The indexes of the images of the gallery, and what stands under each."""
    found = re.findall(r'data-image="(\d+)".*?<figcaption>(.+?)</figcaption>', html(app))
    return {int(index): re.sub("<.+?>", " ", caption) for index, caption in found}


def asked(app):
    """The image that is to be judged, by the text under it."""
    found = re.search(r"<figcaption>Test image (\d+)</figcaption>", html(app))
    return found and int(found[1])


def press(app, button):
    find(app.button, button).click().run()
    assert not app.exception
    assert not app.error


def show(app, option):
    find(app.selectbox, "Show").set_value(option).run()
    assert not app.exception


def test_the_most_suspicious_labels_come_first(open_view, suspects, digits, answers):
    # As sure of another class as the network is of the labels that it agrees with.
    give(answers, suspects[0], true=4, predicted=9, confidence=0.99)
    app = open_view()
    assert list(shown(app))[: len(suspects)] == suspects
    first = digits.labels[suspects[0]]
    assert re.fullmatch(rf"{first} →  9  1: 1\.0%\s*", shown(app)[suspects[0]])
    assert "By confident learning **1** of 360 labels looks wrong" in texts(app.markdown)
    # Nothing is judged, so that nothing is said of it.
    assert "Labels judged" not in metrics(app)


def test_each_verdict_is_kept_on_disk_and_the_next_image_comes(open_view, suspects, runs_folder):
    app = open_view(labels="judge")
    for index, button in zip(suspects, ("No", "Yes", "Cannot tell"), strict=False):
        assert asked(app) == index
        press(app, button)
    kept_there = json.loads(verdict_path(runs_folder, "digits", "test").read_text())["verdicts"]
    assert [(entry["index"], entry["judgement"]) for entry in kept_there] == list(
        zip(suspects[:3], ("wrong", "right", "unsure"), strict=True)
    )
    assert asked(app) == suspects[3]
    assert html(app).index(f"Test image {suspects[2]}, labelled") < html(app).index(
        f"Test image {suspects[0]}, labelled"
    )


def test_the_last_verdict_can_be_undone(open_view, suspects):
    app = open_view(labels="judge")
    press(app, "No")
    press(app, "Yes")
    press(app, "Undo")
    assert asked(app) == suspects[1]
    press(app, "Undo")
    assert asked(app) == suspects[0]
    assert "Undo" not in [button.label for button in app.button]


def test_the_accuracy_is_told_with_and_without_the_labels_judged_wrong(open_view):
    app = open_view(labels="judge")
    press(app, "No")
    press(app, "No")
    press(app, "Yes")
    wrong = NINES_FOR_FOURS + 1
    assert metrics(app)["Labels judged"] == "3"
    assert metrics(app)["Accuracy, all images"] == f"{1 - wrong / 360:.2%}"
    assert metrics(app)["Without those judged wrong"] == f"{1 - (wrong - 2) / 358:.2%}"
    assert f"Correct are {360 - wrong} of 360 images, and {360 - wrong} of 358 without" in texts(app.caption)
    assert "do not compare networks by it" in texts(app.caption)
    assert [button.label for button in app.get("download_button")][-1:] == ["Verdicts as CSV"]


def test_the_ranking_marks_verdicts_and_shows_those_of_a_kind(open_view, suspects):
    app = open_view(labels="judge")
    press(app, "No")
    press(app, "Yes")
    app.pills(key="labels").set_value("ranking").run()
    assert shown(app)[suspects[0]].rstrip().endswith("✗")
    show(app, "wrong")
    assert list(shown(app)) == suspects[:1]
    show(app, "right")
    assert list(shown(app)) == suspects[1:2]
    show(app, "open")
    assert next(iter(shown(app))) == suspects[2]
    show(app, "unsure")
    assert not shown(app)
    assert "There is no such image." in texts(app.info)


def test_what_a_study_found_is_told_on_request_or_after_a_verdict(open_view, suspects, monkeypatch):
    known = {suspects[0]: KnownLabel(4, 9), suspects[1]: KnownLabel(4, 7, agreed=False)}
    monkeypatch.setattr("core.data.known_labels._KNOWN", {"digits": known})
    app = open_view(labels="judge")
    assert "people see" not in html(app)
    press(app, "No")
    assert "study: most people see 9" in html(app)
    assert "some see 7" not in html(app)
    app.pills(key="labels").set_value("ranking").run()
    assert "people see" not in html(app)
    show(app, "known")
    assert list(shown(app)) == suspects[:2]
    assert "people see 9" in shown(app)[suspects[0]]
    assert "people are divided, some see 7" in shown(app)[suspects[1]]
    assert "arXiv:2103.14749" in texts(app.caption)


def test_where_no_study_is_known_none_is_offered(open_view):
    assert "Found wrong by a study" not in find(open_view().selectbox, "Show").options


def test_a_visitor_of_an_open_app_keeps_verdicts_for_the_visit_alone(
    visit, make_run, suspects, runs_folder, monkeypatch
):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    # The run is the operator's, so a link leads to it.
    app = visit(view="labels", labels="judge", run=make_run().id)
    assert "kept while you visit" in texts(app.caption)
    press(app, "No")
    assert asked(app) == suspects[1]
    assert not verdict_path(runs_folder, "digits", "test").exists()


def test_a_damaged_file_of_verdicts_is_named_and_left_alone(open_view, runs_folder):
    path = verdict_path(runs_folder, "digits", "test")
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = open_view()
    assert [error.value for error in app.error if "digits.json cannot be read" in error.value]
    assert path.read_text() == "{"


def test_when_every_label_is_judged_it_says_so(open_view, runs_folder, digits):
    path = verdict_path(runs_folder, "digits", "test")
    path.parent.mkdir(parents=True)
    entries = [
        {"index": index, "label": int(label), "judgement": "right", "judged": ""}
        for index, label in enumerate(digits.labels)
    ]
    path.write_text(json.dumps({"format": "mnist-lab verdicts", "version": 1, "verdicts": entries}))
    app = open_view(labels="judge")
    assert "You have judged every label." in texts(app.success)
    press(app, "Undo")
    assert asked(app) == 359


@pytest.fixture
def mine(add_run):
    """A run that was trained for one epoch, with its record of it."""
    return read_run(add_run("Mine"))


@pytest.fixture
def train(tmp_path):
    return load_split("digits", tmp_path, "train")


@pytest.fixture
def long_calls(monkeypatch):
    """The long calls that the page has started, with their functions and arguments."""
    calls = []

    def start_long_call(_, function, *args, **_options):
        calls.append((function, args, MadeCall()))
        return calls[-1][-1]

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    return calls


FROM_TRAINING_FILE = r"Image (\d+) of the training file"


def numbers(app):
    """The images of the gallery by their index in the data set's training file."""
    return [int(number) for number in re.findall(rf'aria-label="{FROM_TRAINING_FILE}', html(app))]


@pytest.mark.usefixtures("mine")
def test_validation_images_are_predicted_by_themselves_with_a_way_to_cancel(visit, long_calls):
    app = visit(view="labels", run="Mine", among="val")
    [(function, args, call)] = long_calls
    assert function is predict_val
    assert not numbers(app)
    call.done.value = 0.5
    app.run()
    assert app.get("progress")[0].proto.text == "50% done"
    call.end(finish(predict_val(*args)))
    app.run()
    assert len(numbers(app)) == 36
    app = visit(view="labels", run="Mine", among="val")
    assert numbers(app)
    assert len(long_calls) == 1


def test_validation_images_are_ranked_by_predictions_that_are_out_of_sample(visit, mine, train, tmp_path):
    _, val = split_as_trained(mine, train)
    probabilities = finish(predict_val(mine, tmp_path))
    quality = probabilities[np.arange(len(val)), val.labels]
    app = visit(view="labels", run="Mine", among="val")
    first = len(train) - len(val)
    assert numbers(app) == (np.argsort(quality, kind="stable")[:36] + first).tolist()
    assert "which the network was not trained on" in texts(app.markdown)
    assert f"of {len(val)} labels look" in texts(app.markdown)
    # Only test images have a view of their own.
    assert "<figure data-image" not in html(app)
    assert "Found wrong by a study" not in find(app.selectbox, "Show").options
    app.pills(key="labels").set_value("judge").run()
    press(app, "No")
    right = int((probabilities.argmax(1) == val.labels).sum())
    assert metrics(app)["Accuracy, all images"] == f"{right / len(val):.2%}"


def test_training_images_are_ranked_by_the_mean_probability_of_their_label(visit, mine):
    app = visit(view="labels", run="Mine", among="train")
    [file] = find_epochs(mine.path)
    quality = read_epoch(file).true_probability
    assert numbers(app) == np.argsort(quality, kind="stable")[:36].tolist()
    assert "This is not out of sample" in texts(app.markdown)
    assert "Confident learning" not in texts(app.markdown)
    app.pills(key="labels").set_value("judge").run()
    press(app, "No")
    # The network was trained on these labels, so an accuracy on them tells nothing.
    assert "Labels judged" in metrics(app)
    assert "Accuracy, all images" not in metrics(app)


def test_verdicts_on_the_training_file_are_kept_apart_from_those_on_test_images(visit, mine, runs_folder, tmp_path):
    finish(predict_val(mine, tmp_path))
    app = visit(view="labels", run="Mine", among="train", labels="judge")
    press(app, "No")
    find(app.selectbox, "Images").set_value("val").run()
    assert "Labels judged" not in metrics(app)
    press(app, "Yes")
    find(app.selectbox, "Images").set_value("test").run()
    assert "Labels judged" not in metrics(app)
    assert not verdict_path(runs_folder, "digits", "test").exists()
    assert [entry.judgement for entry in read_verdicts(runs_folder, "digits", "train")] == ["wrong", "right"]


def test_a_run_without_a_record_of_its_epochs_says_why_its_training_images_are_not_ranked(open_view):
    assert "no record of how it learned" in texts(open_view(among="train").info)


def test_a_run_without_validation_images_says_so(visit, add_run):
    add_run("Mine", val_fraction=0.0)
    assert "none were held out for validation" in texts(visit(view="labels", run="Mine", among="val").info)
