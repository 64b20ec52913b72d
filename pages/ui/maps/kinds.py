"""The kinds of maps there are, in the order of the page; a new one is a file and a line here."""

from __future__ import annotations

from pages.ui.maps.basins import BASINS
from pages.ui.maps.kind import MapKind
from pages.ui.maps.phase import PHASE

KINDS: tuple[MapKind, ...] = (BASINS, PHASE)
