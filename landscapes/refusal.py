"""Sentences with values in them that a page can show in any language, and errors made of them.

A finished English message could not be translated any more: so an error that may reach a visitor
keeps its sentence and its values apart until somebody asks for it in a language.
"""

from __future__ import annotations

from collections.abc import Callable


class Phrase:
    """A sentence or a part of one: English source text with named places, and what goes there.

    Values that are Phrases themselves are told in the same language as the whole.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def told(self, translate: Callable[[str], str] = str) -> str:
        """The text in the language of ``translate``."""
        words = {
            name: value.told(translate) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return translate(self.template).format(**words)

    def __str__(self) -> str:
        return self.told()


class Refusal(ValueError):
    """A ValueError whose message is a Phrase: ``Refusal("{knob} must be finite", knob=key)``.

    ``str()`` of it is English; ``phrase.told(translate)`` is what a visitor reads.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.phrase = Phrase(template, **values)

    def __str__(self) -> str:
        return self.phrase.told()
