"""What a visitor of the Evaluate page sees, and what a made network answers."""

import re

from core.metrics.classification import count_confusion, score
from core.runs.result import RunResult
from tests.pages.drawing import find

# Images of a 4 that the made network takes for a 9.
NINES_FOR_FOURS = 5


def give(probabilities, i, true, predicted, confidence):
    probabilities[i] = 0.0
    probabilities[i, predicted] = confidence
    probabilities[i, true] = 1 - confidence


def make_result(labels, probabilities):
    result = score(labels, probabilities)
    confusion = tuple(map(tuple, count_confusion(labels, probabilities.argmax(1)).tolist()))
    return RunResult(2, 2, None, None, result.accuracy, result.loss, len(labels), 10, 1.0, "cpu", confusion)


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def captions(app):
    """What stands under the images of the gallery: true class, predicted class, confidence."""
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    pattern = r"<figcaption>(.+?) → <span.*?>(.+?)</span><small>(.+?)</small>"
    return re.findall(pattern, gallery)


def choose(app, true=None, predicted=None):
    find(app.selectbox, "True").set_value(true)
    find(app.selectbox, "Predicted").set_value(predicted)
    app.run()
    assert not app.exception
    return app


def text(app):
    return " ".join(element.value for element in app.markdown)
