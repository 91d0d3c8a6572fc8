"""What a visitor of the Sweep page sees and does."""

from tests.pages.drawing import find


def has(elements, label):
    return any(element.label == label for element in elements)


def choose_quick(app):
    return find(app.selectbox, "Recipe").select("quick-sweep").run()


def values(app):
    """The two fields with the values that are tried."""
    return [element for element in app.text_input if element.label == "Values"]
