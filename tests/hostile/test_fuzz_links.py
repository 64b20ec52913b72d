"""Links by the thousand that somebody has damaged or made up: every page reads something."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

import pytest
from fuzzing import HOSTILE_TEXTS, count, damaged_text

from optim_core import PRESETS, Scenario, from_query, to_query
from optim_core.link_format import MAX_PROBLEMS
from optim_core.training import DEFAULT_EXPERIMENT, Experiment
from optim_core.training.presets import TRAINING_PRESETS
from pages.ui.presentation import MAX_NAME, read_presentation
from pages.ui.teaching import guide as guides
from pages.ui.training.link_text import packed, read

FULL = 100_000
LINKS = [to_query(preset.scenario) for preset in PRESETS.values()]
PARTS = sorted({part for link in LINKS for part in link.replace("&", "~").split("~")} | {"~", "&"})
EXPERIMENTS = [one.experiment for preset in TRAINING_PRESETS.values() for one in preset.experiments]
MARKUP = set("<>&`*[]()!#|\\$/:@{}")


def test_the_playground_reads_any_link() -> None:
    chance = random.Random(1)
    for _case in range(count(FULL)):
        link = damaged_text(chance, LINKS, PARTS)
        result = from_query(link)
        assert isinstance(result.scenario, Scenario), link
        assert len(result.problems) <= MAX_PROBLEMS + 1, link
        for sentence in result.problems:
            assert not set(sentence) & MARKUP, link
            assert sentence.isascii(), link
            assert sentence.isprintable(), link
        assert from_query(to_query(result.scenario)).scenario == result.scenario, link


def fields(text: str) -> Mapping[str, Sequence[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return {}


def test_names_and_colours_of_any_link_are_tame() -> None:
    chance = random.Random(2)
    links = ["name=1~Ann&colour=1~%23ff0000&hidden=1.2&view=paths&trails=all&projector=1"]
    parts = ["name=", "colour=", "hidden=", "1~", "2~", "%23", ".", "&", "~"]
    for _case in range(count(FULL // 5)):
        link = damaged_text(chance, links, parts)
        for look in read_presentation(fields(link)).looks:
            assert len(look.name) <= MAX_NAME, link
            assert look.name.isprintable(), link
            assert look.colour == "" or len(look.colour) == 7, link


def test_the_guide_of_any_link_is_tame() -> None:
    chance = random.Random(4)
    links = [
        "title=My+lesson&caption=Look.&ask=Who%3F&choice=A&choice=B&answer=2&why=So.",
        "ask=Who%3F&choice=A&choice=B&choice=C&answer=1&hide=surface.map.run&lock=data.rest",
    ]
    texts = [f"&{key}=" for key in ("title", "caption", "ask", "choice", "answer", "why")]
    parts = [*texts, "&hide=", "&lock=", *guides.PARTS, ".", "%00", "%E2%80%AE", "%0A", "9"]
    for _case in range(count(FULL)):
        link = damaged_text(chance, links, parts)
        given = fields(link)
        guide = guides.read_guide(given)
        assert guides.read_guide(guide.to_parameters()) == guide, link
        assert len(guide.choices) <= guides.MOST_CHOICES, link
        for text in (guide.title, guide.caption, guide.question, *guide.choices, guide.why):
            assert text.isprintable(), link
        assert not {*guide.hidden} & {*guide.locked}, link
        assert {*guide.hidden, *guide.locked} <= {*guides.PARTS}, link
        assert guide.right is None or 0 <= guide.right < len(guide.choices), link
        for sentence in guides.unreadable(given).sentences():
            assert not set(sentence) & MARKUP, link


def test_the_training_lab_reads_any_link() -> None:
    chance = random.Random(3)
    texts = [one.to_json() for one in EXPERIMENTS]
    letters = [packed(one) for one in EXPERIMENTS]
    parts = ['"', "{", "}", "[", "]", ":", ",", "null", "1e9", *sorted(DEFAULT_EXPERIMENT.network)]
    for case in range(count(FULL // 5)):
        if case % 3 == 0:
            text = damaged_text(chance, letters, ["A", "_", "-", "=", "eJw"])
        else:
            text = damaged_text(chance, texts, parts)
            if case % 3 == 1:
                pressed = zlib.compress(text.encode("utf-8", "replace"))
                text = base64.urlsafe_b64encode(pressed).decode()
        found = read(text)
        assert isinstance(found.experiment, Experiment), text
        for sentence in found.problems:
            assert "<" not in str(sentence), text


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_what_is_no_link_at_all_is_read_too(text: str) -> None:
    assert isinstance(from_query(text).scenario, Scenario)
    assert isinstance(read(text).experiment, Experiment)


def test_a_few_letters_that_unpack_to_gigabytes_are_not_unpacked() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 4_000_000, 9)).decode()
    assert len(bomb) < 6_000
    assert read(bomb).experiment == read("").experiment
