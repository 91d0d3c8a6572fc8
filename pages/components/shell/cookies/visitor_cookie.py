"""Gives each browser the key that says which runs are its visitor's, as a cookie that no script can read.

A cookie can only be set with a page that the browser loads, before Streamlit's own connection begins. So this stands
between server and Streamlit, as ASGI middleware of `st.App` (app.py). Where it does not, or cookies are refused, the
key stands in the address instead (`pages/components/shell/visitor.py`).
"""

from __future__ import annotations

import hmac

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import settings
from core.errors import SettingsError
from core.owners.visitor import is_key, new_key
from pages.components.shell.cookies.page_requests import (
    address_without,
    cookie_header,
    find_cookie,
    find_parameter,
    is_page_request,
)

VISITOR_COOKIE, OPERATOR_COOKIE = "mnist_lab_visitor", "mnist_lab_operator"
# The parameter of the address in which the operator shows the operator's key, once.
_OPERATOR = "operator"


class VisitorCookie:
    """The middleware. It does nothing while the app is not open to other machines: then all is the one visitor's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not is_page_request(scope) or not _is_open():
            await self._app(scope, receive, send)
            return
        shown = find_parameter(scope, _OPERATOR)
        if shown is not None:
            await self._welcome_operator(shown, scope, receive, send)
            return
        has_key = is_key(find_cookie(scope, VISITOR_COOKIE))
        cookie = None if has_key else cookie_header(scope, VISITOR_COOKIE, new_key())

        async def send_with_cookie(message: Message) -> None:
            if cookie and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    async def _welcome_operator(self, shown: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the key out of the address, right or wrong, so that no link and no history keeps it."""
        response = RedirectResponse(address_without(scope, _OPERATOR), status_code=303)
        if is_operator_key(shown):
            response.headers.append("Set-Cookie", cookie_header(scope, OPERATOR_COOKIE, shown))
        await response(scope, receive, send)


def is_operator_key(shown: str) -> bool:
    """Whether this is the key that the operator has set; never where none is set."""
    key = settings.operator().operator_key
    return bool(key) and hmac.compare_digest(shown.encode(), key.encode())


def _is_open() -> bool:
    try:
        return settings.is_open()
    except SettingsError:
        # The page itself says what is wrong with them.
        return False
