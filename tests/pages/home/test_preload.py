"""What Home has the browser fetch for other pages."""

from streamlit.testing.v1 import AppTest

from pages.components.home import preload


def test_the_installed_streamlit_serves_one_script_for_charts():
    # Where this fails, Streamlit calls it otherwise, and Evaluate opens later from Home.
    name = preload.charts_script()
    assert (preload._SERVED / name).stat().st_size > 1_000_000


def test_without_the_script_nothing_is_fetched(monkeypatch):
    monkeypatch.setattr(preload, "charts_script", lambda: None)

    def page():
        from pages.components.home.preload import preload_charts

        preload_charts()

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert not app.get("html")
