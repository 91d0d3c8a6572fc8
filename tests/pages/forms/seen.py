"""What a visitor sees of a form."""

from __future__ import annotations

from streamlit.testing.v1.element_tree import Block, Markdown


def below(app, label, number=0):
    """What is said directly below a field; the empty text where nothing is.

    number: which field of that label, from the top.
    """
    found = [children[place + 1 :] for children, place in _places(app.main, label)]
    return " ".join(element.value for element in found[number] if isinstance(element, Markdown))


def lines(app):
    """The lines under which fields are folded: the settings, and more of them."""
    return [fold.label for fold in app.expander][:2]


def _places(block, label):
    children = list(block.children.values())
    for place, child in enumerate(children):
        if isinstance(child, Block):
            yield from _places(child, label)
        elif getattr(child, "label", None) == label:
            yield children, place
