"""A page in presenter mode."""

from __future__ import annotations


def present(app):
    """Switch presenter mode on."""
    app.session_state["is_presenting"] = True
    app.run()
    assert not app.exception
    return app


def is_hidden(app, element):
    """Whether presenter mode hides the element: a container around it is a form's."""
    return any(other is element for other in _inside(app._tree, within_form=False))


def container_of(app, element):
    """What the container that holds the element holds besides."""
    return next(
        [*block.children.values()] for block in _blocks(app._tree) if any(c is element for c in block.children.values())
    )


def _inside(block, within_form):
    for child in getattr(block, "children", {}).values():
        is_form = within_form or "-form_" in getattr(getattr(child, "proto", None), "id", "")
        if is_form:
            yield child
        yield from _inside(child, is_form)


def _blocks(block):
    if hasattr(block, "children"):
        yield block
        for child in block.children.values():
            yield from _blocks(child)
