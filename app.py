"""MNIST Lab: `streamlit run app.py`.

Streamlit reads this file twice: when the server starts, for the application below, and as the script of every visit.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from starlette.middleware import Middleware

    from pages.components.shell.cookies.language_cookie import LanguageCookie
    from pages.components.shell.cookies.visitor_cookie import VisitorCookie
    from pages.components.shell.startup import preparing

    middleware = [Middleware(LanguageCookie), Middleware(VisitorCookie)]
    app = st.App(__file__, lifespan=preparing, middleware=middleware)
else:
    from pages.components.script import show_page

    show_page()
