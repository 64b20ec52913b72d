"""Sound links of every page, to be damaged: as pairs of a key and a text."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from landscapes import complete_settings
from optim_core import PRESETS, to_query
from optim_core.lessons import library
from optim_core.link_format import SEPARATOR, pairs_text
from optim_core.training.landscape import LANDSCAPE_KNOBS, PICTURES
from optim_core.training.landscape.edge_job import to_spec
from optim_core.training.landscape.edge_presets import EDGE_PRESETS
from optim_core.training.presets import TRAINING_PRESETS
from pages.ui.maps.kind import MapKind
from pages.ui.maps.kinds import KINDS
from pages.ui.training.link_text import packed
from tests.pages.lab import SMALL, Lab

Link = list[tuple[str, str]]

GUIDE: Link = [
    *(("title", "My lesson"), ("caption", "Look."), ("ask", "Who?"), ("choice", "A")),
    *(("choice", "B"), ("answer", "2"), ("why", "So."), ("hide", "surface"), ("lock", "rest.map")),
]
LOOKS: Link = [("name", "1~Ann"), ("colour", "1~ff0000"), ("hidden", "1.2"), ("view", "paths")]
MORE: Link = [
    *(*LOOKS, ("trails", "all"), ("projector", "1"), ("lang", "zh-TW"), ("embed", "true")),
    ("sweep", "1~learning_rate"),
]

SHOWN = 4
"""Presets that a page which takes any scenario is opened with."""


def stored(folder: Path) -> dict[str, str]:
    """Runs that are done, in a store that nobody serves yet: their ids by their kinds."""
    lab = Lab(folder)
    small = SMALL.changed(record_every=4)
    found = {"fit": lab.submit(small, name="<b>pwn</b>")}
    lab.work()
    of_two: dict[str, object] = {
        "networks": [[found["fit"], row] for row in (0, 1)],
        "pictures": 16,
    }
    recording = dataclasses.replace(EDGE_PRESETS["adam"].recording, steps=4, every=2, pictures=16)
    wanted: dict[str, dict[str, object]] = {
        "landscape": {**of_two, "kind": "interpolation", "resolution": 5},
        "sharpness": {**of_two, "eigenvalues": 2, "probes": 2, "depth": 4},
        "edge": to_spec(recording),
    }
    for kind, spec in wanted.items():
        found[kind] = lab.store.submit(kind, spec, "somebody").run
        lab.work()
    lab.ledger.database.close()
    lab.store.close()
    return found


def links_of_pages(runs: dict[str, str]) -> dict[str, list[Link]]:
    """Links by page; ``runs`` are the ids of one run of each kind."""
    scenarios = [parse_qsl(to_query(preset.scenario)) for preset in PRESETS.values()]
    networks = [("network", f"{runs['fit']}.{row}") for row in range(4)]
    knobs = [(key, knob.format(knob.default)) for key, knob in LANDSCAPE_KNOBS.items()]
    return {
        "": [*scenarios, *([("preset", key)] for key in PRESETS)],
        "inside": [[*one, ("inside", "2.1")] for one in scenarios[:SHOWN]],
        "maps": [
            [("map", _of_map(kind)), *one] for one in scenarios[:SHOWN] for kind in KINDS.values()
        ],
        "lessons": [[("lesson", key)] for key in (*library().lessons, *library().cases)],
        "training": [
            [("run", runs["fit"])],
            [("experiment", packed(SMALL)), ("run", runs["fit"])],
            *([("training", key)] for key in TRAINING_PRESETS),
        ],
        "landscape": [
            [("kind", kind.key), *networks[: kind.most], *knobs, ("picture", runs["landscape"])]
            for kind in PICTURES.values()
        ],
        "sharpness": [
            [("view", "networks"), *networks, ("rho", "0.05"), ("measured", runs["sharpness"])],
            *([("view", "edge"), ("recording", key), ("steps", "20")] for key in EDGE_PRESETS),
            [("view", "edge"), ("recorded", runs["edge"])],
            [("view", "batches"), ("small", runs["fit"]), ("large", runs["fit"])],
            [("view", "batches"), ("line", runs["landscape"]), ("sharp", runs["sharpness"])],
        ],
    }


def _of_map(kind: MapKind) -> str:
    settings = dict(complete_settings(kind.knobs, {}, kind.key))
    return SEPARATOR.join((kind.key, *pairs_text(kind.knobs, settings)))


def written(link: Link) -> str:
    """``link`` as a query string; what no query can hold becomes a question mark."""
    return urlencode(link, errors="replace")
