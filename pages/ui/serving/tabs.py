"""The open tabs of a server: how many there are, from where, and how long they wait for answers."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, field

KEPT_LATENCIES = 2000
"""Of the latest answers; older ones say nothing about now."""


@dataclass
class Tabs:
    """Counts tabs up to two limits. Any thread may ask.

    Attributes:
        most: open tabs in all.
        most_of_one_address: open tabs from one address.
    """

    most: int
    most_of_one_address: int
    _open: Counter[str] = field(default_factory=Counter)
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_LATENCIES))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _peak: int = 0
    _opened: int = 0
    _refused: int = 0

    def has_room(self, address: str) -> bool:
        """Whether one more tab may be opened from ``address``."""
        with self._lock:
            return self._has_room(address)

    def open(self, address: str) -> bool:
        """Count a tab that is being opened; False, and nothing counted, where there is no room."""
        with self._lock:
            if not self._has_room(address):
                self._refused += 1
                return False
            self._open[address] += 1
            self._opened += 1
            self._peak = max(self._peak, self._open.total())
            return True

    def close(self, address: str) -> None:
        """A tab that was counted has gone."""
        with self._lock:
            self._open[address] -= 1
            if self._open[address] <= 0:
                del self._open[address]

    def answered(self, seconds: float) -> None:
        """A tab has waited ``seconds`` for the answer to a change."""
        with self._lock:
            self._seconds.append(seconds)

    def told(self) -> dict[str, int]:
        """The counts: open now, at most so far, opened so far, refused so far, addresses."""
        with self._lock:
            return {
                "open": self._open.total(),
                "peak": self._peak,
                "opened": self._opened,
                "refused": self._refused,
                "addresses": len(self._open),
            }

    def waits(self, *shares: float) -> list[float | None]:
        """Of the latest answers, the seconds that each of ``shares`` (0 to 1) stayed below."""
        with self._lock:
            seconds = sorted(self._seconds)
        if not seconds:
            return [None for _share in shares]
        return [seconds[min(len(seconds) - 1, int(share * len(seconds)))] for share in shares]

    def _has_room(self, address: str) -> bool:
        return self._open.total() < self.most and self._open[address] < self.most_of_one_address
