"""The words of the pages."""

import pytest

from pages.ui import words


def test_source_text_stands_where_there_is_no_translation():
    assert words._("Reset") == "Reset"
    assert words._("") == ""
    assert words.plural("one", "many", 1) == "one"
    assert words.plural("one", "many", 2) == "many"


@pytest.mark.parametrize(
    "hostile",
    ["![t](http://evil/x.png)", "<script>", "$x$", ":material/home:", "# big", "**b**", "a\n\n- b"],
)
def test_plain_leaves_nothing_for_markdown(hostile):
    shown = words.plain(hostile)
    for place, letter in enumerate(shown):
        if letter in "![(<$:#*->":
            assert shown[place - 1] == "\\"
    assert "\n" not in shown
    assert shown.replace("\\", "") == " ".join(hostile.split())


def test_a_list_of_names_that_hold_commas_is_parted_by_semicolons():
    assert words.listed(["SGD", "Adam"]) == "SGD, Adam"
    assert words.listed(["10,000 images", "CPU"]) == "10,000 images, CPU"
    assert words.listed(["SGD, learning rate 0.1", "SGD"]) == "SGD, learning rate 0.1; SGD"


def test_words_are_made_once_for_each_language():
    made = []

    @words.once_a_language
    def said() -> str:
        made.append(words.current_language())
        return words._("Line-up")

    for language in ("en", "zh-TW", "en", "zh-TW"):
        with words.speaking(language):
            assert said() == words._("Line-up")
    assert made == ["en", "zh-TW"]
