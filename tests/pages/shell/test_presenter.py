"""Presenter mode: its switch, and charts that are drawn larger by it."""

import json

import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.charts.large import enlarge_figure, enlarge_option
from pages.components.shell import presenter, text_size

OPTION = {
    "grid": {"left": 50, "top": 30, "outerBoundsMode": "none"},
    "legend": {"bottom": 0, "itemWidth": 14, "textStyle": {"width": 300, "overflow": "truncate"}},
    "tooltip": {"trigger": "axis"},
    "xAxis": {"name": "epoch", "nameGap": 24, "axisLabel": {"hideOverlap": True}},
    "yAxis": {"name": "loss", "min": 0},
    "series": [
        {"type": "line", "lineStyle": {"width": 1, "opacity": 0.3}},
        {"type": "line", "symbolSize": 6, "markLine": {"data": [], "label": {"formatter": "x", "fontSize": 12}}},
    ],
}


def script():
    import streamlit as st

    from pages.components.charts.echarts import draw_echarts
    from pages.components.shell.presenter import form_key, note_shown, show_presenter_switch, sized_key, sized_place
    from tests.pages.shell.test_presenter import OPTION

    show_presenter_switch()
    with st.container(key=form_key("network")):
        st.text_input("Network", key="network")
    draw_echarts(OPTION, "chart", 300, "A chart")
    st.dataframe({"a": [1]}, key=sized_key("table"), on_select="rerun")
    with sized_place():
        st.dataframe({"a": [1]})
    note_shown()


@pytest.fixture
def app():
    return AppTest.from_function(script, default_timeout=30).run()


def styles(app):
    """What makes the page large."""
    return [element.proto.body for element in app.get("html") if "font-size" in element.proto.body]


def chart(app):
    return json.loads(app.get("echarts_chart")[0].proto.spec)


def text_sizes(option):
    """What a chart of OPTION's kind states of its texts' sizes."""
    axes = [option[axis][part] for axis in ("xAxis", "yAxis") for part in ("axisLabel", "nameTextStyle")]
    parts = [*axes, option["legend"]["textStyle"], option["tooltip"]["textStyle"]]
    return {part["fontSize"] for part in parts}


def test_the_switch_makes_texts_large_and_hides_forms_and_switches_back(app):
    assert not styles(app)
    app.text_input[0].set_value("cnn").run()
    assert app.button[0].label == "Present"
    app.button[0].click().run()
    assert app.button[0].label == "End"
    style = styles(app)[0]
    assert "st-key-form_" in style
    assert "font-size" in style
    # What the form holds is kept.
    assert app.text_input[0].value == "cnn"
    app.button[0].click().run()
    assert not styles(app)
    assert app.button[0].label == "Present"


def test_a_press_whose_callback_is_called_twice_switches_once(monkeypatch):
    switch = presenter._switch
    monkeypatch.setattr(presenter, "_switch", lambda: (switch(), switch()))
    app = AppTest.from_function(script, default_timeout=30).run()
    assert styles(app.button[0].click().run())
    assert not styles(app.button[0].click().run())


def test_a_press_before_the_page_was_ever_drawn_to_its_end_counts(monkeypatch):
    monkeypatch.setattr(presenter, "note_shown", lambda: None)
    app = AppTest.from_function(script, default_timeout=30).run()
    assert styles(app.button[0].click().run())


def test_the_key_p_is_the_switch_s(app):
    assert app.button[0].proto.shortcut == "p"


def test_charts_are_larger_while_presenting(app):
    before = chart(app)
    assert before["series"][0]["lineStyle"]["width"] == 1
    app.button[0].click().run()
    during = chart(app)
    assert (before["toolbox"]["itemSize"], during.pop("toolbox")["itemSize"]) == (13, 20)
    assert during == enlarge_option(OPTION, 1.5)


def test_a_chart_states_its_sizes_when_it_is_not_presented_too(app):
    # Else they would be those of the text of the page on which it was first drawn, which may be another one's.
    assert text_sizes(chart(app)) == {12}
    assert {chart(app)[axis]["axisLabel"]["margin"] for axis in ("xAxis", "yAxis")} == {8}
    app.button[0].click().run()
    app.button[0].click().run()
    assert text_sizes(chart(app)) == {12}


def table_id(app):
    return app.dataframe[0].proto.id


def browser_says(monkeypatch, size):
    """The browser tells a size wherever the page knows another one."""

    def component(key, data, on_size_change):
        if data["known"] != size:
            st.session_state[key] = {"size": size}
            on_size_change()

    monkeypatch.setattr(text_size, "_COMPONENT", component)


def test_the_browser_is_asked_from_the_first_press_until_its_text_has_the_usual_size_again(monkeypatch, app):
    asked = []
    monkeypatch.setattr(text_size, "_COMPONENT", lambda **told: asked.append(told["data"]["known"]))
    app.run()
    assert asked == []
    app.button[0].click().run()
    app.button[0].click().run()
    assert asked == [0, 0]
    with monkeypatch.context() as answering:
        browser_says(answering, 16)
        app.run()
    app.run()
    assert asked == [0, 0]


def test_a_chart_is_as_much_larger_as_the_browser_s_text(monkeypatch, app):
    browser_says(monkeypatch, 32)
    app.button[0].click().run()
    # It comes after the page was drawn once, and runs the page again.
    app.run()
    assert text_sizes(chart(app)) == {24}
    browser_says(monkeypatch, None)
    assert text_sizes(chart(app.run())) == {24}


