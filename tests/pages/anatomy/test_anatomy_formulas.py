"""The Anatomy page's formulas, and the lesson on layers without activations."""

import numpy as np

from core import settings
from core.anatomy.formulas import formulas
from core.anatomy.inside import collapse_network, describe
from core.anatomy.updates import update
from core.charts.bends import bends_data
from core.data.datasets import load_split
from core.data.image_file import save_images
from core.execution.train_run import train_run
from pages.components.anatomy import collapse
from tests.made import make_config, make_images
from tests.pages.anatomy.seen import html, metric
from tests.pages.charts import curves
from tests.pages.drawing import find, texts


def test_steps_are_counted_with_the_images_that_a_run_has_of_its_own(visit, store):
    record = store.create(make_config(train_images=0, val_fraction=0.0, epochs=1), "Taught")
    save_images(record.extra_file, make_images(70, 1))
    train_run(record, store.root)
    assert "of 32 images: 3 times per epoch" in texts(visit("Formulas", run=record.id).markdown)


def test_formulas_carry_the_runs_own_values(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (13,)}, optimizer="sgd", lr=0.025, momentum=0.75)
    page = html(visit("Formulas", run=record.id))
    assert r"\mathbf{W}_{1} \in \mathbb{R}^{13 \times 784}" in page
    assert r"v_t = 0.75\; v_{t-1} + g_t" in page
    assert r"\theta_t = \theta_{t-1} - 0.025\; v_t" in page


def test_each_layer_has_its_own_formulas_forward_and_backward(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (13,)}, schedule="step", gamma=0.5, step_size=3)
    app = visit("Formulas", run=record.id)
    anatomy = describe(record.config)
    assert [expander.label for expander in app.expander] == [
        "**Flatten** · 1 × 28 × 28 → 784",
        "**fc1** · Fully connected · 784 → 13",
        "**ReLU** · 13",
        "**fc2** · Fully connected · 13 → 10",
        "**Softmax and loss** · 10",
    ]
    for expander, lines in zip(app.expander, formulas(anatomy, record.config.batch_size), strict=True):
        shown = [column.markdown[0].value if column.markdown else "" for column in expander.columns]
        assert shown == ["\n\n".join(f"$$\n{line}\n$$" for line in side) for side in (lines.forward, lines.backward)]
    values = update(record.config)
    assert [f"$$\n{line}\n$$" for line in (*values.values, values.schedule)] == str(app.markdown[-1].value).split(
        "\n\n"
    )


def test_the_optimizer_of_a_fresh_network_can_be_chosen(visit):
    app = visit("Formulas", arch="mlp")
    names = find(app.button_group, "Optimizer").options
    assert names == ["SGD", "Momentum", "Adam", "AdamW", "Adadelta"]
    titles = ("Plain SGD", "SGD with momentum", "Adam", "AdamW", "Adadelta")
    for name, title in zip(names, titles, strict=True):
        find(app.button_group, "Optimizer").set_value(name).run()
        assert f"**{title}** changes each of the 118,282 parameters" in texts(app.markdown)
    assert find(visit("Formulas", arch="numpy-mlp").button_group, "Optimizer").options == ["SGD"]


def test_the_collapse_of_the_runs_own_layers(visit, add_run, calls, monkeypatch):
    monkeypatch.setattr(collapse, "_N_IMAGES", 90)
    record = add_run(arch="mlp", options={"hidden": (16, 12)})
    app = visit("Why an activation?", run=record.id)
    test = load_split("digits", settings.data_root(), "test")[:90]
    found = collapse_network(record.config, record.path, test.images, test.labels)
    assert "784 → 16 → 12 → 10, against 784 → 10" in texts(app.markdown)
    assert "This network without its activations" in texts(app.subheader)
    assert "The convolutions" not in texts(app.caption)
    assert metric(app, "With activations") == f"{found.accuracy:.1%}"
    assert metric(app, "Without") == f"{found.linear_accuracy:.1%}" != metric(app, "With activations")
    assert metric(app, "Parameters") == "12,894"
    assert metric(app, "As one layer") == "7,850"
    assert metric(app, "Rank") == "10"
    assert f"they reach {found.collapse.largest_output:.3g} and differ by" in texts(app.markdown)
    assert f"the network's logits differ from these by up to {found.change:.3g}" in texts(app.markdown)
    find(app.slider, "Hidden layers").set_value(3).run()
    find(app.select_slider, "Units in each").set_value(8).run()
    assert "784 → 8 → 8 → 8 → 10, against 784 → 10" in texts(app.markdown)
    assert "through 8 numbers has at most rank 8" in texts(app.markdown)
    assert [element.value for element in app.metric if element.label == "Rank"][-1] == "8"
    find(app.select_slider, "Units in each").set_value(16).run()
    assert "at most rank" not in texts(app.markdown)
    assert calls.count("collapse_network") == 1, "it is computed once, not at every turn of a slider"


def test_of_a_network_with_convolutions_the_last_layers_alone_are_collapsed_and_it_is_said(visit, add_run):
    app = visit("Why an activation?", run=add_run(arch="cnn", options={}).id)
    assert "9,216 → 128 → 10, against 9,216 → 10" in texts(app.markdown)
    assert "This network without its activations" not in texts(app.subheader)
    assert "The convolutions before them keep their activations" in texts(app.caption)


def test_a_network_of_one_hidden_layer_can_be_collapsed_too(visit, add_run):
    app = visit("Why an activation?", run=add_run(arch="mlp", options={"hidden": (16,)}).id)
    assert "784 → 16 → 10, against 784 → 10" in texts(app.markdown)


def test_a_single_layer_has_nothing_to_collapse_and_the_line_bends_by_other_weights(visit):
    app = visit("Why an activation?", arch="softmax")
    assert all("This network" not in element.value for element in app.subheader)
    for seed in (4, 5, 6):
        lines = curves(app.get("echarts_chart")[0])
        data = bends_data(seed)
        for name, values in (("linear layers alone", data.linear), ("with ReLU between them", data.relu)):
            np.testing.assert_allclose([y for _, y in lines[name]], values, atol=2e-4)
        find(app.button, "Other weights").click().run()
