"""How fast somebody may ask: a bucket of tokens that fills up by itself."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

MOST_REMEMBERED = 10_000
"""Of those who ask; the one heard of longest ago is forgotten, and begins with a full bucket."""


@dataclass
class Pace:
    """A bucket of tokens for one who asks; times are seconds of a monotonic clock.

    Attributes:
        a_second: tokens that come back each second.
        at_once: tokens that the bucket holds: so much may be asked for at once.
    """

    a_second: float
    at_once: float
    _left: float | None = None
    _since: float = 0.0

    def left(self, now: float) -> float:
        """Tokens in the bucket; negative where more was taken than there was."""
        if self._left is None:
            self._left = self.at_once
        else:
            grown = self._left + max(0.0, now - self._since) * self.a_second
            self._left = min(self.at_once, grown)
        self._since = now
        return self._left

    def take(self, now: float, tokens: float = 1.0) -> None:
        """Take tokens, whether or not there are so many."""
        self._left = self.left(now) - tokens

    def seconds_until(self, now: float, tokens: float = 0.0) -> float:
        """The seconds until there are ``tokens`` in the bucket."""
        return max(0.0, (tokens - self.left(now)) / self.a_second)


@dataclass
class Paces:
    """A bucket each for everybody who asks; any thread may use it.

    Attributes:
        a_second: tokens that come back each second.
        at_once: tokens that a bucket holds.
    """

    a_second: float
    at_once: float
    _paces: OrderedDict[str, Pace] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, now: float, tokens: float = 1.0) -> None:
        """Take tokens of ``name``, whether or not there are so many."""
        with self._lock:
            self._of(name).take(now, tokens)

    def seconds_until(self, name: str, now: float, tokens: float = 0.0) -> float:
        """The seconds until ``name`` has ``tokens``."""
        with self._lock:
            return self._of(name).seconds_until(now, tokens)

    def _of(self, name: str) -> Pace:
        pace = self._paces.setdefault(name, Pace(self.a_second, self.at_once))
        self._paces.move_to_end(name)
        while len(self._paces) > MOST_REMEMBERED:
            self._paces.popitem(last=False)
        return pace