def test_a_table_is_made_anew_once_the_browser_has_told_the_size_of_its_text(monkeypatch, app):
    usual, pressed = table_id(app), table_id(app.button[0].click().run())
    browser_says(monkeypatch, 32)
    told = table_id(app.run())
    assert len({usual, pressed, told}) == 3
    # Back again, too: until the browser has told it, the text may still be large.
    browser_says(monkeypatch, None)
    assert table_id(app.button[0].click().run()) == pressed
    browser_says(monkeypatch, 16)
    assert table_id(app.run()) == usual


def depth(app):
    """How many containers there are around the table without ticks."""

    def find(node, above):
        for child in getattr(node, "children", {}).values():
            yield from ([above] if child is app.dataframe[1] else find(child, above + 1))

    [found] = find(app.main, 0)
    return found


def test_a_table_without_ticks_is_made_anew_as_often(monkeypatch, app):
    usual, pressed = depth(app), depth(app.button[0].click().run())
    browser_says(monkeypatch, 32)
    told = depth(app.run())
    assert (pressed, told) == (usual + 1, usual + 2)
    browser_says(monkeypatch, None)
    assert depth(app.button[0].click().run()) == pressed
    browser_says(monkeypatch, 16)
    assert depth(app.run()) == usual


def test_an_answer_from_before_the_press_settles_nothing(monkeypatch, app):
    """The browser may have measured before it made the text large, or small again."""
    usual, pressed = depth(app), depth(app.button[0].click().run())
    browser_says(monkeypatch, 16)
    assert depth(app.run()) == pressed
    browser_says(monkeypatch, 32)
    told = depth(app.run())
    assert told > pressed
    assert depth(app.button[0].click().run()) == pressed
    browser_says(monkeypatch, 16)
    assert depth(app.run()) == usual


def test_a_table_is_made_anew_although_the_switch_is_pressed_again_before_the_browser_has_told(monkeypatch, app):
    usual, pressed = depth(app), depth(app.button[0].click().run())
    assert depth(app.button[0].click().run()) == pressed
    browser_says(monkeypatch, 16)
    assert depth(app.run()) == usual


def test_each_press_asks_the_browser_anew(monkeypatch, app):
    browser_says(monkeypatch, 32)
    assert text_sizes(chart(app.button[0].click().run())) == {24}
    app.button[0].click().run()
    browser_says(monkeypatch, None)
    assert text_sizes(chart(app.button[0].click().run())) == {18}


@pytest.mark.parametrize("size", [None, "32", float("nan"), float("inf"), -32, 0, 1e9, True, [32]])
def test_a_text_size_that_no_browser_has_is_not_believed(monkeypatch, app, size):
    browser_says(monkeypatch, size)
    app.button[0].click().run()
    assert text_sizes(chart(app.run())) == {18}


def test_an_axis_name_stays_where_it_begins_and_moves_with_the_margins():
    place = {"align": "left", "padding": [0, 0, 0, -52]}
    option = OPTION | {"yAxis": OPTION["yAxis"] | {"nameTextStyle": place}}
    larger = enlarge_option(option, 1.5)
    assert larger["yAxis"]["nameTextStyle"] == {"align": "left", "padding": [0, 0, 0, -78], "fontSize": 18}
    assert place["padding"] == [0, 0, 0, -52]


def test_an_enlarged_chart_has_larger_texts_lines_and_margins_and_is_else_the_same():
    larger = enlarge_option(OPTION, 2)
    assert larger["grid"] == {"left": 100, "top": 60, "outerBoundsMode": "none"}
    assert larger["legend"] == {
        "bottom": 0,
        "itemWidth": 28,
        "textStyle": {"width": 600, "overflow": "truncate", "fontSize": 24},
    }
    assert larger["tooltip"] == {"trigger": "axis", "textStyle": {"fontSize": 24}}
    size = {"fontSize": 24}
    assert larger["xAxis"] == {
        "name": "epoch",
        "nameGap": 48,
        "axisLabel": {"hideOverlap": True, "margin": 16, **size},
        "nameTextStyle": size,
    }
    assert larger["yAxis"] == {
        "name": "loss",
        "nameGap": 30,
        "min": 0,
        "axisLabel": {"margin": 16, **size},
        "nameTextStyle": size,
    }
    first, second = larger["series"]
    assert first == {"type": "line", "lineStyle": {"width": 2, "opacity": 0.3}}
    assert second["lineStyle"] == {"width": 4}
    assert second["symbolSize"] == 12
    assert second["markLine"] == {"data": [], "label": {"formatter": "x", "fontSize": 24}}
    assert OPTION["series"][1]["markLine"]["label"]["fontSize"] == 12


def test_an_enlarged_figure_has_larger_texts():
    figure = go.Figure([go.Scatter(mode="text", textfont_size=14), go.Scatter(mode="text"), go.Scatter(mode="lines")])
    enlarge_figure(figure, 2)
    assert [trace.textfont.size for trace in figure.data] == [28, 24, None]
    assert figure.layout.xaxis.tickfont.size == figure.layout.yaxis.title.font.size == 24
    assert figure.layout.legend.font.size == 24
