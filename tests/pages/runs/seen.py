"""What the tests of the table of runs see and do in it."""


def labels(app):
    """The buttons' labels, in their order."""
    return [button.label for button in app.button]


def tick(app, *rows):
    """Tick these rows of the table and no others."""
    app.session_state[app.dataframe[0].key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app
