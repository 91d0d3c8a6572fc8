"""Who visits: whether from this machine, and what that allows; and which visitor it is.

The app can train, fill the disk and open pictures, so it answers to its own machine alone until its operator opens it
to others. Listening on the loopback address alone would not do: a web site that its visitor's browser has been told is
at that address (DNS rebinding) would still reach the app. And a host such as Community Cloud reaches it from outside.
"""

from __future__ import annotations

import ipaddress
import re

import streamlit as st
from streamlit.runtime.context import StreamlitHeaders

from core import settings
from core.errors import SettingsError
from core.owners.visitor import OPERATOR, Visitor, is_key, new_key, visitor_with
from pages.components.shell.address import named, settle
from pages.components.shell.cookies.visitor_cookie import OPERATOR_COOKIE, VISITOR_COOKIE, is_operator_key
from pages.components.shell.texts import tr

# What stands in the address bar of a browser on this machine, with any port.
_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])\.?(:\d+)?", re.IGNORECASE)
# Added by a proxy, which passes on visits from elsewhere by connections from its own machine.
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
# The parameter of the address that holds the key where the browser has no cookie.
_VISITOR = "visitor"
# The visitor's key, and who the visitor is; kept for this session, whose connection may be gone when it is asked.
_KEY, _WHO = "visitor_key", "visitor_who"


def require_admission() -> None:
    """Let the page go on for a visitor who may visit; for any other say why not, and stop."""
    try:
        is_open = settings.is_open()
    except SettingsError as error:
        st.title("MNIST Lab", anchor=False)
        st.error(tr(error), icon=":material/error:")
        st.stop()
    if may_visit(*_connection(), is_open):
        st.session_state[_WHO] = OPERATOR if is_operator() else visitor_with(_find_key())
        return
    st.title("MNIST Lab", anchor=False)
    st.info(tr("This app answers visitors on its own machine alone."), icon=":material/lock:")
    st.markdown(
        tr(
            "To open it to others, its operator sets the environment variable **{variable}** to 1 and starts it again. "
            "The README says what else to mind.",
            variable=settings.OPEN_VARIABLE,
        )
    )
    st.stop()


def is_operator() -> bool:
    """Whether the visitor runs the app: who sits at its machine while it is not open to others, or holds the key."""
    if settings.is_open():
        return is_operator_key(_cookie(OPERATOR_COOKIE))
    return is_local(*_connection())


def current_visitor() -> Visitor:
    """Who asks for the page, as `require_admission` has let them in."""
    who: Visitor | None = st.session_state.get(_WHO)
    if who is None:
        # Outside a visit, as in tests.
        return OPERATOR if is_operator() else visitor_with(new_key())
    return who


def has_key_in_address() -> bool:
    """Whether the browser keeps no cookies, so that the visitor's key stands in the address."""
    return not is_key(_cookie(VISITOR_COOKIE))


def put_key_into_address() -> None:
    """Where the browser keeps no cookies, put the visitor's key into this page's address."""
    asked, key = named(_VISITOR), st.session_state[_KEY]
    settle(_VISITOR, key, instead_of=asked if asked != key else None)


def _find_key() -> str:
    """The visitor's key: from a cookie, the address, or this session; else a new one."""
    places = (_cookie(VISITOR_COOKIE), named(_VISITOR) or "", st.session_state.get(_KEY, ""), new_key())
    key: str = next(filter(is_key, places))
    st.session_state[_KEY] = key
    return key


def may_visit(ip_address: str | None, host: str, is_open: bool) -> bool:
    """Whether to answer a visit; see `is_local`."""
    return is_open or is_local(ip_address, host)


def is_local(ip_address: str | None, host: str) -> bool:
    """Whether a visit comes from this machine, and by a name that nobody else can give to it.

    ip_address: where the connection comes from; None for loopback, as `st.context.ip_address` has it.
    host: the header of this name.
    """
    return _is_loopback(ip_address) and _LOCAL_HOST.fullmatch(host) is not None


def _is_loopback(ip_address: str | None) -> bool:
    if ip_address is None:
        return True
    try:
        address = ipaddress.ip_address(ip_address)
    except ValueError:
        return False
    # A server that listens on all addresses sees those of IPv4 in IPv6's form.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _connection() -> tuple[str | None, str]:
    """Where the visit comes from and the host that it names, as `is_local` takes them.

    A visitor whose connection has ended names no host, and is not local.
    """
    return st.context.ip_address, named_host(st.context.headers)


def _cookie(name: str) -> str:
    value: str = st.context.cookies.get(name, "")
    return value


def named_host(headers: StreamlitHeaders) -> str:
    """The host that a visit's headers name; empty when there is not one, or when a proxy has passed the visit on."""
    hosts = headers.get_all("Host")
    is_direct = len(hosts) == 1 and not any(name in headers for name in _PROXY_HEADERS)
    return hosts[0] if is_direct else ""
