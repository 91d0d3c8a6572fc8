"""How to join, large enough for a room: the code, the address, a QR code of it, and who is there already."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st

from core.classroom.classroom import Roll
from core.texts.message import plural
from pages.components.classroom.joining import CODE
from pages.components.classroom.live import show_live
from pages.components.classroom.services import classroom
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_html

_STYLE = """
<style>
.lab-invitation { display: flex; flex-wrap: wrap; gap: 2rem; align-items: center; }
.lab-invitation img { width: min(17rem, 80vw); image-rendering: pixelated; border-radius: 0.6rem; background: #fff; }
.lab-invitation p { margin: 0 0 0.35rem; font-size: 1.1rem; opacity: 0.75; }
.lab-invitation b { display: block; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere; }
.lab-invitation b.code { font-size: 3.2rem; letter-spacing: 0.04em; margin-bottom: 1.2rem; }
.lab-names { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; padding: 0 !important;
  margin: 0 !important; }
.lab-names li { margin: 0; padding: 0.25rem 0.8rem; border-radius: 2rem; font-size: 1.15rem;
  background: color-mix(in srgb, currentColor 9%, transparent); overflow-wrap: anywhere; }
</style>
"""
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def show_invitation() -> None:
    """Draw the view."""
    page = (st.context.url or "").partition("?")[0]
    code = classroom().code
    st.html(_STYLE + invitation_html(page, code))
    if urlsplit(page).hostname in _LOCAL and classroom().is_teacher:
        with st.container(key=form_key("class_address")):
            st.caption(
                tr(
                    "This address leads to each reader’s own machine. For pupils on other machines, open this page by "
                    "the name or number that this machine has in the network."
                )
            )
    show_live(_show_names)


def invitation_html(page: str, code: str) -> str:
    """The code and the address of the page, with a QR code of both in one link."""
    link = f"{page}?{CODE}={code}"
    picture = segno.make_qr(link, error="m").svg_data_uri(border=2)
    return (
        f'<div class="lab-invitation"><img src="{escape(picture)}" alt="{tr_html("QR code of the link")}"><div>'
        f'<p>{tr_html("Class code")}</p><b class="code">{escape(code)}</b>'
        f"<p>{tr_html('Address')}</p><b>{escape(page)}</b></div></div>"
    )


def _show_names(roll: Roll) -> None:
    if not roll.members:
        st.caption(tr("Nobody has joined yet."))
        return
    st.markdown(tr(plural("**{count} pupil** is here.", "**{count} pupils** are here.", len(roll.members))))
    names = "".join(f"<li>{escape(member.nickname)}</li>" for member in roll.members)
    st.html(f'{_STYLE}<ul class="lab-names">{names}</ul>')
