"""The diagram of a network, and numbers as colours."""

import re

import numpy as np
import pytest

from core.anatomy.inside import describe
from core.charts.network import network_data
from pages.components.charts.network import network_chart
from pages.components.charts.palette import NEGATIVE, POSITIVE
from pages.components.pictures.signed import as_cells, largest, rgb, signed_pixels
from tests.made import make_config


def blocks_of(arch, **options):
    return network_data(describe(make_config(arch=arch, optimizer="sgd", options=options)))


def test_a_block_for_the_image_and_for_each_layer():
    blocks = blocks_of("cnn")
    assert [block.drawing for block in blocks] == [
        "sheets", "sheets", "relu", "sheets", "sheets", "relu", "dropout", "flatten", "dots", "relu", "dropout",
        "dots", "softmax",
    ]  # fmt: skip
    assert blocks[0].shape == (1, 28, 28)
    assert [block.name for block in blocks if block.is_weighted] == ["conv1", "conv2", "fc1", "fc2"]


def test_the_diagram_tells_shapes_and_parameters_without_a_line_that_markdown_would_take_for_code():
    html = network_chart(blocks_of("cnn"))
    assert "\n" not in html
    assert html.count("<svg") == html.count("</svg>") == 13
    assert "64 × 24 × 24" in html
    assert "1,179,776 <br>parameters" in html
    assert html.count("64 × 12 × 12") == 1, "a shape is named where it changes"
    assert network_chart(blocks_of("mlp")).count("<span>128</span>") == 2, "and with all weights"


def test_more_channels_are_more_sheets():
    figures = network_chart(blocks_of("handwriting")).split("<figure")[1:]
    sheets = {figure.split("<b>")[1].split("</b>")[0]: figure.count("<rect") for figure in figures}
    # One for a single channel, and one more for each doubling, up to six.
    assert [sheets[name] for name in ("image", "conv1", "conv3", "conv5")] == [1, 5, 6, 6]


def test_every_activation_has_its_curve():
    curves = {kind: network_chart(blocks_of("mlp", activation=kind)) for kind in ("relu", "prelu", "sigmoid", "tanh")}
    assert len(set(curves.values())) == 4
    assert "1 <br>parameter<" in curves["prelu"]


def test_wider_layers_are_drawn_longer():
    def dots(width):
        return network_chart(blocks_of("mlp", hidden=(width,))).count("<circle")

    assert dots(1) < dots(8) < dots(64) < dots(512)


@pytest.mark.parametrize("width", [1, 8, 64, 512])
def test_a_layer_s_dots_stand_in_the_middle_of_their_picture(width):
    chart = network_chart(blocks_of("mlp", hidden=(width,)))
    column = [float(y) for y in re.findall(r'cy="([\d.]+)" r="3"', chart.split("<figure")[3])]
    assert (min(column) + max(column)) / 2 == pytest.approx(36)


def test_colours_tell_the_sign_and_strength_the_distance_from_0():
    pixels = signed_pixels(np.array([[2.0, -1.0, 0.0, -4.0]]), limit=2.0)
    assert pixels.shape == (1, 4, 4)
    assert tuple(pixels[0, 0]) == (*rgb(POSITIVE), 255)
    assert tuple(pixels[0, 1]) == (*rgb(NEGATIVE), 128)
    assert pixels[0, 2, 3] == 0
    assert pixels[0, 3, 3] == 255
    assert signed_pixels(np.zeros(3), 0.0)[:, 3].max() == 0
    assert largest(np.array([1.0, -3.0])) == 3.0
    assert largest(np.array([])) == 0.0


def test_cells_are_filled_row_by_row():
    cells = as_cells(np.arange(1, 8, dtype=np.float32), 3)
    np.testing.assert_array_equal(cells, [[1, 2, 3], [4, 5, 6], [7, 0, 0]])
    assert as_cells(np.ones(2), 5).shape == (1, 2)
