"""Damaged links through the pages themselves: every page opens, and shows texts as texts."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pytest
from fuzzing import HOSTILE_TEXTS, count, damaged_text, damaged_value
from links import GUIDE, MORE, Link, links_of_pages, stored, written
from reading import MARKED, Reader
from served import Served

from landscapes import Knob, complete_settings
from optim_core.link_format import SEPARATOR, pairs_text
from optim_core.training import DATASETS
from optim_core.training.networks import NETWORKS
from pages.ui.maps.kind import MapKind
from pages.ui.maps.kinds import KINDS
from pages.ui.training.link_text import packed
from tests.browser.serving import serving
from tests.pages.lab import SMALL

Item = TypeVar("Item")

FULL = 20_000
AT_ONCE = 3
NUMBERS = ("NaN", "-inf", "1e400", "1e-400", "-0", "0x10", "1e9", "9" * 20, "³", "１", "0", "-1")
LARGE = ("16", "63", "100", "1000", "100000", "1e6", "1e-9", "0.999999")
STRANGE = (*MARKED, *MARKED, *NUMBERS, *HOSTILE_TEXTS)
LONG = "pwn" * 60_000
PAGES = ("", "inside", "maps", "lessons", "training", "landscape", "sharpness")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """A server of its own, whose store holds a run of every kind, and their ids."""
    folder = tmp_path_factory.mktemp("attacked")
    said, runs = folder / "said", folder / "runs"
    ids = stored(runs)
    told = {"DOWNHILL_LOG": "json", "DOWNHILL_RUNS": str(runs), "DOWNHILL_DEVICES": "cpu"}
    with serving(environment=told, output=said) as (address, _process):
        yield Served(address, said, runs), ids


def damaged_link(
    chance: random.Random, links: Sequence[Link], keys: Sequence[str], ids: Sequence[str]
) -> Link:
    """One of ``links`` with a few things done to it; ``ids`` are of runs of other kinds."""
    link = list(chance.choice(links))
    if chance.random() < 0.5:
        link += chance.sample([*GUIDE, *MORE], chance.randint(1, 8))
    everything = [text for one in links for _key, text in one]
    for _change in range(chance.randint(1, 4)):
        place = chance.randrange(len(link)) if link else 0
        kind = chance.randrange(10) if link else 0
        if kind == 0:
            link.insert(place, (chance.choice(keys), chance.choice(STRANGE)))
        elif kind == 1:
            link[place] = (link[place][0], chance.choice(STRANGE))
        elif kind == 2:
            link[place] = (link[place][0], _damaged(chance, *link[place], everything))
        elif kind == 3:
            link[place] = (link[place][0], chance.choice(everything))
        elif kind == 4:
            link += [link[place]] * chance.choice((1, 2, 100))
        elif kind == 5:
            link += [(link[place][0], chance.choice(STRANGE))]
        elif kind == 6:
            del link[place]
        elif kind == 7:
            link[place] = (
                link[place][0],
                chance.choice(ids) + chance.choice(("", "", ".0", ".63")),
            )
        elif kind == 8:
            link[place] = (link[place][0], _one_part(chance, link[place][1]))
        else:
            link[place] = (chance.choice((*keys, *MARKED)), link[place][1])
    if chance.random() < 0.02:
        link.append((chance.choice(keys), LONG))
    return link


def _damaged(chance: random.Random, key: str, text: str, others: Sequence[str]) -> str:
    """``text`` with damage, below the letters that an experiment is packed into, too."""
    if key != "experiment" or chance.random() < 0.3:
        return damaged_text(chance, [text], ["~", ".", "&", *STRANGE, *others])
    spec = damaged_value(chance, json.loads(SMALL.to_json()), STRANGE)
    plain = json.dumps(spec, default=str)
    if chance.random() < 0.3:
        return plain
    pressed = zlib.compress(plain.encode("utf-8", "replace"))
    return base64.urlsafe_b64encode(pressed).decode()


def _one_part(chance: random.Random, text: str) -> str:
    """``text`` with one of its parts replaced: what is left is read as it stands."""
    mark = "~" if "~" in text else "."
    parts = text.split(mark)
    parts[chance.randrange(len(parts))] = chance.choice((*LARGE, *LARGE, *NUMBERS, *MARKED))
    return mark.join(parts)


async def visit(address: str, page: str, link: str, chance: random.Random) -> None:
    """Open a page by a link, do something there, and open what it wrote into its address."""
    async with Reader(address, query=link, page=page) as tab:
        run = await tab.open()
        assert run.sound, (page, link, run)
        sliders = [key for key, (kind, one) in tab.widgets.items() if kind == "slider"]
        if sliders and chance.random() < 0.3:
            moved = await tab.slide(chance.choice(sliders), chance.randrange(1000))
            assert moved.sound, (page, link, moved)
        assert not tab.markup, (page, link, tab.markup[0])
        kept = tab.query
    if kept != link and chance.random() < 0.3:
        async with Reader(address, query=kept, page=page) as again:
            assert (await again.open()).sound, (page, link, kept)
            assert not again.notices, (page, link, kept, again.notices)


async def attack(address: str, page: str, links: Sequence[Link], ids: Sequence[str]) -> None:
    chance = random.Random(page)
    keys = sorted({key for link in (*links, GUIDE, MORE) for key, _text in link})
    left = [
        (written(damaged_link(chance, links, keys, ids)), random.Random(chance.random()))
        for _case in range(count(FULL // len(PAGES)))
    ]

    await for_each(left, lambda one: visit(address, page, *one))


async def for_each(items: Iterable[Item], do: Callable[[Item], Awaitable[None]]) -> None:
    """Do something with every item, a few at a time."""
    left = iter(items)

    async def some() -> None:
        for item in left:
            await do(item)

    await asyncio.gather(*(some() for _tab in range(AT_ONCE)))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_by_any_link(attacked: tuple[Served, dict[str, str]], page: str) -> None:
    served, ids = attacked
    asyncio.run(attack(served.address, page, links_of_pages(ids)[page], list(ids.values())))
    said = served.said.read_text(errors="replace")
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    wrong = [one for one in events if one["level"] != "info"]
    assert not wrong, wrong[0].get("trace", wrong[0])
    assert "Traceback" not in said, said[said.index("Traceback") :][:3000]


@pytest.mark.parametrize("page", PAGES)
def test_the_links_that_are_damaged_were_sound(
    attacked: tuple[Served, dict[str, str]], page: str
) -> None:
    served, ids = attacked

    async def look(link: Link) -> None:
        async with Reader(served.address, query=written(link), page=page) as tab:
            run = await tab.open()
            assert run.sound, (page, link, run)
            assert not tab.notices, (page, link, tab.notices)

    asyncio.run(for_each(links_of_pages(ids)[page], look))


@pytest.mark.parametrize("page", PAGES)
def test_what_strangers_wrote_is_shown_as_text(
    attacked: tuple[Served, dict[str, str]], page: str
) -> None:
    served, ids = attacked
    sound = links_of_pages(ids)[page][0]
    keys = ("title", "caption", "why", *dict(MORE))

    async def look(marked: str) -> None:
        asked = [("ask", marked), ("choice", marked), ("choice", marked[::-1]), ("answer", "1")]
        told = [("name", f"1~{marked}"), *((key, marked) for key in keys)]
        for link in ([*sound, *told], [*sound, *told, *asked]):
            async with Reader(served.address, query=written(link), page=page) as tab:
                assert (await tab.open()).sound, (page, link)
                assert not tab.markup, (page, link, tab.markup[0])

    asyncio.run(for_each(MARKED, look))


CROWD: Link = [
    *(("surface", "rosenbrock"), ("noise", "gaussian"), ("steps", "20000")),
    *([("entry", "adam")] * 8),
    *(("start", f"{place}~1") for place in range(32)),
    ("noise_seeds", "10000"),
]
"""As much of everything as a link may ask for."""


def most(knobs: Sequence[Knob]) -> dict[str, float]:
    return {knob.key: knob.high for knob in knobs if knob.is_number}


def largest(kind: MapKind) -> str:
    """A map with every number at its upper end."""
    settings = dict(complete_settings(kind.knobs, most(kind.knobs), kind.key))
    return SEPARATOR.join((kind.key, *pairs_text(kind.knobs, settings)))


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("", CROWD),
        ("inside", CROWD),
        *(("maps", [("map", largest(kind)), *CROWD]) for kind in KINDS.values()),
    ],
)
def test_what_is_too_much_to_compute_is_refused_in_words(
    attacked: tuple[Served, dict[str, str]], page: str, link: Link
) -> None:
    async def ask() -> None:
        async with Reader(attacked[0].address, query=written(link), page=page) as tab:
            assert (await tab.open()).sound
            assert any("at most" in told or "more than" in told for told in tab.warnings)

    asyncio.run(ask())


def test_an_absurd_training_is_refused_in_words(attacked: tuple[Served, dict[str, str]]) -> None:
    absurd = SMALL.changed(
        dataset="shapes",
        dataset_settings=most(DATASETS["shapes"].knobs),
        network="resnet",
        network_settings=most(NETWORKS["resnet"].knobs),
        seeds=tuple(range(16)),
        epochs=400,
        batch_size=256,
    )

    async def ask() -> None:
        link = written([("experiment", packed(absurd))])
        async with Reader(attacked[0].address, query=link, page="training") as tab:
            assert (await tab.open()).sound
            assert not tab.notices
            assert (await tab.press("train")).sound
            assert "times more than the fastest machine" in tab.notices[0]

    asyncio.run(ask())
