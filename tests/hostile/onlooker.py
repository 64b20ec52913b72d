"""A tab whose words are read, and which looks again where the page asks its browser to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.tabs import Run, Tab

BODIES = ("alert", "markdown", "text", "toast", "heading")
"""Elements that say something, in ``body``."""

BETWEEN_LOOKS = 0.2
"""Seconds; a browser waits a second and more."""


class Onlooker(Tab):
    """A tab that knows what its page says.

    Attributes:
        said: by the last run of the page, or of a part of it.
        traces: what it showed as an exception of Python: visitors should never see any.
    """

    def __init__(self, address: str, **more: Any) -> None:
        super().__init__(address, **more)
        self.said, self.traces = "", []  # type: tuple[str, list[str]]
        self._fragment = ""

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        """Take one message in, with what it says."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.said = ""
            if not message.metadata.run.fragment_ids:
                self._fragment = ""
        elif kind == "auto_rerun":
            self._fragment = message.auto_rerun.fragment_id
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            shown = element.WhichOneof("type")
            if shown in BODIES:
                self.said += getattr(element, shown).body.replace("\\", "") + "\n"
            elif shown == "exception":
                self.traces.append(element.exception.message)
        return super()._take(message, run)

    @property
    def asks_again(self) -> bool:
        """Whether the page wants its browser to look again by itself."""
        return bool(self._fragment)

    async def look(self, patience: float = 60) -> Run:
        """Look again, as the page asks its browser to: at the part of it that lives."""
        await self.send(self.asking(fragment=self._fragment))
        return await self.ended(patience)

    async def until(self, holds: Callable[[str], Any], patience: float = 60) -> str:
        """Look on until what the page says is so; all that it says then.

        Raises:
            TimeoutError: when that takes longer than ``patience`` seconds.
        """
        async with asyncio.timeout(patience):
            while not holds(self.said):
                assert self.asks_again, f"nobody asks again, and the page says:\n{self.said}"
                await asyncio.sleep(BETWEEN_LOOKS)
                await self.look()
        return self.said
