"""The player's words in the visitor's language, as every visit of the server shares them."""

from __future__ import annotations

from pages.player import player_words
from pages.ui.words import _, once_a_language

# Here and not on the page, whose own names are made anew with every run of its script.
words_of_player = once_a_language(lambda: player_words(_))
