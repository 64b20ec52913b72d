"""Which language a visitor reads, and that the whole page is in it."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from docs.words import registries
from landscapes import Refusal
from optim_core import PRESETS, Entry, Noise, RunConfig, Scenario, Schedule
from optim_core.link_format import OWN_KEYS
from pages.player import show_player
from pages.ui import words
from pages.ui.language import own_name, preferred
from pages.ui.presentation import Presentation, SweptKnob
from pages.ui.starts import LIST
from pages.ui.state import OPENING
from tests.pages.visiting import ROUTER, present, sound, visit

CHINESE = "zh-TW"


def browsing(locale: str, **parameters: str) -> AppTest:
    """A first visit with a browser that prefers a language."""
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.context["locale"] = locale
    app.query_params.update(parameters)
    return sound(app.run())


def spoken(app: AppTest) -> str:
    labels = {box.label for box in app.selectbox}
    (language,) = (tag for word, tag in (("Surface", "en"), ("曲面", CHINESE)) if word in labels)
    return language


def switch(app: AppTest, language: str) -> AppTest:
    return sound(app.segmented_control(key="language.switch").set_value(language).run())


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-TW", CHINESE),
        ("zh-Hant-TW", CHINESE),
        ("zh", CHINESE),
        ("en-GB", "en"),
        ("de", "en"),
        ("zhx", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_there_is_is_preferred(locale, language):
    assert preferred(locale) == language


def test_a_first_visit_follows_the_browser_and_leaves_the_address_alone():
    app = browsing("zh-TW")
    assert spoken(app) == CHINESE
    assert not app.query_params
    assert app.session_state["scenario"] == OPENING.scenario


@pytest.mark.parametrize(("locale", "asked"), [("zh-TW", "en"), ("en-US", CHINESE)])
def test_the_link_wins_over_the_browser(locale, asked):
    assert spoken(browsing(locale, lang=asked)) == asked


@pytest.mark.parametrize("asked", ["zh-tw/../..", "xx", "<b>", ""])
def test_a_language_that_is_not_there_is_the_browsers(asked):
    assert spoken(browsing("zh-TW", lang=asked)) == CHINESE


@pytest.mark.parametrize("asked", ["zh", "zh-Hant", "zh-tw"])
def test_a_link_may_name_its_language_roughly(asked):
    app = browsing("en-US", lang=asked)
    assert spoken(app) == CHINESE
    assert not app.toast


def test_a_language_that_is_not_there_is_told():
    (toast,) = browsing("en-US", lang="xx").toast
    assert "lang cannot be 'xx'; English is used." in toast.value.replace("\\", "")


def test_sentences_follow_each_other_as_the_language_does_it():
    (toast,) = browsing("en-US", lang=CHINESE, view="xx", trails="yy").toast
    told = toast.value.replace("\\", "")
    assert told.count("。") == 3
    assert "。 " not in told


def test_switching_keeps_the_experiment_and_stays_in_the_link():
    app = visit(Scenario(surface="rosenbrock", entries=(Entry("adam", {"learning_rate": 0.123}),)))
    before = present(app)
    switch(app, CHINESE)
    assert spoken(app) == CHINESE
    assert present(app) == before
    assert app.query_params["lang"] == CHINESE
    sound(app.number_input(key="start.x").set_value(0.5).run())
    assert spoken(app) == CHINESE
    assert app.query_params["lang"] == CHINESE
    switch(app, "en")
    assert spoken(app) == "en"
    assert present(app).starts[0][0] == 0.5
    # Said in so many words: the next browser may prefer another language.
    assert app.query_params["lang"] == "en"


def test_switching_there_and_back_changes_nothing_and_says_nothing():
    app = visit(
        Scenario(
            surface="rosenbrock",
            entries=(Entry("adamw"), Entry("momentum", wrapper="lookahead")),
            config=RunConfig(schedule=Schedule("cosine"), noise=Noise("gaussian")),
        )
    )
    before = present(app)
    app.session_state["rest"] = app.session_state["entry.1.more"] = True
    for language in (CHINESE, "en", CHINESE, "en"):
        switch(app, language)
        assert present(app) == before
        assert not app.toast
    # What a browser sends is the word of the language that it was shown.
    switch(app, CHINESE)
    box = app.selectbox(key=f"entry.1.optimizer.{CHINESE}")
    assert box.value == "momentum"
    sound(box.set_value("adam").run())
    switch(app, "en")
    assert present(app).entries[1].optimizer == "adam"
    assert app.selectbox(key="entry.1.optimizer").value == "adam"
    assert not app.toast


def test_each_language_stands_under_its_own_name():
    app = visit()
    assert app.segmented_control(key="language.switch").options == ["English", "繁體中文"]
    assert own_name(CHINESE) == "繁體中文"


def test_an_error_with_values_is_told_in_the_language_of_the_visitor(monkeypatch):
    monkeypatch.setattr(words, "current_language", lambda: CHINESE)
    with pytest.raises(Refusal) as caught:
        Entry("adam", {"beta1": 7.0})
    assert str(caught.value) == "adam: beta1 must lie between 0 and 0.999999"
    assert words.reason(caught.value) == "adam：beta1 必須介於 0 與 0.999999 之間"
    with pytest.raises(Refusal) as caught:
        Entry("adma{x}")
    assert words.reason(caught.value).startswith("沒有 'adma{x}' 這個優化器；您要找的是不是 adam")
    assert words.reason(ValueError("as it is")) == "as it is"


class Marked(gettext.NullTranslations):
    """A language whose every sentence is a number and the places of the source."""

    def gettext(self, message: str) -> str:
        # Options of one widget must differ, or a choice among them would mean the last one.
        return f"字{crc32(message.encode())}" + "".join(re.findall(r"\{[^}]*\}", message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid2)


VISIBLE = {"label", "body", "help", "placeholder", "options", "content", "caption", "title", "alt"}
NO_WORDS = re.compile(r":material/\w+:|English|(?<![A-Za-z])[xy](?![A-Za-z])|\de\\?[-+\u2212]?\d")
"""Icons, the name of English, axes and powers of ten."""


def texts_in(message: Any) -> Iterator[str]:
    """The visible texts of a message to the browser."""
    for name, value in message.items():
        if isinstance(value, dict):
            yield from texts_in(value)
        elif name in VISIBLE:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    yield from texts_in(part)
                else:
                    yield str(part)


def without_keys(text: str) -> str:
    """What is left of a notice without the names that stand in links and scripts."""
    keys = {"noise", "steps", *OWN_KEYS}
    for registry in registries().values():
        keys |= set(registry) | {
            knob.key for item in registry.values() for knob in getattr(item, "knobs", ())
        }
    words = re.sub(r"\\?'[^']*'|`[^`]*`", "", text).replace("\\", "")
    return re.sub(r"[a-z_]+\d?", lambda word: "" if word[0] in keys else word[0], words)


def shown_by(node: Any) -> Iterator[str]:
    """Every text that stands on the page."""
    for child in getattr(node, "children", {}).values():
        if child.type != "html" and hasattr(getattr(child, "proto", None), "DESCRIPTOR"):
            texts = texts_in(MessageToDict(child.proto))
            yield from map(without_keys, texts) if child.type in ("toast", "alert") else texts
        if child.type == "table":
            yield from map(str, child.value.columns)
            yield from child.value.astype(str).to_numpy().ravel()
        yield from shown_by(child)


def opened(app: AppTest) -> AppTest:
    """Open everything that can be opened."""
    closed = {"narration", "rest", LIST, "surfaces", "share"}
    closed |= {
        f"entry.{index}.{part}"
        for index in range(len(app.session_state["scenario"].entries))
        for part in ("more", "menu")
    }
    for key in closed:
        app.session_state[key] = True
    return sound(app.run())


CLIPPED = PRESETS["cliff_clipped"].scenario
STATES = {
    "opening": {},
    "noise": {
        "scenario": Scenario(
            surface="sharp_flat",
            entries=(Entry("adam", {}, "lookahead"), Entry("rmsprop"), Entry("rmsprop")),
            starts=((-3.8, 0.5), (1.0, 1.0)),
            config=RunConfig(steps=9, noise=Noise("gaussian"), noise_seeds=2, schedule="cosine"),
        )
    },
    "clipped": {"scenario": CLIPPED},
    "many runs": {
        "scenario": Scenario(
            surface="rosenbrock",
            entries=(Entry("sgd", {"learning_rate": 1.0}), Entry("sgd", {"learning_rate": 1e-3})),
            config=RunConfig(steps=20, noise="minibatch", noise_seeds=20),
        )
    },
    "too much": {
        "scenario": Scenario(
            surface="himmelblau",
            entries=(Entry("adamw"),),
            config=RunConfig(steps=20_000, noise_seeds=100),
        )
    },
    "unknown surface": {"surface": "no_such_place"},
    "broken link": {
        "surface": "ravine~1~2~condition~soft~3",
        "entry": ["adma", "sgd~learning_rate~0.1~learning_rate~0.2~wrapper~none"],
        "start": "here",
        "v": "7",
    },
    "more broken link": {"stepps": "3", "steps": "", "noise": "white", "schedule": "<b>"},
}


@pytest.fixture
def player(monkeypatch) -> dict[str, Any]:
    """What the player was last given."""
    given: dict[str, Any] = {}

    def show(**arguments: Any) -> None:
        given.update(arguments)
        show_player(**arguments)

    monkeypatch.setattr("pages.player.show_player", show)
    monkeypatch.setattr(words, "catalogue", lambda language: Marked())
    return given


def left_in_english(app: AppTest, player: dict[str, Any]) -> set[str]:
    """The texts on the page and in the player that did not pass the translation."""
    sweeping = player["sweeping"]
    in_player = [*player["words"].values(), *(style.title for style in player["styles"])]
    in_player += [title for knobs in sweeping.knobs for _, title in knobs]
    if sweeping.shown:
        in_player += [sweeping.shown.told, *(end.title for end in sweeping.shown.ends)]
    texts = [*shown_by(app._tree), *(re.sub(r"\{\w+\}", "", text) for text in in_player)]
    assert len(texts) > 80
    return {text for text in texts if re.search("[A-Za-z]", NO_WORDS.sub("", text))}


@pytest.mark.parametrize("name", STATES)
def test_no_text_passes_the_translation_by(name, player):
    app = visit(**STATES[name])
    assert left_in_english(app, player) == set()
    assert left_in_english(opened(app), player) == set()


def test_answer_change_and_sweep_are_translated_too(player):
    app = visit(PRESETS["momentum_escapes"].scenario)
    sound(app.button(key="preset-answer").click().run())
    assert left_in_english(app, player) == set()
    app.session_state["presentation"] = Presentation(sweep=SweptKnob(2, "momentum"))
    sound(app.run())
    assert player["sweeping"].shown
    assert left_in_english(app, player) == set()
