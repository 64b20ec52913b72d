"""A browser tab without a browser: the WebSocket and the protobuf messages of Streamlit's page.

A tab connects to ``/_stcore/stream`` and asks for a first run; the server then sends the page as
deltas. Whatever somebody does there is a message with the states of the widgets, and a run is over
when ``script_finished`` comes. Only servers of this machine are ever spoken to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ENDED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
HERE = ("127.0.0.1", "localhost", "::1")
LARGEST = 64 << 20
KEPT_RUNS = 2
"""For so many runs a page keeps a message that it may be sent again."""


@dataclass
class Run:
    """What one run of the page's script came to.

    Attributes:
        seconds: from asking until the end of the run had come.
        kilobytes: that came.
        errors: what the page shows as errors, and exceptions.
        status: of ``script_finished``.
    """

    seconds: float = 0.0
    kilobytes: float = 0.0
    errors: list[str] = field(default_factory=list)
    status: int = -1

    @property
    def sound(self) -> bool:
        """Whether it ended as it should, without an error."""
        return self.status in ENDED and not self.errors


class Tab:
    """One open tab; use as ``async with Tab(address) as tab``.

    Args:
        address: of the server, ``http://127.0.0.1:8501``.
        query: of the page's address.
        session: id of a session to go on with, as after a lost connection.
        page: name of the page in the address, ``training``; empty for the first one.
        cookie: that its browser sends.
    """

    def __init__(
        self, address: str, query: str = "", session: str = "", page: str = "", cookie: str = ""
    ) -> None:
        parts = urlsplit(address)
        if parts.hostname not in HERE:
            raise ValueError("only servers of this machine are spoken to")
        self.address, self.query, self.session = f"http://{parts.netloc}", query, session
        self.widgets: dict[str, tuple[str, Any]] = {}
        self._states: dict[str, tuple[str, Any]] = {}
        self._seen: set[str] = set()
        self._fragments: dict[str, str] = {}
        self._touched = ""
        self._drawn: frozenset[str] = frozenset()
        self._blocks: dict[tuple[int, ...], str] = {}
        self._around: dict[str, str] = {}
        self._kept: dict[str, int] = {}
        self._runs = 0
        self._name, self._page, self._cookie = page, "", cookie
        self._socket: Any = None

    async def __aenter__(self) -> Tab:
        """Connect."""
        spoken = ["streamlit", "token", self.session] if self.session else ["streamlit"]
        self._socket = await websockets.connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=spoken,  # type: ignore[arg-type]
            origin=self.address,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie} if self._cookie else None,
            max_size=LARGEST,
            open_timeout=60,
            close_timeout=1,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        await self._socket.close()

    def vanish(self) -> None:
        """Go without a word, as a machine does that has lost its network."""
        self._socket.transport.abort()

    async def open(self, patience: float = 60) -> Run:
        """The first run of the page."""
        return await self.rerun(patience)

    async def press(self, key: str, patience: float = 60) -> Run:
        """Press the button with this key."""
        return await self.rerun(patience, self.pressed(key))

    def pressed(self, key: str) -> dict[str, tuple[str, Any]]:
        """The state of the button with this key while it is pressed."""
        return {self.id_of(key): ("trigger_value", True)}

    def moved(self, key: str, option: int) -> dict[str, tuple[str, Any]]:
        """The state of the slider with this key at one of its options."""
        options: list[str] = list(self.widgets[key][1].options)
        return {self.id_of(key): ("string_array_value", [options[option % len(options)]])}

    def id_of(self, key: str) -> str:
        """What Streamlit calls the widget with this key."""
        return str(self.widgets[key][1].id)

    async def slide(self, key: str, option: int, patience: float = 60) -> Run:
        """Let the slider with this key go at one of its options."""
        self._states |= self.moved(key, option)
        self._touched = self.id_of(key)
        return await self.rerun(patience)

    async def choose(self, key: str, option: int, patience: float = 60) -> Run:
        """Choose one of the list whose key begins so: each one shown has a list of its own."""
        (listed,) = (
            widget
            for name, (kind, widget) in self.widgets.items()
            if kind == "button_group" and name.startswith(f"{key}.")
        )
        chosen = listed.options[option % len(listed.options)].content
        self._states[listed.id] = ("string_array_value", [chosen])
        self._touched = listed.id
        return await self.rerun(patience)

    async def rerun(
        self, patience: float = 60, pressed: dict[str, tuple[str, Any]] | None = None
    ) -> Run:
        """Ask for a run with the present states and wait until it has ended.

        Raises:
            TimeoutError: when it takes longer than ``patience`` seconds.
            websockets.ConnectionClosed: when the server closes the tab.
        """
        began = time.perf_counter()
        await self.send(self.asking(pressed or {}))
        return await self.ended(patience, began)

    async def send(self, data: bytes | str) -> None:
        """Send a frame, whatever it is."""
        await self._socket.send(data)

    def asking(
        self, pressed: dict[str, tuple[str, Any]] | None = None, fragment: str = ""
    ) -> bytes:
        """The message that asks for a run: of the part of the page alone that was touched.

        Where nothing of it was touched it is the whole page, but for a ``fragment`` that the page
        itself wants to be run again.
        """
        message = BackMsg()
        told = message.rerun_script
        touched = {self._touched, *(pressed or {})} - {""}
        parts = {self._fragments.get(widget, "") for widget in touched} or {fragment}
        self._touched, part = "", parts.pop() if len(parts) == 1 else ""
        told.fragment_id, told.is_auto_rerun = part, bool(fragment)
        told.query_string, told.page_script_hash = self.query, self._page
        if not self._page:
            told.page_name = self._name
        told.context_info.timezone, told.context_info.locale = "UTC", "en-US"
        told.context_info.url = f"{self.address}/"
        for widget, (kind, value) in {**self._states, **(pressed or {})}.items():
            state = told.widget_states.widgets.add()
            state.id = widget
            if kind.endswith("_array_value"):
                getattr(state, kind).data.extend(value)
            else:
                setattr(state, kind, value)
        told.cached_message_hashes.extend(self._kept)
        return message.SerializeToString()

    async def ended(self, patience: float = 60, began: float | None = None) -> Run:
        """Wait for the end of a run."""
        began = time.perf_counter() if began is None else began
        run = Run()
        async with asyncio.timeout(patience):
            while True:
                data = await self._socket.recv()
                run.kilobytes += len(data) / 1000
                message = ForwardMsg.FromString(data)
                if self._take(message, run):
                    run.seconds = time.perf_counter() - began
                    return run

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        """Take one message in; whether it ends the run."""
        kind = message.WhichOneof("type")
        if message.metadata.cacheable or kind == "ref_hash":
            self._kept[message.ref_hash or message.hash] = self._runs
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._page = message.new_session.page_script_hash
            self._seen.clear()
            # Not always what was asked for: a part may want others to be drawn, or all of it.
            self._drawn = frozenset(message.metadata.run.fragment_ids)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._note(message, run)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return False
            run.status = message.script_finished
            self._runs += 1
            self._kept = {k: at for k, at in self._kept.items() if at > self._runs - KEPT_RUNS}
            self._forget()
            return True
        return False

    def _note(self, message: ForwardMsg, run: Run) -> None:
        delta, place = message.delta, tuple(message.metadata.delta_path)
        if delta.fragment_id not in self._around:
            before = (place[:length] for length in reversed(range(len(place))))
            self._around[delta.fragment_id] = next(
                (self._blocks[block] for block in before if block in self._blocks), ""
            )
        if delta.WhichOneof("type") == "add_block":
            self._blocks[place] = delta.fragment_id
            block = delta.add_block.WhichOneof("type")
            if block in ("popover", "expandable"):
                self._know(block, getattr(delta.add_block, block), delta.fragment_id)
        elif delta.WhichOneof("type") == "new_element":
            element = delta.new_element
            kind = element.WhichOneof("type")
            if kind == "exception":
                run.errors.append(f"{element.exception.type}: {element.exception.message}"[:300])
            elif kind == "alert" and element.alert.format == element.alert.ERROR:
                run.errors.append(element.alert.body[:300])
            elif kind is not None:
                self._know(kind, getattr(element, kind), delta.fragment_id)

    def _know(self, kind: str, widget: Any, fragment: str) -> None:
        identity = str(getattr(widget, "id", ""))
        if not identity:
            return
        # An id ends with the key that the page gave the widget: $$ID-<digest>-<key>.
        parts = identity.split("-", 2)
        self.widgets[parts[2] if len(parts) == 3 else identity] = (kind, widget)
        self._seen.add(identity)
        self._fragments[identity] = fragment
        if kind == "slider" and widget.set_value:
            self._states[identity] = ("string_array_value", list(widget.raw_value))

    def _parts_around(self, identity: str) -> Iterator[str]:
        """The part that drew a widget, the one around that, and so on."""
        part, met = self._fragments.get(identity, ""), set[str]()
        while part and part not in met:
            yield part
            met.add(part)
            part = self._around.get(part, "")

    def _forget(self) -> None:
        """What the last run did not draw has no state any more, as in a browser."""

        def stays(identity: str) -> bool:
            # A run of some parts leaves the others as they are.
            elsewhere = self._drawn and self._drawn.isdisjoint(self._parts_around(identity))
            return identity in self._seen or bool(elsewhere)

        self.widgets = {
            key: (kind, widget) for key, (kind, widget) in self.widgets.items() if stays(widget.id)
        }
        self._states = {key: state for key, state in self._states.items() if stays(key)}
