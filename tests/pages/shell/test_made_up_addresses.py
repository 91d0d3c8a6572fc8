"""Whatever an address says, the page opens, and says what it cannot take up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.components.shell.sitemap import PAGES

# The parameters that a page reads.
NAMES = {
    "home": [],
    "draw": ["run", "source", "panel"],
    "train": ["run", "recipe", "arch", "dataset", "epochs", "lr", "batch_size", "hidden", "seed", "view"],
    "evaluate": ["run", "view", "image", "other", "y_true", "y_pred", "slice", "of", "epoch", "look"],
    "sweep": ["sweep", "recipe", "arch", "dataset", "epochs", "lr", "cell"],
    "twins": ["view", "twin_precision", "twin_lr", "twin_dataset", "twin_hidden", "twin_batch", "twin_seed"],
    "anatomy": ["run", "arch", "view", "layer", "unit", "source"],
}
# A browser sends text that is UTF-8.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = (
    st.integers().map(str) | st.floats().map(str) | st.sampled_from(["9" * 5000, "1e999", "-1", "0x10", "１２", "nan"])
)
VALUES = TEXT | NUMBERS | st.sampled_from(["", "mnist", "digits", "mlp", "cnn", "../..", "z-good", "<b>", "x" * 20_000])


@pytest.mark.slow
@pytest.mark.usefixtures("shared_compute")
@pytest.mark.parametrize("page", PAGES)
def test_every_address_opens_a_page(page, add_run, visit_script, defects):
    add_run("z-good")
    app = visit_script(page)

    @settings(max_examples=25)
    @given(st.dictionaries(st.sampled_from(NAMES[page]) if NAMES[page] else TEXT, VALUES, max_size=4))
    def visit(parameters):
        app.query_params.clear()
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        assert not defects

    visit()
