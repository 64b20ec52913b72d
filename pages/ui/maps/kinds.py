"""The kinds of maps there are, in the order of the page; a new one is a file and a name here."""

from __future__ import annotations

from landscapes import Registry
from pages.ui.maps.basins import BASINS
from pages.ui.maps.dimensions import DIMENSIONS_KIND
from pages.ui.maps.kind import MapKind
from pages.ui.maps.noise import NOISE
from pages.ui.maps.phase import PHASE
from pages.ui.maps.race import RACE

KINDS: Registry[MapKind] = Registry("kind of map")
"""Every kind of map by its key."""

for _kind in (BASINS, PHASE, RACE, NOISE, DIMENSIONS_KIND):
    KINDS.add(_kind.key, _kind)
