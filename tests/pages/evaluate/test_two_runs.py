"""Two runs on the same test images, as a visitor without a browser."""

import json
import re

import numpy as np
import pytest

from core.metrics.intervals import wilson_interval
from core.metrics.mcnemar import mcnemar_test
from core.runs.result import write_result
from core.storage.arrays import save_arrays
from core.storage.atomic import write_atomically
from core.storage.reading import read_json
from pages.components.evaluate.compare.verdict import p_text
from tests.pages.drawing import find, html
from tests.pages.evaluate.seen import give, make_result, text
from tests.pages.frontend import cell_texts, click_cell


@pytest.fixture
def better(digits, answers):
    """Probabilities of a network that reads four of those five 4s, and takes two 1s for a 7, and the 0 for an 8."""
    probabilities = answers.copy()
    for i in np.flatnonzero(digits.labels == 4)[:4]:
        give(probabilities, i, true=9, predicted=4, confidence=0.9)
    for i in np.flatnonzero(digits.labels == 1)[:2]:
        give(probabilities, i, true=1, predicted=7, confidence=0.7)
    give(probabilities, np.flatnonzero(digits.labels == 0)[0], true=0, predicted=8, confidence=0.6)
    return probabilities


@pytest.fixture
def runs(make_run, digits, better):
    first, second = make_run("First"), make_run("Second")
    save_arrays(second.predictions_file, {"probabilities": better})
    write_result(second.path, make_result(digits.labels, better))
    return first, second


@pytest.fixture
def app(visit, runs):
    first, second = runs
    return visit(view="compare", run=first.id, other=second.id)


def change(record, **more):
    values = read_json(record.path / "config.json")
    write_atomically(record.path / "config.json", json.dumps(values | more))


def change_dataset(record):
    config = read_json(record.path / "config.json")["config"]
    change(record, config=config | {"dataset": "mnist"})


def labels(app):
    """The test image, true and predicted class of each image in the gallery."""
    galleries = [html.proto.body for html in app.get("html") if "lab-gallery" in html.proto.body]
    pattern = r'aria-label="Test image (\d+): true (\d), predicted (\d)"'
    return [tuple(map(int, found)) for gallery in galleries for found in re.findall(pattern, gallery)]


def show(app, group):
    app.button_group(key="images").set_value(group)
    return app.run()


def test_the_difference_of_both_matrices_is_written_with_its_sign(app):
    assert cell_texts(app) == {
        (0, 6): "−1",
        (0, 8): "+1",
        (1, 1): "−2",
        (1, 7): "+2",
        (4, 4): "+4",
        (4, 9): "−4",
    }


def test_both_accuracies_have_their_interval(app):
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    for label, right in (("A: First", 354), ("B: Second", 356)):
        low, high = wilson_interval(right, 360)
        assert shown[label] == (f"{right / 360:.2%}", f"{low:.2%} to {high:.2%}")


def test_the_test_tells_its_two_counts_and_what_they_mean(app):
    p_value = mcnemar_test(2, 4).p_value
    assert f"A alone is right on **2** images, B alone on **4**: p = {p_value:.2f}" in text(app)
    assert "Networks that are equally good differ as much by chance often enough." in text(app)
    assert "tell which is better; here they are 6." in text(app)
    assert "It is about these two trained networks, not about their recipes" in text(app)


def test_a_difference_that_is_more_than_chance_is_called_so(visit, runs, digits, answers):
    first, second = runs
    perfect = answers.copy()
    for i in np.flatnonzero(answers.argmax(1) != digits.labels):
        give(perfect, i, true=(digits.labels[i] + 1) % 10, predicted=digits.labels[i], confidence=0.9)
    save_arrays(second.predictions_file, {"probabilities": perfect})
    assert "On images like these B is better" in text(visit(view="compare", run=first.id, other=second.id))
    assert "On images like these A is better" in text(visit(view="compare", run=second.id, other=first.id))


@pytest.mark.parametrize(("p_value", "words"), [(1.0, "= 1.00"), (0.0123, "= 0.012"), (1e-9, "< 0.0001")])
def test_no_p_value_is_called_nothing(p_value, words):
    assert p_text(p_value) == words


