"""Whatever an address says, the page opens, and says what it cannot take up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.catalog import DATASETS
from core.owners.visitor import new_key
from core.stress.kinds import KINDS
from models import MODELS
from pages.components.classroom.views import VIEWS as BOARD
from pages.components.draw.panels import PANELS
from pages.components.draw.sources import SOURCES
from pages.components.evaluate.views import VIEWS
from pages.components.shell.sitemap import offered_pages
from pages.components.train.config_form import _IN_ADDRESS
from tests.pages.shell.address_names import read_in_pages

RUNS = ["z-good"]
LOOKS = {"look": [*PANELS], "why": ["saliency", "occlusion"]}
FORM = {name: [*known] for name, (_, known) in _IN_ADDRESS.items()}
TWINS = ["twin_precision", "twin_lr", "twin_dataset", "twin_hidden", "twin_batch", "twin_seed"]
NUMBER = ["0", "1", "7"]
# The parameters that a page reads, each with values that it can take.
NAMES: dict[str, dict[str, list[str]]] = {
    "home": {},
    "train": {"run": RUNS, **FORM},
    "draw": {"run": RUNS, "source": [*SOURCES], **LOOKS},
    "evaluate": {
        "run": RUNS,
        "view": [*VIEWS],
        "image": NUMBER,
        "other": RUNS,
        "true": NUMBER,
        "predicted": NUMBER,
        "slice": ["0"],
        "epoch": NUMBER,
        "labels": ["ranking", "judge"],
        "among": ["test", "val"],
        "images": ["only_b", "both_wrong"],
        "stress": [*KINDS],
        "of": ["pixels"],
        "method": ["pca", "tsne"],
        "colour": ["class", "right"],
        **LOOKS,
    },
    "sweep": {"sweep": ["s"]},
    "twins": {name: ["1", "digits", "float64", "0.1", "8, 8"] for name in TWINS},
    "anatomy": {"run": RUNS, "arch": [*MODELS]},
    "classroom": {
        "board": [*BOARD],
        "board_data": [*DATASETS],
        "run": RUNS,
        "true": NUMBER,
        "predicted": NUMBER,
        "class": ["class-7b"],
    },
}
# Any page reads it, of a visitor whose browser keeps no cookies.
EVERYWHERE = {"visitor": [new_key()]}
# Where parameters are read in a loop over a table: their names are looked up here by hand.
TABLES = {
    "pages.components.evaluate.mistakes.choice": {"true", "predicted"},
    "pages.components.forms.kept_form": {*FORM},
    "pages.components.train.config_form": {*FORM},
}
# A browser sends text that is UTF-8.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = (
    st.integers().map(str) | st.floats().map(str) | st.sampled_from(["9" * 5000, "1e999", "-1", "0x10", "１２", "nan"])
)
VALUES = TEXT | NUMBERS | st.sampled_from(["", "mnist", "digits", "mlp", "cnn", "../..", "z-good", "<b>", "x" * 20_000])


@pytest.fixture(autouse=True)
def with_class(monkeypatch):
    """The Class page is there as well."""
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "class-7b")


def test_every_parameter_that_a_page_reads_is_tried():
    names, modules = read_in_pages()
    assert modules == TABLES.keys()
    assert names.union(*TABLES.values()) == set().union(*NAMES.values(), EVERYWHERE)


def test_every_page_is_tried():
    assert NAMES.keys() == offered_pages().keys()


@pytest.mark.slow
@pytest.mark.usefixtures("shared_compute")
@pytest.mark.parametrize("page", NAMES)
def test_every_address_opens_a_page(page, add_run, visit_script, defects):
    add_run("z-good")
    app = visit_script(page)
    known = {name: VALUES | st.sampled_from(values) for name, values in (NAMES[page] | EVERYWHERE).items()}

    @settings(max_examples=40)
    @given(st.fixed_dictionaries({}, optional=known), st.dictionaries(TEXT, VALUES, max_size=1))
    def visit(parameters, others):
        app.query_params.clear()
        for name, value in (others | parameters).items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        assert not defects

    visit()
