"""Every language is complete: what the code says, every catalogue says too."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from docs.words import found, merged, written
from pages.ui.catalogue import Message, read
from pages.ui.words import DOMAIN, SOURCE_LANGUAGE, TRANSLATIONS, languages

TRANSLATED = [language for language in languages() if language != SOURCE_LANGUAGE]
NAMES = frozenset(
    re.findall(
        r"\S+",
        """
        Ackley AdaBound Adadelta Adagrad Adam AdaMax AdamW Alpha alpha AMSBound AMSGrad AMSGrad's
        Beale Bengio Beta beta bfloat Booth CIFAR CNN Delete Downhill Easom epsilon Epsilon false
        Fashion float Gamma gamma Glorot Goldstein He Hessian Himmelblau Hinton Leaky LeNet Levy
        Lookahead LSTM Matyas MB McCormick MNIST NAdam Nesterov Noam Price PyTorch RAdam Rastrigin
        ReLU ResNet Rho RMSProp Rosenbrock SGD SGDR SGDW Shift Sigmoid sigmoid sqrt Styblinski
        SWATS Tang Tanh TensorFlow torch Transformer true WebGL Xavier Ctrl Escape HOST QR
        AdaBelief compile CSV csv Enter Hutter Keskar safetensors npz PNG SVG Liu Loshchilov Penn
        Santurkar Treebank BFGS Dinh SAM rho Reddi TOML
        """,
    )
)
"""Words that a translation into another script leaves as they are."""

HAN = "\u4e00-\u9fff"
HALF_WIDTH = re.compile(rf"[{HAN}][,;:?!()]|[,;:?!][{HAN}]")
CROWDED = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]")
SIMPLIFIED = set("个习们优关动图学实对层应开张径择损据数时显点线络网设该误过运这错长间验")


def text_of(language: str) -> str:
    return (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po").read_text(encoding="utf-8")


def messages_of(language: str) -> list[Message]:
    return [message for message in read(text_of(language)) if message.source]


def places(text: str) -> set[tuple[str, str, str | None]]:
    """What ``str.format`` fills in: name, format and conversion."""
    return {
        (name, form or "", conversion)
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    }


def without_places(text: str) -> str:
    return re.sub(r"\{[^}]*\}", " ", text)


def test_traditional_chinese_is_there():
    assert languages() == ("en", "zh-TW")


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_what_make_words_writes(language):
    text = text_of(language)
    assert "#~" not in text
    assert text == written(merged(found(), read(text))), "run `make words`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_missing_or_guessed(language):
    assert [
        message.source
        for message in messages_of(language)
        if message.fuzzy or not all(message.translations)
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_places_are_those_of_the_source(language):
    for message in messages_of(language):
        wanted = places(message.source) | places(message.plural)
        for text in message.translations:
            assert places(text) == wanted, message.source


@pytest.mark.parametrize("language", TRANSLATED)
def test_edges_are_those_of_the_source(language):
    for message in messages_of(language):
        for text in message.translations:
            assert text.strip() == text, message.source
            assert text.count("\n") == message.source.count("\n"), message.source


def test_nothing_is_left_in_english_letters():
    left = {
        word
        for message in messages_of("zh-TW")
        for text in message.translations
        for word in re.findall(r"[A-Za-z][A-Za-z']+", without_places(text))
    }
    assert left - NAMES == set()


def test_chinese_is_set_as_chinese():
    for message in messages_of("zh-TW"):
        for text in message.translations:
            assert not HALF_WIDTH.search(text), text
            assert not CROWDED.search(without_places(text)), text
            assert SIMPLIFIED.isdisjoint(text), text
