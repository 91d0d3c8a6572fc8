"""Gives each browser the key that says which runs are its visitor's, as a cookie that no script can read.

A cookie can only be set with a page that the browser loads, before Streamlit's own connection begins. So this stands
between server and Streamlit, as ASGI middleware of `st.App` (app.py). Where it does not, or cookies are refused, the
key stands in the address instead (`pages/components/shell/visitor.py`).
"""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import settings
from core.errors import SettingsError
from core.owners.visitor import is_key, new_key

VISITOR_COOKIE, OPERATOR_COOKIE = "mnist_lab_visitor", "mnist_lab_operator"
# The parameter of the address in which the operator shows the operator's key, once.
_OPERATOR = "operator"
# Seconds that a browser keeps the cookies: a year.
_MAX_AGE = 365 * 24 * 3600
# Not pages, but what they are made of.
_PARTS = ("/_stcore", "/static", "/media", "/component")


class VisitorCookie:
    """The middleware. It does nothing while the app is not open to other machines: then all is the one visitor's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not _is_page(scope) or not _is_open():
            await self._app(scope, receive, send)
            return
        shown = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(_OPERATOR)
        if shown is not None:
            await self._welcome_operator(shown, scope, receive, send)
            return
        cookie = None if is_key(_cookie(scope, VISITOR_COOKIE)) else _set_cookie(scope, VISITOR_COOKIE, new_key())

        async def send_with_cookie(message: Message) -> None:
            if cookie and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    async def _welcome_operator(self, shown: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the key out of the address, right or wrong, so that no link and no history keeps it."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"))
        rest = urlencode([(name, value) for name, value in pairs if name != _OPERATOR])
        # A path of two slashes would lead to another host.
        path = "/" + scope["path"].lstrip("/")
        response = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        if is_operator_key(shown):
            response.headers.append("Set-Cookie", _set_cookie(scope, OPERATOR_COOKIE, shown))
        await response(scope, receive, send)


def is_operator_key(shown: str) -> bool:
    """Whether this is the key that the operator has set; never where none is set."""
    key = settings.operator().operator_key
    return bool(key) and hmac.compare_digest(shown.encode(), key.encode())


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, as it does at each load and refresh."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_PARTS):
        return False
    return "text/html" in Headers(scope=scope).get("Accept", "")


def _is_open() -> bool:
    try:
        return settings.is_open()
    except SettingsError:
        # The page itself says what is wrong with them.
        return False


def _cookie(scope: Scope, name: str) -> str:
    cookies = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("Cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _set_cookie(scope: Scope, name: str, value: str) -> str:
    is_secure = "https" in (scope.get("scheme"), Headers(scope=scope).get("X-Forwarded-Proto"))
    secure = "; Secure" if is_secure else ""
    return f"{name}={value}; Path=/; Max-Age={_MAX_AGE}; HttpOnly; SameSite=Lax{secure}"