def test_each_group_shows_its_images_with_the_wrong_answers(app, digits):
    ones, fours = (np.flatnonzero(digits.labels == label) for label in (1, 4))
    zero = np.flatnonzero(digits.labels == 0)[0]
    assert sorted(labels(app)) == [(i, 1, 7) for i in ones[:2]]
    assert "Under each image stands what B takes it for." in text(app)
    assert sorted(labels(show(app, "only_b"))) == [(i, 4, 9) for i in fours[:4]]
    assert "Under each image stands what A takes it for." in text(app)
    assert sorted(labels(show(app, "both_wrong"))) == sorted([(zero, 0, 6), (fours[4], 4, 9)])
    assert "Under each image stands what A takes it for." in text(app)
    assert "B takes 1 of them for the same." in [caption.value for caption in app.caption]


def test_a_click_on_a_cell_shows_its_images_alone(app, digits):
    fours = np.flatnonzero(digits.labels == 4)
    show(app, "both_wrong")
    click_cell(app, (4, 9))
    assert labels(app) == [(fours[4], 4, 9)]
    assert "st-key-difference .shape-group:nth-of-type(50)" in html(app)
    assert "Images of **4** that A or B takes for **9**." in text(app)
    click_cell(app, (1, 7))
    assert labels(app) == []
    assert "Both are wrong on **0** images." in text(app)
    find(app.button, "Show all").click().run()
    assert len(labels(app)) == 2


def test_a_class_that_was_chosen_among_the_mistakes_stays_chosen(visit, runs, digits):
    first, second = runs
    fours = np.flatnonzero(digits.labels == 4)
    app = show(visit(view="compare", run=first.id, other=second.id, true="4"), "both_wrong")
    assert labels(app) == [(fours[4], 4, 9)]
    assert "Images of **4**." in text(app)
    app = show(visit(view="compare", run=first.id, other=second.id, predicted="8"), "both_wrong")
    assert [true for _, true, _ in labels(app)] == [0]
    assert "Images that A or B takes for **8**." in text(app)


def test_only_runs_that_were_measured_on_the_same_images_are_offered(visit, runs, make_run):
    first, second = runs
    make_run("Unmeasured", measured=False)
    change_dataset(make_run("Of MNIST"))
    trial = make_run("A trial")
    change(trial, tags={"sweep": "s"})
    box = find(visit(view="compare", run=first.id).selectbox, "Compared with (B)")
    assert [option.partition(" · ")[0] for option in box.options] == ["Second"]
    assert box.value == second.id
    # The address can ask for a trial.
    box = find(visit(view="compare", run=first.id, other=trial.id).selectbox, "Compared with (B)")
    assert box.value == trial.id


def test_a_run_that_cannot_be_compared_is_named_with_the_reason(visit, runs, make_run):
    first, second = runs
    unmeasured, of_mnist = make_run("Fresh", measured=False), make_run("Of MNIST")
    change_dataset(of_mnist)
    for asked, reason in (
        (unmeasured.id, "“Fresh” has not been measured on the test set yet."),
        (of_mnist.id, "“Of MNIST” was trained on MNIST: only a network for "),
        (first.id, "“First” is the first network already."),
        ("nonsense", "There is no run 'nonsense'."),
    ):
        app = visit(view="compare", run=first.id, other=asked)
        assert app.warning[0].value.startswith(reason)
        assert find(app.selectbox, "Compared with (B)").value == second.id


def test_the_chosen_second_run_stands_in_the_address(visit, runs, make_run):
    first, second = runs
    third = make_run("Third")
    app = visit(view="compare", run=first.id, other=second.id)
    find(app.selectbox, "Compared with (B)").set_value(third.id).run()
    assert app.query_params["other"] == third.id
    assert cell_texts(app) == {}


def test_without_a_second_run_the_page_says_so(visit, make_run):
    make_run("Alone")
    app = visit(view="compare")
    assert "There is no other network that was measured on" in app.info[0].value


def test_damaged_predictions_are_named(visit, runs):
    first, second = runs
    second.predictions_file.write_bytes(b"nothing")
    app = visit(view="compare", run=first.id, other=second.id)
    assert f"{second.id}/predictions.safetensors is damaged" in app.error[0].value
