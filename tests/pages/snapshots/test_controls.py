"""What each control changes on its page: the lines of the page's outline that are others after it is used."""

import difflib

import pytest

from core.config.recipes import RECIPES
from core.stress.result import save_stress
from models import MODELS
from pages.components.draw.canvas.canvas import DRAWING
from tests.made import make_stress
from tests.pages.drawing import LEFT, MIDDLE, ONE, as_object
from tests.pages.snapshots.outline import outline

# Kinds of elements that are set to a value; all others are clicked.
_SET = ("selectbox", "button_group", "toggle", "number_input", "text_input", "multiselect", "slider", "select_slider")
DIGIT = {DRAWING: [as_object(ONE)]}
NUMBER = {DRAWING: [as_object(LEFT), as_object(MIDDLE)]}


def controls(*used):
    """A test for each of these: the label or key of a control, and what it is set to."""
    return pytest.mark.parametrize("control", [pytest.param(each, id="-".join(map(str, each))) for each in used])


@pytest.fixture
def check_change(visit, mine, check_text):
    """Uses the control of this label or key, and compares what it changes."""
    save_stress(mine, make_stress())

    def compare(page, control, *value, session=None, **where):
        # Run again: what the first run alone sends, such as values that the page has set, is no change.
        app = visit(page, session, **{"run": mine.id, **where}).run()
        before = outline(app)
        element = _find(app, control)
        (element.set_value(*value) if value else element.click()).run()
        assert not app.exception
        _, _, *lines = difflib.unified_diff(before.splitlines(), outline(app).splitlines(), n=0, lineterm="")
        check_text("\n".join(line for line in lines if line[0] in "+-") + "\n")

    return compare


def _find(app, control):
    return next(one for kind in (*_SET, "button") for one in app.get(kind) if control in (one.key, one.label))


@controls(
    ("shortcut_1_9",),
    ("confusion_normalize", "true"),
    ("confusion_normalize", "predicted"),
    ("confusion_normalize", "all"),
    ("confusion_hide_diagonal", True),
    ("evaluate_raw", True),
    ("True", 8),
    ("Predicted", 9),
)
def test_of_the_mistakes(check_change, control):
    check_change("evaluate", *control)


@pytest.mark.parametrize("group", ["only_b", "both_wrong"])
def test_of_two_runs(check_change, group):
    check_change("evaluate", "images", group, view="compare")


@pytest.mark.parametrize("cell", [{"true": "5"}, {"predicted": "1"}, {"true": "5", "predicted": "1"}], ids="-".join)
def test_of_a_cell_of_two_runs(check_change, cell):
    check_change("evaluate", "Show all", view="compare", **cell)


@pytest.mark.parametrize("source", ["features", "pixels", "dense"])
def test_of_the_map(check_change, source):
    check_change("evaluate", "of", source, view="map")


@controls(
    ("replay_side", "classes"),
    ("epoch", 1),
    ("replay_images", "right"),
    ("replay_images", "lost"),
    ("replay_images", "changed"),
)
def test_of_how_it_learned(check_change, control):
    check_change("evaluate", *control, view="dynamics")


@pytest.mark.parametrize("threshold", [0.5, 0.99])
def test_of_the_calibration(check_change, threshold):
    check_change("evaluate", "abstention_threshold", threshold, view="calibration")


@controls(("among", "val"), *[("labels_shown_digits_test", shown) for shown in ("wrong", "right", "unsure")])
def test_of_the_labels(check_change, control):
    check_change("evaluate", *control, view="labels")


def test_of_the_stress_test(check_change):
    check_change("evaluate", "Compare with", ["Other"], view="stress")


@pytest.mark.parametrize("control", ["Back", "label_right", "label_wrong", "label_unsure"])
def test_of_a_test_image(check_change, control):
    check_change("evaluate", control, image="17", look="label")


@controls(("why_for", 3), ("why_not", 3))
@pytest.mark.parametrize("method", ["occlusion", "saliency"])
def test_of_an_explanation(check_change, method, control):
    check_change("draw", *control, session=DIGIT, look="why", why=method)


@controls(
    ("canvas_clear",),
    ("canvas_undo",),
    ("canvas_brush", 24),
    ("canvas_live", True),
    ("step_cut_out", False),
    ("step_thicken", False),
    ("step_centre", False),
)
def test_of_a_drawing(check_change, control):
    check_change("draw", *control, session=DIGIT, look="steps")


@pytest.mark.parametrize("panel", ["steps", "sure", "networks", "why", "mine"])
def test_of_a_number_its_digit_to_look_at(check_change, panel):
    check_change("draw", "Digit to look closer at", 1, session=NUMBER, look=panel)


def test_of_the_test_images(check_change):
    check_change("draw", "draw_image", 7, source="test")


@controls(("The drawing",), ("pixels_pen", False))
def test_of_the_pixels(check_change, control):
    check_change("draw", *control, session=DIGIT, source="pixels")


@controls(("Networks", ["Other"]), ("Networks", []))
def test_of_the_networks(check_change, control):
    check_change("draw", *control, session=DIGIT, look="networks")


@pytest.mark.parametrize("recipe", [name for name, recipe in RECIPES.items() if not recipe.grid])
def test_of_a_run_its_recipe(check_change, recipe):
    check_change("train", "Recipe", recipe)


@pytest.mark.parametrize("arch", [arch for arch in MODELS if arch != "mlp"])
def test_of_a_run_its_architecture(check_change, arch):
    check_change("train", "Architecture", arch)


@controls(
    ("Optimizer", "sgd"),
    ("Schedule", "step"),
    ("Schedule", "one-cycle"),
    ("Hidden layers", "12-x"),
    ("Learning rate", 0.0),
    ("Validation share", 0.0),
    ("Data set", "digits"),
    ("Use its settings",),
    ("Compare with", ["Other"]),
    ("smoothing", 0.0),
)
def test_of_a_run(check_change, control):
    check_change("train", *control)


@controls(
    ("Recipe", "quick-sweep"),
    ("Seeds per cell", 3),
    ("Rows", "lr"),
    ("Columns", None),
    ("Architecture", "cnn"),
    ("sweep_1_values_1", "8, x"),
    ("sweep_processes", 2),
)
def test_of_a_sweep(check_change, control):
    check_change("sweep", *control)


@controls(("twin_precision", "float32"), ("twin_lr", 0.0), ("twin_hidden", "0-8"))
def test_of_the_twins(check_change, control):
    check_change("twins", *control, twin_dataset="digits", twin_hidden="24-16")
