"""What a courier and a hand say to each other: JSON and bytes, numbered, large ones in parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

from optim_core.jobs.reporting import json_text
from optim_core.jobs.words import LostRunError

PART_BYTES = 4_000_000
"""All messages pass through the scheduler, which holds ``MAX_WAITING`` parts of a run at most."""
MAX_WAITING = 8

Item = tuple[int, str, bytes]
"""Number, JSON (empty where the rest of the bytes follows), bytes."""


class BrokenWireError(Exception):
    """What comes is not what was sent: the other side is another program, or something got lost."""


@dataclass(frozen=True)
class Message:
    """One thing said.

    Attributes:
        say: what it is about.
        body: plain JSON.
        data: arrays in the safetensors format, or nothing.
    """

    say: str
    body: dict[str, Any] = field(default_factory=dict)
    data: bytes = b""


class Channel(Protocol):
    """Carries items one way each, in order. Any error of it means that the cluster is gone."""

    def put(self, item: Item) -> bool:
        """Send an item; False when the other side has let too many pile up."""

    def take(self) -> list[Any]:
        """What has come, without waiting."""


class Mailbox:
    """Sends and receives messages; several threads may send, one may receive."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sending = Lock()
        self._sent = self._received = 0
        self._parts: list[bytes] = []

    def post(self, message: Message, given_up: Callable[[], bool]) -> None:
        """Send a message, waiting for room.

        Raises:
            LostRunError: when ``given_up()`` became true before there was any.
        """
        with self._sending:
            for text, data in in_parts(message):
                while not self._channel.put((self._sent + 1, text, data)):
                    if given_up():
                        raise LostRunError
                self._sent += 1

    def post_if_free(self, message: Message) -> bool:
        """Send a short message unless there is no room or another is being sent; whether it was."""
        if not self._sending.acquire(blocking=False):
            return False
        try:
            ((text, data),) = in_parts(message)
            sent = self._channel.put((self._sent + 1, text, data))
            self._sent += int(sent)
            return sent
        finally:
            self._sending.release()

    def take(self) -> list[Message]:
        """The messages that have come, without waiting.

        Raises:
            BrokenWireError: when something is missing or has another form.
        """
        return [message for item in self._channel.take() if (message := self._joined(item))]

    def _joined(self, item: Any) -> Message | None:
        try:
            number, text, data = item
            if number != self._received + 1:
                raise BrokenWireError(f"message {number} after {self._received}")
            self._received += 1
            self._parts.append(bytes(data))
            if not text:
                return None
            told = json.loads(text)
            parts, self._parts = self._parts, []
            whole = parts[0] if len(parts) == 1 else b"".join(parts)
            return Message(str(told["say"]), dict(told["body"]), whole)
        except (TypeError, ValueError, KeyError) as error:
            raise BrokenWireError(str(error)) from error


def in_parts(message: Message) -> Iterator[tuple[str, bytes]]:
    """The text and bytes of the items that make up a message."""
    text = json_text({"say": message.say, "body": message.body})
    data = message.data
    whole = max(0, len(data) - 1) // PART_BYTES
    for place in range(whole):
        yield "", data[place * PART_BYTES : (place + 1) * PART_BYTES]
    yield text, data[whole * PART_BYTES :]
