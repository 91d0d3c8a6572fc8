"""What a visitor of the Anatomy page sees."""

from tests.pages.drawing import find

NUMBER = "Number (0–359)"


def metric(app, label):
    return find(app.metric, label).value


def html(app):
    """All HTML of the page, that in Markdown included."""
    return " ".join([*(element.proto.body for element in app.get("html")), *(str(m.value) for m in app.markdown)])
