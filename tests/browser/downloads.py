"""Downloads in a browser."""

import json

from playwright.sync_api import TimeoutError as PlaywrightTimeout

# Milliseconds after which a click that nothing came of is made again: the page did not hear it while it drew itself.
_PATIENCE = 15_000
_TRIES = 4


def download_json(page, button, file):
    """What a button downloads, saved as `file` and read."""
    for _ in range(_TRIES):
        try:
            with page.expect_download(timeout=_PATIENCE) as download:
                page.get_by_role("button", name=button).click()
            break
        except PlaywrightTimeout:
            continue
    else:
        raise AssertionError(f"{button} was pressed {_TRIES} times, and nothing came")
    download.value.save_as(file)
    return json.loads(file.read_text())
