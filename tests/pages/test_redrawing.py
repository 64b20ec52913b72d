"""A change draws the parts that it has changed, and no part is ever left as it was."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.tabs import Run, Tab
from tests.browser.serving import served

ROOT = Path(__file__).parents[2]
RATE = "entry.1.learning_rate.slider"
OF_ONE_RUN = {
    "setValue",
    "value",
    "rawValue",
    "rawValues",
    "fragmentId",
    "hash",
    "refHash",
    "jsContent",
    "hasOneShotEffect",
    "deferredFileId",
}
"""What of an element differs between runs that show the same."""

STYLES = 2
"""The first number of the places of style sheets and notices."""

CARDS_SHEET = (STYLES, 1)
"""The place of the one that paints the cards, always after that of the whole page."""

LANGUAGES = (0, 1)
"""Where the switch stands, whose first run differs from later ones."""


class Remembering(Tab):
    """A tab that knows what stands where, and which parts its last change has drawn."""

    def __init__(self, address: str, query: str = "") -> None:
        super().__init__(address, query)
        self.shown: dict[tuple[int, ...], str] = {}
        self.told: dict[tuple[int, ...], str] = {}
        self.kept: dict[str, str] = {}
        self.keys: set[str] = set()

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.told, self.keys = {}, set()
        elif kind == "delta" or kind == "ref_hash":
            self._remember(message)
        return super()._take(message, run)

    def _remember(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "ref_hash":
            text = self.kept[message.ref_hash]
        else:
            text = repr(_lasting(MessageToDict(message.delta)))
            self.kept[message.hash] = text
        place = tuple(message.metadata.delta_path)
        self.shown[place] = self.told[place] = text

    def _know(self, kind: str, widget: Any, fragment: str) -> None:
        super()._know(kind, widget, fragment)
        self.keys.add(str(getattr(widget, "id", "")).split("-", 2)[-1])
        if kind != "slider" and getattr(widget, "set_value", False):
            self._states.pop(str(widget.id), None)  # what the page says now


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(one) for key, one in value.items() if key not in OF_ONE_RUN}
    return [_lasting(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def address():
    with served(ROOT / "app.py") as found:
        yield found


def cards_in(keys: set[str]) -> set[str]:
    return {key.split(".")[1] for key in keys if key.startswith("entry.") and key != "entry.add"}


def test_a_knob_that_was_turned_draws_its_card_and_the_picture(address: str) -> None:
    async def move() -> None:
        async with Remembering(address, "preset=epsilon_on_plateau") as tab:
            await tab.open()
            assert cards_in(tab.keys) == {"0", "1", "2"}
            await tab.slide(RATE, 3)
            assert "surface" in tab.keys, "the preset is a changed one now: all of it is drawn"
            await tab.slide(RATE, 5)
            assert cards_in(tab.keys) == {"1"}
            assert "playground.player" in tab.keys
            assert tab.keys.isdisjoint({"surface", "start.x", "config.steps.slider", "entry.add"})
            assert "~learning_rate~" in tab.query
            # The field beside the slider is told the value.
            field = tab.widgets["entry.1.learning_rate.number"][1]
            chosen = list(tab.widgets[RATE][1].options)[5]
            assert field.set_value and field.value == float(chosen)
            await tab.slide("config.steps.slider", 3)
            await tab.slide("config.steps.slider", 5)
            assert {"playground.player", "surface"} <= tab.keys
            assert not cards_in(tab.keys)

    asyncio.run(move())


def test_what_changes_the_titles_of_others_draws_them_too(address: str) -> None:
    # Folded cards are called by what sets them apart from the others of their kind.
    entries = "&entry=sgd~learning_rate~0.01" * 5

    async def move() -> None:
        async with Remembering(address, f"v=1&surface=rosenbrock{entries}") as tab:
            await tab.open()
            folded = {key for key in tab.keys if key.endswith(".open")}
            moved = next(key for key in sorted(tab.keys) if key.endswith("rate.slider"))
            same = list(tab.widgets[moved][1].options).index("0.01")
            await tab.slide(moved, same + 1)
            await tab.slide(moved, same + 2)
            assert folded and tab.keys.isdisjoint(folded), "each is called by its own rate"
            await tab.slide(moved, same)
            assert folded <= tab.keys, "now they are alike and have numbers"

    asyncio.run(move())


def test_more_settings_draw_their_card_and_a_colour_everything(address: str) -> None:
    async def move() -> None:
        async with Remembering(address) as tab:
            await tab.open()
            await tab.slide(RATE, 3)
            await act(tab, "entry.1.more", ("bool_value", True))
            assert cards_in(tab.keys) == {"1"}
            assert "playground.player" not in tab.keys
            # A menu has a style sheet of its own, and those of a page stand in one list.
            await act(tab, "entry.1.menu", ("bool_value", True))
            assert {"playground.player", "surface", "entry.1.colour.d55e00"} <= tab.keys
            await tab.press("entry.1.colour.d55e00")
            assert {"playground.player", "surface"} <= tab.keys

    asyncio.run(move())


def test_a_link_can_be_shared_while_a_lesson_is_made_of_it(address: str) -> None:
    async def look() -> None:
        async with Remembering(address) as tab:
            await tab.open()
            await act(tab, "make-lesson", ("bool_value", True))
            assert (await act(tab, "share", ("bool_value", True))).sound
            assert {"make-lesson-link-card", "share-link-card"} <= tab.keys

    asyncio.run(look())


def test_a_knob_turned_twice_in_a_row_leaves_nothing_as_it_was(address: str) -> None:
    async def move(first: tuple[str, int], second: tuple[str, int]) -> None:
        async with Remembering(address, "lang=en") as tab:
            await tab.open()
            for key, option in (first, second):
                tab._states |= tab.moved(key, option)
                tab._touched = tab.id_of(key)
                await tab.send(tab.asking())
            # Two messages: one run or two, and the whole page shows what a whole run would.
            ended = 0
            while ended < 2:
                try:
                    ended += (await tab.ended(patience=3)).sound
                except TimeoutError:
                    break
            before = dict(tab.shown)
            assert (await tab.rerun()).sound
            assert not list(differing(before, tab.told)), (first, second)

    steps = "config.steps.slider"
    for pair in (((RATE, 3), (RATE, 5)), ((RATE, 7), (steps, 2)), ((steps, 4), (RATE, 2))):
        asyncio.run(move(*pair))


def test_what_was_asked_for_another_part_is_drawn(address: str) -> None:
    async def move() -> None:
        async with Remembering(address, "lang=en") as tab:
            await tab.open()
            await tab.slide(RATE, 3)
            await tab.slide(RATE, 5)
            tab._fragments[tab.id_of(RATE)] = tab._fragments[tab.id_of("playground.player")]
            await tab.slide(RATE, 9)
            assert {"playground.player", "surface", RATE} <= tab.keys
            before = dict(tab.shown)
            assert (await tab.rerun()).sound
            assert not list(differing(before, tab.told))

    asyncio.run(move())


async def act(tab: Tab, key: str, state: tuple[str, Any]) -> Run:
    """Give a widget this state, as a hand does."""
    tab._states[tab.id_of(key)] = state
    tab._touched = tab.id_of(key)
    return await tab.rerun()


async def do_anything(tab: Tab, chance: random.Random) -> str:
    """Some change of some widget; what was done."""
    key = chance.choice(sorted(tab.widgets))
    kind, widget = tab.widgets[key]
    if kind == "slider":
        option = chance.randrange(40)
        run = await tab.slide(key, option)
        done = f"{key} to option {option}"
    elif kind == "button":
        # It may close what is open; what the page says of that is not read here.
        tab._states = {at: state for at, state in tab._states.items() if state[0] != "bool_value"}
        run, done = await tab.press(key), f"press {key}"
    elif kind == "selectbox":
        chosen = chance.choice(list(widget.options))
        run, done = await act(tab, key, ("string_value", chosen)), f"{key} to {chosen}"
    elif kind == "number_input":
        value = chance.choice((0.5, 0.01, 1.0, 7.0, -1.0))
        run, done = await act(tab, key, ("double_value", value)), f"{key} to {value}"
    elif kind in ("popover", "expandable"):
        opened = chance.random() < 0.7
        run, done = await act(tab, key, ("bool_value", opened)), f"{key} open {opened}"
    elif key == "playground.player":
        told = chance.choice((
            {"starts": [[chance.uniform(-1, 1), chance.uniform(-1, 1)]]},
            {"sweep": {"entry": 0, "knob": "learning_rate"}},
            {"sweep": {"entry": -1, "knob": ""}},
            {"present": {"view": "side", "trails": "fade", "hidden": [0]}},
            {"present": {"view": "together", "trails": "stay", "hidden": []}},
        ))  # fmt: skip
        run, done = await act(tab, key, ("json_value", json.dumps(told))), f"player {told}"
    elif kind == "button_group" and key.startswith("presets."):
        run, done = await tab.choose("presets", chance.randrange(99)), "choose a preset"
    else:
        return f"nothing with {kind} {key}"
    assert run.sound, (done, run.errors)
    return done


def sheets_of_cards(shown: dict[tuple[int, ...], str]) -> set[tuple[int, ...]]:
    """Where the style sheets stand that paint the cards: an older one behind it would win."""
    return {place for place, text in shown.items() if "--card-ink:" in text}


def differing(
    before: dict[tuple[int, ...], str], after: dict[tuple[int, ...], str]
) -> Iterator[tuple[tuple[int, ...], str | None, str]]:
    """What stood there before, where that was something else than after."""
    for place, text in after.items():
        if place[0] == STYLES:  # where in the list a style sheet stands does not matter
            if not any(text == other for at, other in before.items() if at[0] == STYLES):
                yield place, None, text
        elif place[:2] != LANGUAGES and before.get(place) != text:
            yield place, before.get(place), text


@pytest.mark.parametrize("seed", range(4))
def test_after_any_change_the_page_shows_what_a_whole_run_would(address: str, seed: int) -> None:
    chance = random.Random(seed)

    async def look() -> None:
        async with Remembering(address, "lang=en") as tab:
            await tab.open()
            log: list[str] = []
            for _change in range(25):
                log.append(await do_anything(tab, chance))
                before = dict(tab.shown)
                assert (await tab.rerun()).sound
                assert not list(differing(before, tab.told)), log
                assert sheets_of_cards(tab.shown) == {CARDS_SHEET}, log

    asyncio.run(look())
