"""A browser's request for a page, as the server's middleware sees it: its address and its cookies."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.types import Scope

# Seconds that a browser keeps a cookie: a year.
_MAX_AGE = 365 * 24 * 3600
# Not pages, but what they are made of.
_PARTS = ("/_stcore", "/static", "/media", "/component")


def is_page_request(scope: Scope) -> bool:
    """Whether a browser asks for a page, as it does at each load and refresh."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_PARTS):
        return False
    return "text/html" in Headers(scope=scope).get("Accept", "")


def find_parameter(scope: Scope, name: str) -> str | None:
    """The value of a parameter of the address; None where it has none of this name."""
    return dict(_parameters(scope)).get(name)


def address_without(scope: Scope, name: str) -> str:
    """The path and the parameters of the address, but for one of them."""
    rest = urlencode([(other, value) for other, value in _parameters(scope) if other != name])
    # A path of two slashes would lead to another host.
    path = "/" + scope["path"].lstrip("/")
    return f"{path}?{rest}" if rest else path


def find_cookie(scope: Scope, name: str) -> str:
    """The value of a cookie; empty where the browser sends none of this name."""
    cookies = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("Cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def cookie_header(scope: Scope, name: str, value: str) -> str:
    """The value of a header "Set-Cookie". No script can read the cookie; over HTTPS it goes over HTTPS alone."""
    is_secure = "https" in (scope.get("scheme"), Headers(scope=scope).get("X-Forwarded-Proto"))
    secure = "; Secure" if is_secure else ""
    return f"{name}={value}; Path=/; Max-Age={_MAX_AGE}; HttpOnly; SameSite=Lax{secure}"


def _parameters(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"))
