"""Charts that save themselves as pictures."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages.components.charts.saving import saving_config, with_saving


def test_a_plotly_chart_saves_itself_as_svg_beside_its_other_buttons():
    config = saving_config("confusion", "select2d")
    assert config["modeBarButtons"] == [["select2d", "toImage"]]
    assert config["toImageButtonOptions"] == {"format": "svg", "filename": "confusion"}


@pytest.mark.parametrize(("theme", "paper"), [("dark", "#11151d"), ("light", "#ffffff"), (None, "#ffffff")])
def test_an_echarts_chart_saves_itself_on_the_colour_of_the_page(monkeypatch, theme, paper):
    monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=theme), cookies={}, locale="en"))
    option = with_saving({"series": [1]}, "loss")
    save = option["toolbox"]["feature"]["saveAsImage"]
    assert (save["name"], save["backgroundColor"]) == ("loss", paper)
    assert option["series"] == [1]
