"""The check itself: the language that marks its texts, and what counts as a text that is not from the catalogue."""

import pytest
from streamlit.testing.v1 import AppTest

from core.texts.message import Message, message, plural
from pages.components.shell import texts
from pages.components.shell.texts import tr, tr_html
from tests.pages.bypassing import bypassing, words_outside
from tests.pages.pseudo_language import PseudoLanguage
from tests.pages.shown_texts import Shown, shown_texts


@pytest.fixture(autouse=True)
def pseudo(monkeypatch):
    language = PseudoLanguage()
    monkeypatch.setattr(texts, "catalogue", lambda: language)


def test_a_text_of_the_catalogue_stands_in_marks_and_its_values_outside():
    assert tr("Mistakes") == "⟦Mistakes⟧"
    assert tr("Of {count:,} test images.", count=1000) == "⟦Of ⟧1,000⟦ test images.⟧"
    assert tr("**{title}**", title=message("Train")) == "⟦**⟧⟦Train⟧⟦**⟧"
    assert tr(plural("{count} more is in the table on the Train page.", "{count} epochs", 2)) == "2⟦ epochs⟧"


def test_a_text_that_is_missing_in_the_catalogue_stays_as_it_is():
    assert tr("Nobody has collected this") == "Nobody has collected this"
    assert tr(Message("{text0} · {text1}", {"text0": message("Train"), "text1": 3})) == "⟦Train⟧ · 3"


@pytest.mark.parametrize(
    "text",
    [
        *("⟦Mistakes⟧", "**⟦Mistakes⟧**: 97.5 %", ":material/error: ⟦Mistakes⟧", ":green-badge[⟦Finished⟧]"),
        *("Mine · ⟦Digits (embedded)⟧ · 84.44%", "⟦Downloads ⟧MNIST⟦ first (⟧11.6⟦ MB).⟧", "fc1.weight[0, 406]"),
        *("$$ \\mathbf{x} \\quad \\text{⟦of the batch⟧} $$", "⟦at⟧ $\\hat{v}_t$", "%{hovertext}<extra></extra>"),
        *("<style>.label { color: red }</style><b>⟦Loss⟧</b>", '<img class="picture" alt="⟦A digit⟧">'),
        *('⟦<a title="⟧Mine⟦">the run</a>⟧', "⟦weights ⟧da186fe1cac05ece"),
    ],
)
def test_what_may_stand_outside_of_marks(text):
    assert bypassing([Shown("Markdown.body", text)]) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mistakes", "Mistakes"),
        ("⟦Mistakes⟧ in all", "in all"),
        ("⟦Trained on ⟧Digits (embedded)", "Digits (embedded)"),
        ("$x \\text{of the batch}$", "of the batch"),
        ('<img alt="A digit">', "A digit"),
        ("<style>b {}</style><b title='Sum'>⟦Loss⟧</b> is", "Sum is"),
        ("⟦Mist", "(a text was cut)"),
    ],
)
def test_words_outside_of_marks_are_found(text, words):
    [found] = bypassing([Shown("Markdown.body", text)])
    assert found.text == words


def test_words_in_html_from_the_catalogue_lie_within_marks():
    assert not words_outside(tr_html("Mean cross-entropy of the raw probabilities, in nats.")).strip()


def page():
    import pandas as pd
    import plotly.graph_objects as go
    import streamlit as st

    st.caption("caption")
    st.button("button", help="help")
    st.selectbox("selectbox", ["option"], placeholder="placeholder")
    st.pills("pills", ["pill"])
    st.tabs(["tab"])
    st.expander("expander").text("text")
    st.popover("popover").metric("metric", 1, "delta")
    st.dataframe(pd.DataFrame({"header": ["cell"], "x": [1]}), column_config={"x": st.column_config.Column("column")})
    st.plotly_chart(go.Figure(go.Scatter(y=[1], name="trace"), go.Layout(xaxis={"title": {"text": "axis"}})))
    st.html("<p>html</p>")
    st.toast("toast")


def test_every_element_of_a_page_is_looked_at():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert {shown.text for shown in bypassing(shown_texts(app))} == {
        *(
            "caption",
            "button",
            "help",
            "selectbox",
            "option",
            "placeholder",
            "pills",
            "pill",
            "tab",
            "expander",
            "text",
        ),
        *("popover", "metric", "delta", "header", "cell", "column", "trace", "axis", "html", "toast"),
    }
