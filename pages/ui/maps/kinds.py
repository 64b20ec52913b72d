"""The kinds of maps there are, in the order of the page; a new one is a file and a name here."""

from __future__ import annotations

from landscapes import Registry
from pages.ui.maps.basins import BASINS
from pages.ui.maps.kind import MapKind
from pages.ui.maps.phase import PHASE

KINDS: Registry[MapKind] = Registry("kind of map")
"""Every kind of map by its key."""

for _kind in (BASINS, PHASE):
    KINDS.add(_kind.key, _kind)
