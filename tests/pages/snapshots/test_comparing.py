"""The outlines themselves: what of a page they tell, and which differences count."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.snapshots.comparing import compare_files, is_close, merge_rounded
from tests.pages.snapshots.outline import outline


@pytest.mark.parametrize(
    ("line", "kept", "is_same"),
    [
        ("loss 0.73614", "loss 0.73611", True),
        ("loss 0.738", "loss 0.734", False),
        ("mean 1e-7", "mean -3e-7", True),
        ("loss 0.5", "lost 0.5", False),
        ("5 mistakes", "6 mistakes", False),
        ("1000 mistakes", "1001 mistakes", False),
        ("width 99.99%", "width 100%", True),
        ("fc1 of 0.5", "fc2 of 0.5", False),
        ("0.5", "0.5, 0.6", False),
    ],
)
def test_numbers_differ_by_rounding_and_words_not_at_all(line, kept, is_same):
    assert is_close(line, kept) is is_same


def test_lines_that_differ_by_rounding_are_the_kept_ones():
    expected = ["a = 0.5", "b = 0.25", "c = 1"]
    assert merge_rounded(["a = 0.50001", "c = 1"], expected) == ["a = 0.5", "c = 1"]
    assert merge_rounded(["new = 0.5", "b = 0.25001", "c = 2"], expected) == ["new = 0.5", "b = 0.25", "c = 2"]


def test_the_lines_that_differ_are_told(tmp_path):
    kept, now = tmp_path / "kept.txt", tmp_path / "now.txt"
    kept.write_text("a = 0.5\nb = 0.25\n")
    now.write_text("a = 0.5\nb = 0.26\n")
    with pytest.raises(AssertionError, match=r"-b = 0.25\n\+b = 0.26"):
        compare_files(now, kept)
    now.write_text("a = 0.50001\nb = 0.25\n")
    compare_files(now, kept)


def page():
    import base64

    import numpy as np
    import pandas as pd
    import plotly.graph_objects as go
    import streamlit as st

    from pages.components.pictures.data_url import png_url

    picture = np.zeros((10, 20), np.uint8)
    picture[-1] = 200
    left, right = st.columns([1, 3])
    left.button("Go", help="Starts")
    right.dataframe(pd.DataFrame({"n": [1, 2], "name": ["a", "b"]}))
    st.plotly_chart(go.Figure(go.Scatter(y=np.arange(100.0), name="loss"), go.Layout(height=123)))
    st.html(f'<p>Seen <img src="{png_url(picture)}"></p><style>p {{ color: red }}</style>')
    st.code(base64.b64encode(np.linspace(0, 1, 50, dtype=np.float32).tobytes()).decode())


def test_an_outline_tells_places_words_tables_charts_and_pictures():
    text = outline(AppTest.from_function(page).run())
    lines = [line.strip() for line in text.splitlines()]
    assert [line for line in lines if line.startswith("column: weight")] == [
        "column: weight = 0.25; gap_config.gap_size = 1",
        "column: weight = 0.75; gap_config.gap_size = 1",
    ]
    for told in (
        "button: label = Go; help = Starts; type = secondary",
        "arrow_data.data.n = [1, 2]",
        "arrow_data.data.name[1] = b",
        "spec.layout.height = 123",
        "spec.data[0].y = 100 numbers, 100 finite; least 0, most 99, mean 49.5, by place 33.1667",
        '<img src="<picture 20×10, mean 20, by row 20, by column 10>"></p>',
        "code: code_text = 50 numbers, 50 finite; least 0, most 1, mean 0.5, by place 0.336735",
    ):
        assert any(told in line for line in lines), told
    assert "color: red" not in text
