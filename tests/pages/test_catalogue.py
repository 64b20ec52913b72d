"""Reading catalogues, and finding the sentences that belong into them."""

from __future__ import annotations

import pytest

from docs.words import SentenceError, found, in_code, merged, written
from landscapes import Registry
from optim_core import PRESETS, EventKind
from pages.player.words import PLAYER_WORDS
from pages.ui.catalogue import Message, read, translations

HEADER = Message("", "", ("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2;\n",))
GERMAN = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=n != 1;\n"

#. somewhere
msgid "a \"quoted\" word\n"
msgstr ""
"ein »Wort« "
"in\tzwei Teilen\n"

msgid "{n} run"
msgid_plural "{n} runs"
msgstr[0] "{n} Lauf"
msgstr[1] "{n} Läufe"

#, fuzzy, python-brace-format
msgid "guessed"
msgstr "geraten"

msgid "missing"
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"""


def test_a_catalogue_translates_as_gettext_does():
    german = translations(list(read(GERMAN)))
    assert german.gettext('a "quoted" word\n') == "ein »Wort« in\tzwei Teilen\n"
    assert german.ngettext("{n} run", "{n} runs", 1) == "{n} Lauf"
    assert german.ngettext("{n} run", "{n} runs", 0) == "{n} Läufe"
    assert german.info()["plural-forms"] == "nplurals=2; plural=n != 1;"


@pytest.mark.parametrize("source", ["guessed", "missing", "gone", "never there"])
def test_what_nobody_has_translated_stays_english(source):
    assert translations(list(read(GERMAN))).gettext(source) == source


def test_a_catalogue_is_written_as_it_is_read():
    messages = list(read(GERMAN))
    assert list(read(written(messages))) == messages


@pytest.mark.parametrize("line", ["msgid unquoted", "hello", '"text without a keyword"'])
def test_a_broken_catalogue_names_its_line(line):
    with pytest.raises(ValueError, match="not a line of a catalogue"):
        list(read(line))


def test_sentences_are_found_in_calls_only():
    code = (
        '_("one"); words._("two"); plural("three", "threes", n); plain("no"); _(variable); f("_")'
    )
    assert [(one.source, one.plural) for one in in_code(code, "here.py")] == [
        ("one", ""),
        ("two", ""),
        ("three", "threes"),
    ]
    assert [one.source for one in in_code('raise Refusal("{x} is wrong", x=1)', "")] == [
        "{x} is wrong"
    ]


@pytest.mark.parametrize("call", ['_(f"step {n}")', '_("step " + n)', '_("step %d" % n)'])
def test_a_sentence_in_pieces_is_refused(call):
    with pytest.raises(SentenceError, match=r"here\.py, line 1"):
        list(in_code(call, "here.py"))


def test_words_of_the_player_and_of_the_registries_are_found():
    sources = {message.source for message in found()}
    assert set(PLAYER_WORDS.values()) <= sources
    assert {preset.answer for preset in PRESETS.values()} <= sources
    assert {kind.value for kind in EventKind} <= sources
    assert {
        "Surface",
        "sharp",
        "Learning rate",
        "Times learning rate",
        "degrees",
        "Noise streams",
    } <= sources


def test_a_new_registry_is_found_by_itself():
    from docs.words import registries

    kinds = registries()
    assert {"surface", "optimizer", "wrapper", "schedule", "noise", "preset"} <= set(kinds)
    assert all(isinstance(registry, Registry) for registry in kinds.values())


def test_merging_keeps_translations_and_offers_those_of_sentences_like_new_ones():
    present = [
        HEADER,
        Message("kept", "", ("behalten",)),
        Message("The path begins here.", "", ("Der Pfad beginnt hier.",)),
        Message("gone altogether", "", ("weg",)),
    ]
    wanted = [Message("kept"), Message("The path began here."), Message("{n} new", "{n} news")]
    header, kept, like, new = merged(wanted, present)
    assert header == HEADER
    assert kept.translations == ("behalten",)
    assert not kept.fuzzy
    assert like.translations == ("Der Pfad beginnt hier.",)
    assert like.fuzzy
    assert new.translations == ("", "")
    assert new.comments == ("#, python-brace-format",)
