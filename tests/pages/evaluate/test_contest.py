"""Beating the network, as a visitor without a browser."""

import re

import pytest

from core.evaluation.contest import make_contest
from core.evaluation.samples import make_samples
from tests.pages.drawing import find, texts


@pytest.fixture
def drawn(digits, answers):
    """The images of the first round."""
    return make_contest(make_samples(digits.labels, answers), 0).samples


@pytest.fixture
def app(visit, make_run):
    make_run()
    return visit(view="contest")


def score(app):
    return {metric.label: metric.value for metric in app.metric if metric.label in ("You", "The network", "Answered")}


def answer(app, label):
    app.button(key=f"contest_{label}").click().run()
    assert not app.exception


def said(app):
    html = next((html.proto.body for html in app.get("html") if "lab-sprites" in html.proto.body), "")
    return re.findall(r'title="(.+?)".*?<figcaption>(.+?)</figcaption>', html, re.DOTALL)


def test_each_answer_counts_for_both_and_stays_with_its_image(app, drawn):
    assert score(app) == {"You": "0", "The network": "0", "Answered": "0 of 10"}
    assert not said(app)
    first, second = (int(true) for true in drawn.y_true[:2])
    answer(app, first)
    answer(app, (second + 1) % 10)
    right = drawn.y_pred[:2] == drawn.y_true[:2]
    assert score(app) == {"You": "1", "The network": str(right.sum()), "Answered": "2 of 10"}
    marks = ["✓" if is_right else "✗" for is_right in right]
    # The latest comes first.
    assert said(app) == [
        (
            f"Test image {drawn.index[1]}: true {second}",
            f"it is: {second}\nyou: {(second + 1) % 10} ✗\nnetwork: {drawn.y_pred[1]} {marks[1]}",
        ),
        (
            f"Test image {drawn.index[0]}: true {first}",
            f"it is: {first}\nyou: {first} ✓\nnetwork: {drawn.y_pred[0]} {marks[0]}",
        ),
    ]


def test_a_round_ends_with_a_verdict_and_the_next_has_other_images(app, drawn, digits, answers):
    network = int((drawn.y_pred == drawn.y_true).sum())
    assert 0 < network < 10
    for true in drawn.y_true:
        answer(app, int(true))
    assert f"You beat the network, 10 to {network}." in texts(app.markdown)
    assert "the test images of which the network is least sure" in texts(app.caption)
    seen = {title for title, _ in said(app)}
    find(app.button, "Another ten").click().run()
    assert score(app)["Answered"] == "0 of 10"
    answer(app, 0)
    [(title, _)] = said(app)
    assert title not in seen
    second = make_contest(make_samples(digits.labels, answers), 1).samples
    assert title.startswith(f"Test image {second.index[0]}:")


def test_the_network_can_win_and_as_many_right_answers_are_a_draw(visit, make_run, drawn):
    record, network = make_run(), int((drawn.y_pred == drawn.y_true).sum())
    app = visit(view="contest")
    for reader, verdict in ((0, f"The network wins, {network} to 0."), (network, f"A draw, {network} to {network}.")):
        given = [int(true) if place < reader else (int(true) + 1) % 10 for place, true in enumerate(drawn.y_true)]
        app.session_state[f"contest_{record.id}"] = 0, tuple(given)
        assert verdict in texts(app.run().markdown)
