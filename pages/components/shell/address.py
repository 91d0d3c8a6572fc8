"""Choices in the page's address (`?name=value`), so that a link, a refresh and the Back button bring them back.

The session keeps a choice while other pages are visited, whose links lead back to an address without it. What the
address says counts wherever it has changed: the visitor has followed a link or pressed Back. A page complains of what
its address says alone, not of a choice that the session has kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

# The page that is visited, and the number of the visit.
_PAGE, _VISIT = "address_page", "address_visit"
# Choices that the browser itself has put into this visit's address; see `settle`.
_SETTLED = "address_settled"
# Choices that each page keeps for itself: under the same name there is something else to choose.
_OF_EACH_PAGE = frozenset({"look"})
_COMPONENT = Component("mnist_lab_address", Path(__file__).parent / "web" / "address.js", is_hidden=True)


class Titled(Protocol):
    """Something to choose."""

    @property
    def title(self) -> str:
        """A word or two, marked for the catalogue of texts."""

    @property
    def icon(self) -> str:
        """A Material icon, as Streamlit writes them."""


def note_visit() -> None:
    """Notice that another page is visited; every page calls it first."""
    context = get_script_run_ctx()
    page = context.page_script_hash if context else ""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_VISIT] = _visit() + 1
        st.session_state[_SETTLED] = {}


def named(name: str) -> str | None:
    """What the address itself says."""
    value: str | None = st.query_params.get(name)
    return value


def take(name: str) -> str | None:
    """What the address says, once: None until it has changed again."""
    value, (seen, visit) = named(name), st.session_state.get(_seen(name), (None, 0))
    _see(name, value)
    return value if value != seen or visit != _visit() else None


def follow(name: str) -> str | None:
    """The choice: what the address says where it has changed, or else what was chosen last."""
    value, (seen, visit) = named(name), st.session_state.get(_seen(name), (None, 0))
    has_changed = value != seen or visit != _visit()
    # Without a value, the address of a new visit asks for nothing.
    if has_changed and (value is not None or visit == _visit()):
        st.session_state[_chosen(name)] = value
        st.session_state.get(_SETTLED, {}).pop(name, None)
    _see(name, value)
    chosen: str | None = st.session_state.get(_chosen(name))
    return chosen


def choose(name: str, value: str | None, instead_of: Collection[str] = ()) -> None:
    """Make a choice, or take it back where `value` is None. Back undoes it.

    Call it before the choice is drawn, as in a callback.
    instead_of: choices that leave the address. The session keeps them.
    """
    st.session_state[_chosen(name)] = value
    _write({name: value, **dict.fromkeys(instead_of)})


def choose_together(values: Mapping[str, str | None]) -> None:
    """As `choose`, several choices at once, which Back undoes together."""
    for name, value in values.items():
        st.session_state[_chosen(name)] = value
    _write(values)


def drop(*names: str) -> None:
    """Take choices out of the address. The session keeps them."""
    _write(dict.fromkeys(names))


def settle(name: str, value: str, instead_of: str | None = None) -> None:
    """Make a choice that the visitor has not just clicked, such as a run chosen on another page.

    The browser puts it into the address unless that has a value already. It makes no new entry in its history, so Back
    leads to the page before. Draws an element that is not shown.
    instead_of: a value in the address that cannot be taken; the browser replaces it.
    """
    st.session_state[_chosen(name)] = value
    st.session_state.setdefault(_SETTLED, {})[name] = value
    key = f"address_of_{name}"
    # What is the same on two pages is written on each of them, since their addresses differ.
    data = {"name": name, "value": value, "instead_of": instead_of, "page": st.session_state.get(_PAGE)}
    _COMPONENT(key=key, data=data)


def say_unknown(label: str, value: str, known: Collection[object]) -> None:
    """Say that the address has a value that does not exist. label: of the choice, in the visitor's language."""
    names = ", ".join(map(str, known))
    text = tr("{label}: {value!r} in the address is unknown; known: {known}.", label=label, value=value, known=names)
    st.warning(text, icon=":material/search_off:")


def choose_by_address(
    name: str,
    label: str,
    options: Mapping[str, Titled],
    default: str | None = None,
    known: Collection[str] = (),
    **looks: Any,
) -> str | None:
    """Draw a row of choices; returns the chosen one's name, or None where there is no `default`.

    name: of the parameter in the address, and of the widget.
    known: what is not among the options now but may be later, as for another network: it is then taken up again.
    looks: further arguments of st.pills.
    """
    wanted = follow(name)
    if wanted is not None and wanted in options:
        settle(name, wanted)
    elif wanted is not None and wanted not in known and named(name) is not None:
        say_unknown(label, wanted, options)
    st.session_state[name] = wanted if wanted in options else default
    # Not a segmented control: where that wraps, its frame breaks.
    chosen: str | None = st.pills(
        label,
        list(options),
        key=name,
        required=default is not None,
        format_func=lambda option: f"{options[option].icon} {tr(options[option].title)}",
        on_change=callback(lambda: choose(name, st.session_state[name])),
        **looks,
    )
    return chosen


def in_address(
    name: str, label: str, default: Any, read: Callable[[str], Any] = str, known: Collection[object] = ()
) -> dict[str, Any]:
    """The arguments of a widget whose value stands in the address wherever it is not the default.

    name: of the parameter in the address, and of the widget.
    read: a value from its text; raises ValueError.
    known: the values that exist, where only some do.
    """
    text = follow(name)
    st.session_state[name] = default if text is None else _read_known(name, label, text, default, read, known)
    return {"label": label, "key": name, "on_change": callback(_keep), "args": (name, default)}


def _read_known(
    name: str, label: str, text: str, default: Any, read: Callable[[str], Any], known: Collection[object]
) -> Any:
    """The value that the text stands for; the default where there is none, which is said of a text in the address."""
    try:
        value = read(text)
    except ValueError:
        if named(name) is not None:
            st.warning(tr("{label}: {value!r} in the address is not a number.", label=label, value=text))
        return default
    if not known or value in known:
        settle(name, text)
        return value
    if named(name) is not None:
        say_unknown(label, text, known)
    return default


def read_place(text: str, count: int) -> int | None:
    """The place of one of `count` things that the text names in digits; None where it names none of them."""
    if not (text.isascii() and text.isdigit()):
        return None
    # Python reads no number of thousands of digits.
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= len(str(count)) and int(digits) < count else None


def _keep(name: str, default: Any) -> None:
    value = st.session_state[name]
    choose(name, None if value == default else str(value))


def _write(changes: Mapping[str, str | None]) -> None:
    settled = st.session_state.setdefault(_SETTLED, {})
    for name, value in changes.items():
        settled.pop(name, None)
        _see(name, value)
    if any(named(name) != value for name, value in changes.items()):
        address = {**settled, **st.query_params.to_dict(), **changes}
        st.query_params.from_dict({name: value for name, value in address.items() if value is not None})


def _see(name: str, value: str | None) -> None:
    st.session_state[_seen(name)] = (value, _visit())


def _visit() -> int:
    number: int = st.session_state.get(_VISIT, 0)
    return number


def _chosen(name: str) -> str:
    page = f"_{st.session_state.get(_PAGE, '')}" if name in _OF_EACH_PAGE else ""
    return f"address_{name}_chosen{page}"


def _seen(name: str) -> str:
    return f"address_{name}_seen"
