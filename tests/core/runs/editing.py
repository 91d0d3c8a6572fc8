"""A run's files changed by hand."""

import json


def edit(record, file, **changes):
    path = record.path / file
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, **changes}))


def edit_config(record, **changes):
    edit(record, "config.json", config={**record.config.to_dict(), **changes})
