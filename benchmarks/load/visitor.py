"""One visitor: a connection that asks for pages and answers widgets as Streamlit's front end does.

A message to the server is a `BackMsg`, one from it a `ForwardMsg` (`streamlit.proto`). The visitor paints nothing, and
asks neither for pictures nor for scripts, so a real browser adds its own time to each figure.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

# Seconds without the awaited message after which a visit has failed.
PATIENCE = 60.0
# How a script's run can end, as `ForwardMsg` numbers it: broken off for another run that follows.
_FOR_RERUN = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


class VisitFailed(Exception):
    """A page showed an error, or the server did not answer."""


@dataclass
class Visitor:
    """A visitor with an open connection; see `visiting`."""

    connection: ClientConnection
    page: str = ""
    query: str = ""
    script_hash: str = ""
    # The session's id, by which files are uploaded to it.
    session: str = ""
    # The elements of the page by their id, as far as they have one, and the fragments that run by a timer.
    elements: dict[str, Element] = field(default_factory=dict)
    timers: dict[str, float] = field(default_factory=dict)
    # Of widgets that have been changed; the front end sends all with each request.
    states: dict[str, WidgetState] = field(default_factory=dict)
    # The fragment in which an element stands, by the element's id.
    fragments: dict[str, str] = field(default_factory=dict)
    # Whether a page may show an error, such as why a run has failed.
    expects_errors: bool = False

    async def open(self, page: str, query: str = "") -> float:
        """Go to a page; returns the seconds until its script has run. Raises VisitFailed."""
        self.page, self.query, self.script_hash = page, query, ""
        self.elements, self.timers, self.states, self.fragments = {}, {}, {}, {}
        return await self.rerun()

    async def rerun(
        self,
        *triggers: WidgetState,
        fragment: str = "",
        is_timer: bool = False,
        until: bytes = b"",
    ) -> float:
        """Have the script run, or one fragment of it; returns the seconds until it has.

        triggers: widgets that are pressed in this request alone. is_timer: whether the fragment's own timer asks.
        until: where given, the seconds are those to the first message that holds it, and there must be one.
        Raises VisitFailed.
        """
        request = BackMsg()
        state = request.rerun_script
        state.query_string, state.fragment_id, state.is_auto_rerun = self.query, fragment, is_timer
        state.widget_states.CopyFrom(WidgetStates(widgets=[*self.states.values(), *triggers]))
        if self.script_hash:
            state.page_script_hash = self.script_hash
        else:
            state.page_name = self.page
        begun = time.perf_counter()
        await self.connection.send(request.SerializeToString())
        seconds: float | None = None
        async for content in self._until_finished():
            if seconds is None and until and until in content:
                seconds = time.perf_counter() - begun
        if until and seconds is None:
            raise VisitFailed(f"{self.page}?{self.query} did not show {until.decode()}.")
        return time.perf_counter() - begun if seconds is None else seconds

    async def press(self, label: str) -> None:
        """Press the button with this label. Raises VisitFailed."""
        button = self.find("button", lambda found: found.label == label)
        await self.rerun(pressed(button.id), fragment=self.fragments[button.id])

    def find(self, kind: str, is_it: Callable[[Any], bool]) -> Any:
        """The page's element of this kind for which `is_it`. Raises VisitFailed."""
        for element in self.elements.values():
            if element.WhichOneof("type") == kind and is_it(getattr(element, kind)):
                return getattr(element, kind)
        raise VisitFailed(f"There is no such {kind} on {self.page}?{self.query}.")

    async def _until_finished(self) -> AsyncIterator[bytes]:
        """Each message up to the end of the script's run."""
        while True:
            content = await self._receive()
            message = ForwardMsg()
            message.ParseFromString(content)
            self._note(message)
            yield content
            if message.WhichOneof("type") == "script_finished" and message.script_finished != _FOR_RERUN:
                return

    async def _receive(self) -> bytes:
        try:
            content = await asyncio.wait_for(self.connection.recv(), PATIENCE)
        except TimeoutError:
            raise VisitFailed(f"{self.page}?{self.query} did not answer within {PATIENCE:.0f} s.") from None
        assert isinstance(content, bytes)
        return content

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            # A run of the whole page sets its timers anew.
            if not message.metadata.run.fragment_ids:
                self.timers = {}
        elif kind == "navigation":
            # The script of the page that is shown; a new session names the one that all pages share.
            self.script_hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.timers.pop(fragment, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._keep(message.delta.new_element, message.delta.fragment_id)

    def _keep(self, element: Element, fragment: str) -> None:
        kind = str(element.WhichOneof("type"))
        is_error = kind == "alert" and element.alert.format == Alert.ERROR and not self.expects_errors
        if kind == "exception" or is_error:
            raise VisitFailed(f"{self.page}?{self.query} shows: {str(getattr(element, kind))[:300]}")
        if name := getattr(getattr(element, kind), "id", ""):
            self.elements[name] = element
            self.fragments[name] = fragment


@contextlib.asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Visitor]:
    """A new visitor of the server at `address`. Raises ValueError where that is not on this machine."""
    async with connect(
        stream_of(address),
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(address),
        max_size=None,
        proxy=None,
        ping_interval=None,
    ) as connection:
        yield Visitor(connection)


def stream_of(address: str) -> str:
    """Where the server at `address` speaks its protocol. Raises ValueError where it is not on this machine."""
    place = urlsplit(address)
    host = place.hostname or ""
    with contextlib.suppress(ValueError):
        if place.scheme == "http" and ipaddress.ip_address(host).is_loopback:
            return f"ws://{place.netloc}/_stcore/stream"
    raise ValueError(f"{address!r} is no http address of this machine by its number, such as http://127.0.0.1:8501.")


def pressed(name: str) -> WidgetState:
    """A click on the button with this id."""
    return WidgetState(id=name, trigger_value=True)


def component_state(name: str, value: Any) -> WidgetState:
    """What the component with this id has sent."""
    return WidgetState(id=name, json_value=json.dumps(value))
