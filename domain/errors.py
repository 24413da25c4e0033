"""What the rules say no to, in words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Callable


class Refused(Exception):
    """A rule refuses what was asked.

    Args:
        message: a Chinese sentence for the person who asked. It is also the key under which the
            translation catalogue keeps the sentence, so variable parts go in as ``%(name)s``.
        params: the values of those variable parts. A member of an enumeration is shown by its
            label and a list of other refusals by their sentences, in the reader's language;
            anything else as it is.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message)

    def say(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language that ``translate``, such as gettext, puts texts into."""
        sentence = translate(self.message)
        shown = {name: _shown(value, translate) for name, value in self.params.items()}
        return sentence % shown if shown else sentence

    def __str__(self) -> str:
        return self.say(str)


def _shown(value: object, translate: Callable[[str], str]) -> object:
    match value:
        case Refused():
            return value.say(translate)
        case Labelled():
            return translate(value.label)
        case list():
            return translate(N_("；")).join(str(_shown(one, translate)) for one in value)
        case _:
            return value
