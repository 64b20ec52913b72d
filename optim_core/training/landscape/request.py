"""LandscapeRequest: one picture of the loss around networks as a value: job, link and fixture."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from landscapes import Choice, Knob, Refusal, Registry
from optim_core.jobs.plain import RUN_ID
from optim_core.run_knobs import MAX_SEED

MOST_NETWORKS = 64
ROW = re.compile(r"0|[1-9][0-9]{0,3}")

Network = tuple[str, int]
"""The id of a training and the row of the network in it."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A kind of picture.

    Attributes:
        key, title, help: for pickers.
        fewest, most: how many networks it is of.
        flat: whether it has two axes.
        settings: the keys of the knobs that it depends on.
    """

    key: str
    title: str
    help: str
    fewest: int
    most: int
    flat: bool
    settings: tuple[str, ...]


PICTURES: Registry[Picture] = Registry("kind of picture")
"""Every kind of picture by key."""

for _picture in (
    Picture(
        key="slice",
        title="Slice in two random directions",
        help="The loss around one network, along two random directions whose filters are as long "
        "as the network's own.",
        fewest=1,
        most=1,
        flat=True,
        settings=("resolution", "pictures", "span", "seed", "statistics"),
    ),
    Picture(
        key="line",
        title="Slice in one random direction",
        help="The loss on a line through one network, with accuracy.",
        fewest=1,
        most=1,
        flat=False,
        settings=("resolution", "pictures", "span", "seed", "statistics"),
    ),
    Picture(
        key="interpolation",
        title="Line through two networks",
        help="From the first network (0) to the second (1) and beyond: is there a hill between "
        "them, and whose valley is wider?",
        fewest=2,
        most=2,
        flat=False,
        settings=("resolution", "pictures"),
    ),
    Picture(
        key="plane",
        title="Plane through three networks",
        help="The one plane on which all three lie.",
        fewest=3,
        most=3,
        flat=True,
        settings=("resolution", "pictures"),
    ),
    Picture(
        key="paths",
        title="Paths in their principal plane",
        help="The ways of all networks through the plane that is nearest to them. Their weights "
        "must have been recorded.",
        fewest=1,
        most=MOST_NETWORKS,
        flat=True,
        settings=("resolution", "pictures", "centre"),
    ),
):
    PICTURES.add(_picture.key, _picture)

LANDSCAPE_KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        knob.key: knob
        for knob in (
            Knob(
                key="resolution",
                title="Points a side",
                default=25,
                low=5,
                high=101,
                scale="integer",
                slider_low=9,
                help="A picture with two axes has as many points as this times itself. A coarse "
                "picture comes first.",
            ),
            Knob(
                key="pictures",
                title="Pictures looked at",
                default=500,
                low=16,
                high=10_000,
                scale="integer",
                slider_low=100,
                help="At every point so many training and so many validation pictures are looked "
                "at, the same ones each time.",
            ),
            Knob(
                key="span",
                title="Reach",
                default=1.0,
                low=0.01,
                high=100.0,
                scale="log",
                slider_low=0.1,
                slider_high=10.0,
                help="How far the picture goes to each side. At 1 every filter of the network has "
                "moved by its own length.",
            ),
            Knob(
                key="seed",
                title="Seed of the directions",
                default=0,
                low=0,
                high=MAX_SEED,
                scale="integer",
                slider_high=100,
                help="Other directions, another picture: look at several before you believe one.",
            ),
            Knob(
                key="statistics",
                title="Batch norms",
                default="found",
                scale="choice",
                choices=(
                    Choice(
                        key="found",
                        title="As found",
                        help="Means and variances stay those that the trained network remembers.",
                    ),
                    Choice(
                        key="recomputed",
                        title="Recomputed",
                        help="At every point each batch has its own mean and variance, as in "
                        "training.",
                    ),
                ),
                help="Which statistics the batch norms use away from the network.",
            ),
            Knob(
                key="centre",
                title="Centre",
                default=-1,
                low=-1,
                high=MOST_NETWORKS - 1,
                scale="integer",
                help="Which point the plane goes through: the end of a path, or with -1 the mean "
                "of all points.",
            ),
        )
    }
)
"""The settings of pictures; a kind of picture uses those that its ``settings`` name."""


@dataclass(frozen=True, kw_only=True)
class LandscapeRequest:
    """What is to be drawn.

    Settings that the kind of picture does not depend on are kept at their defaults, so that equal
    pictures are equal requests.

    Attributes:
        kind: a key of ``PICTURES``.
        networks: the id of a training and a row in it, for each network.
        resolution, pictures, span, seed, statistics, centre: see ``LANDSCAPE_KNOBS``.

    Raises:
        ValueError: saying what is wrong.
    """

    kind: str
    networks: tuple[Network, ...]
    resolution: int = 25
    pictures: int = 500
    span: float = 1.0
    seed: int = 0
    statistics: str = "found"
    centre: int = -1

    def __post_init__(self) -> None:
        picture = PICTURES[self.kind]
        object.__setattr__(self, "networks", checked_networks(self.networks))
        count = len(self.networks)
        if not picture.fewest <= count <= picture.most:
            raise Refusal(
                "this picture is of {fewest} to {most} networks, not of {count}",
                fewest=picture.fewest,
                most=picture.most,
                count=count,
            )
        for name, knob in LANDSCAPE_KNOBS.items():
            value = getattr(self, name) if name in picture.settings else knob.default
            object.__setattr__(self, name, knob.check(value))
        if self.centre >= count:
            raise Refusal("there is no network {number} to centre on", number=self.centre + 1)

    @property
    def picture(self) -> Picture:
        """The kind of picture."""
        return PICTURES[self.kind]

    @property
    def recomputed(self) -> bool:
        """Whether batch norms are recomputed at every point; see ``evaluating.py``."""
        return "statistics" not in self.picture.settings or self.statistics == "recomputed"

    def changed(self, **fields: Any) -> LandscapeRequest:
        """This request with some fields changed."""
        return dataclasses.replace(self, **fields)

    def to_spec(self) -> dict[str, Any]:
        """Plain JSON, in full."""
        fields = dataclasses.asdict(self)
        return fields | {"networks": [list(network) for network in self.networks]}


def from_spec(spec: Mapping[str, Any]) -> LandscapeRequest:
    """The request that plain JSON describes.

    Raises:
        ValueError: for anything else, unknown parts included.
    """
    names = {field.name for field in dataclasses.fields(LandscapeRequest)}
    if not {"kind", "networks"} <= set(spec) <= names:
        raise Refusal("a picture has a kind, networks and settings, and nothing else")
    if not isinstance(spec["networks"], list | tuple):
        raise Refusal("networks must be a list")
    return LandscapeRequest(**{**spec, "networks": tuple(spec["networks"])})


def checked_networks(given: object) -> tuple[Network, ...]:
    """``given`` if it names different networks.

    Raises:
        ValueError: else.
    """
    pairs = given if isinstance(given, tuple) else ()
    found: list[Network] = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise Refusal("a network is the id of a training and a row of it")
        run, row = pair
        sound = isinstance(run, str) and RUN_ID.fullmatch(run) and isinstance(row, int)
        if not sound or isinstance(row, bool) or not 0 <= row < MOST_NETWORKS:
            raise Refusal("a network is the id of a training and a row of it")
        found.append((run, row))
    if len(set(found)) < len(found):
        raise Refusal("each network can be there only once")
    return tuple(found)


def network_text(network: Network) -> str:
    """A network as it stands in a link: ``<id>.<row>``."""
    return f"{network[0]}.{network[1]}"


def read_network(text: str) -> Network | None:
    """The network that a link names; None for anything else."""
    run, _, row = text.partition(".")
    if not RUN_ID.fullmatch(run) or not ROW.fullmatch(row) or int(row) >= MOST_NETWORKS:
        return None
    return run, int(row)
