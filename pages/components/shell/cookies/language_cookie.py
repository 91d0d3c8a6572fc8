"""Keeps the language that a visitor has chosen, as a cookie: `?lang=zh` in any address of the app sets it.

So a link can lead to a page in a language. As ASGI middleware of `st.App` (app.py), since a cookie can only be set with
a page that the browser loads.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.texts.catalogue import best_language
from pages.components.shell.cookies.page_requests import address_without, cookie_header, find_parameter, is_page_request

LANGUAGE_COOKIE = "mnist_lab_language"
# The parameter of the address.
LANGUAGE = "lang"


class LanguageCookie:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that asks for a language is sent to the same address without it."""
        wanted = find_parameter(scope, LANGUAGE) if is_page_request(scope) else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        response = RedirectResponse(address_without(scope, LANGUAGE), status_code=303)
        response.headers.append("Set-Cookie", cookie_header(scope, LANGUAGE_COOKIE, best_language(wanted)))
        await response(scope, receive, send)
